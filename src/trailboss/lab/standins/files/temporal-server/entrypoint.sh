#!/bin/sh
# Stands in for the official image's entry point. The server itself turns the variables into its configuration.
set -eu
own() { getent hosts "$(hostname)" | awk '{print $1; exit}'; }

if [ -z "${BIND_ON_IP:-}" ]; then BIND_ON_IP=$(own); fi
export BIND_ON_IP
case $BIND_ON_IP in
  0.0.0.0 | ::0)
    if [ -z "${TEMPORAL_BROADCAST_ADDRESS:-}" ]; then TEMPORAL_BROADCAST_ADDRESS=$(own); fi
    export TEMPORAL_BROADCAST_ADDRESS
    ;;
esac
exec temporal-server start
