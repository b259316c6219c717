#!/bin/sh
# Restore the newest archive into an empty server of this pod, count what came back, then call the archive good.
set -eu
archive=$(ls -t /backup/unproven-*.archive.gz | head -n 1)
mongod --fork --logpath /scratch/mongod.log --dbpath /scratch --bind_ip 127.0.0.1 --port 27018
mongorestore --port 27018 --oplogReplay --gzip --archive="$archive" --nsExclude 'admin.*' --nsExclude 'config.*'
mongosh --quiet --port 27018 --eval '
  for (const service of ["registry", "finance", "trust", "inspection"]) {
    const stats = db.getSiblingDB(`anju_${service}`).stats();
    print(JSON.stringify({ service, collections: stats.collections, objects: stats.objects }));
    if (!(stats.collections > 0)) throw new Error(`nothing of ${service} in the archive`);
  }'
mv "$archive" "/backup/good-${archive##*/unproven-}"
# Thirty good ones are kept here; the copy to another place is the city's own job and takes the good ones only.
ls -t /backup/good-*.archive.gz | tail -n +31 | xargs -r rm --
