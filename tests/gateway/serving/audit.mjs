// Run every server audit of graphql-http against the URL in argv; JSON [{id, name, status, reason}] on standard output.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
process.stdout.write(
  JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason: reason ?? null }))),
);
