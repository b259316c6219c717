// Composition of subgraphs into a supergraph, for compose.mjs and for the tests that compose many.
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

/** Return the JSON that a stream holds. */
export async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** Return {supergraph} of the services [{name, url, sdl}], or {errors} with the code and message of each. */
export function compose(services) {
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
