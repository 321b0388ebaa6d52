#!/bin/sh
# Job `schema`: makes Temporal's two databases, or brings them to this version's schema.
set -eu
SQL_PASSWORD=$(cat /keys/temporal/password)
export SQL_PASSWORD
versions=/etc/temporal/schema/postgresql/v12

# The tool tells each statement; that is of interest where one fails.
quietly() {
  temporal-sql-tool "$@" >/tmp/said 2>&1 || { cat /tmp/said >&2; exit 1; }
}

# A database of an older Temporal is updated; one without tables gets them. `setup-schema` on one that has some would
# set its version back to nought, so the update is tried first and says whether there is anything.
bring_up() { # DATABASE FOLDER
  quietly --db "$1" create
  if said=$(temporal-sql-tool --db "$1" update-schema -d "$versions/$2/versioned" 2>&1); then
    echo "$1 has this version's schema"
    return
  fi
  case $said in
    *'reading current schema version'*'does not exist'* | *'reading current schema version'*'no rows'*) ;;
    *)
      echo "$said" >&2
      exit 1
      ;;
  esac
  quietly --db "$1" setup-schema -v 0.0
  quietly --db "$1" update-schema -d "$versions/$2/versioned"
  echo "$1 is made"
}

bring_up temporal temporal
bring_up temporal_visibility visibility
