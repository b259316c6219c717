// Compose many supergraphs in one run: JSON [[{name, url, sdl}]] on standard input, JSON [{supergraph} or {errors}] out.
import { compose, read } from "../../gateway/supergraph/composition.mjs";

const many = await read(process.stdin);
process.stdout.write(JSON.stringify(many.map(compose)));
