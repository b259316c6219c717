// Compose subgraphs into a supergraph: JSON [{name, url, sdl}] on standard input, JSON {supergraph} or {errors} out.
import { compose, read } from "./composition.mjs";

const services = await read(process.stdin);
process.stdout.write(JSON.stringify(compose(services)));
