// Compose subgraphs into a supergraph: JSON [{name, url, sdl}] on standard input, JSON {supergraph} or {errors} out.
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const services = JSON.parse(Buffer.concat(chunks).toString("utf8"));

function compose() {
  const parsed = [];
  for (const { name, url, sdl } of services) {
    try {
      parsed.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      return { errors: [{ code: "INVALID_GRAPHQL", message: `[${name}] ${error.message}` }] };
    }
  }
  const composed = composeServices(parsed);
  if (composed.errors) {
    return {
      errors: composed.errors.map((error) => ({ code: error.extensions?.code ?? "UNKNOWN", message: error.message })),
    };
  }
  return { supergraph: composed.supergraphSdl };
}

process.stdout.write(JSON.stringify(compose()));
