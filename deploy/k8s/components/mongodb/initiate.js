// Form the replica set and make one user per service, with rights on its own database alone. Safe to run again.
const members = [0, 1, 2].map((n) => ({ _id: n, host: `mongo-${n}.mongo:27017` }));
try {
  rs.status();
} catch (problem) {
  if (problem.codeName !== "NotYetInitialized") throw problem;
  rs.initiate({ _id: "anju", members });
}
while (!db.hello().isWritablePrimary) sleep(500);
// Without this a write could be acknowledged by one member and lost with it.
db.adminCommand({ setDefaultRWConcern: 1, defaultWriteConcern: { w: "majority" } });
for (const service of ["registry", "finance", "trust", "inspection"]) {
  const database = db.getSiblingDB(`anju_${service}`);
  const pwd = process.env[`${service.toUpperCase()}_PASSWORD`];
  const roles = [{ role: "readWrite", db: `anju_${service}` }, { role: "dbAdmin", db: `anju_${service}` }];
  if (database.getUser(service)) database.updateUser(service, { pwd, roles });
  else database.createUser({ user: service, pwd, roles });
}
