// Compose many supergraphs in one run: JSON [[{name, url, sdl}]] on standard input, JSON [{supergraph} or {errors}] out.
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

function compose(services) {
  const composed = composeServices(services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  return composed.errors ? { errors: composed.errors.map((one) => one.message) } : { supergraph: composed.supergraphSdl };
}

process.stdout.write(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString("utf8")).map(compose)));
