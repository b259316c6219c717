#!/bin/sh
# Start one member. The key file must be readable by its owner alone, which a mounted Secret is not: copy it.
set -eu
install -m 0400 /etc/mongo/key/keyfile /run/mongo/keyfile
set -- mongod --replSet anju --bind_ip_all --port 27017 --dbpath /data/db \
  --keyFile /run/mongo/keyfile --wiredTigerCacheSizeGB "$CACHE_GB"
# Only the first member makes the first user: a member that already holds data could not join.
if [ "${HOSTNAME##*-}" = 0 ]; then
  exec docker-entrypoint.sh "$@"
fi
exec "$@"
