#!/bin/bash
# Job `keys`: each service gets a folder of /keys that its user alone can read. The ids are those of the images' users.
set -euo pipefail
umask 077

put() { # OWNER FOLDER FILE SOURCE
  install -d -o "$1" -g "$1" -m 0500 "/keys/$2"
  install -o "$1" -g "$1" -m 0400 "$4" "/keys/$2/.$3"
  mv "/keys/$2/.$3" "/keys/$2/$3"
}

put 0 postgres password /given/secrets/postgres-password
put 1000 temporal password /given/secrets/postgres-password
put 472 grafana password /given/secrets/grafana-password
put 10001 trailboss ssh_key /given/ssh/key
put 10001 trailboss known_hosts /given/ssh/known_hosts
put 10001 trailboss cluster-defaults.yaml /given/cluster-defaults.yaml
chmod 0755 /keys
chown 10001:10001 /traces # the collector's user
echo "keys are in place"
