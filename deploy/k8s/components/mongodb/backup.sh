#!/bin/sh
# Dump everything at one point in time; the archive is called good only after restore-test.sh restored it.
set -eu
umask 077
mongodump --uri "$MONGO_URI" --oplog --gzip --archive="/backup/unproven-$(date -u +%Y%m%dT%H%M%SZ).archive.gz"
