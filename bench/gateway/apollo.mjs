// Apollo Server with Apollo Gateway on one supergraph:   node apollo.mjs PEERS SUPERGRAPH PORT
// PEERS is the directory in which npm installed @apollo/gateway and @apollo/server.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [peers, supergraph, port] = process.argv.slice(2);
const require = createRequire(join(peers, "package.json"));
const { ApolloGateway } = require("@apollo/gateway");
const { ApolloServer } = require("@apollo/server");
const { startStandaloneServer } = require("@apollo/server/standalone");

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, "utf8") });
const server = new ApolloServer({ gateway });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
