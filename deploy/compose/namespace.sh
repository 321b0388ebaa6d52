#!/bin/sh
# Job `namespace`: the namespace with its retention, and the search attributes of workflows.
set -eu

tries=60
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal does not come up" >&2; temporal operator cluster health; }
  sleep 2
done

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION" >/dev/null
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION" >/dev/null
fi

# Servers learn of a new namespace some seconds late.
tries=30
until there=$(temporal operator search-attribute list 2>/dev/null); do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "the namespace does not come up" >&2; exit 1; }
  sleep 2
done
for name in TrailbossCluster TrailbossPhase TrailbossRevision TrailbossVersion TrailbossDrift TrailbossProblem; do
  case $there in
    *"$name "*) ;;
    *) temporal operator search-attribute create --name "$name" --type Keyword >/dev/null ;;
  esac
done
echo "namespace $TEMPORAL_NAMESPACE keeps histories for $TEMPORAL_RETENTION; search attributes are there"
