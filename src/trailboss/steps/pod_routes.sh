#!/bin/bash
# Written by Trailboss. Sets the routes listed in the file $1, marked as protocol $2; removes its own that are not
# listed any more. May run any number of times.
set -eu
list=$1 protocol=$2
{ read -r cluster own; mapfile -t routes; } < "$list"

for route in "${routes[@]}"; do
  read -r cidr address <<< "$route"
  ip route replace "$cidr" via "$address" proto "$protocol"
done
ip route show proto "$protocol" | while read -r cidr _; do
  grep -qF -- "$cidr " "$list" || ip route delete "$cidr" proto "$protocol"
done

# A chain of our own, filled anew, so that a changed CIDR leaves nothing behind. kube-proxy has chains of its own.
chain=TRAILBOSS-POD-NETWORK
rule() { # TABLE CHAIN ARGUMENTS…: adds the rule unless it is there
  local table=$1 to=$2; shift 2
  iptables -w -t "$table" -C "$to" "$@" 2>/dev/null || iptables -w -t "$table" -A "$to" "$@"
}
iptables -w -t nat -N "$chain" 2>/dev/null || iptables -w -t nat -F "$chain"
iptables -w -t nat -A "$chain" -d 224.0.0.0/4 -j RETURN
iptables -w -t nat -A "$chain" -s "$own" ! -d "$cluster" -j MASQUERADE
rule nat POSTROUTING -m comment --comment trailboss -j "$chain"
# A host whose policy is to forward nothing (a container engine sets that) still forwards for pods.
iptables -w -N "$chain" 2>/dev/null || iptables -w -F "$chain"
iptables -w -A "$chain" -s "$cluster" -j ACCEPT
iptables -w -A "$chain" -d "$cluster" -j ACCEPT
rule filter FORWARD -m comment --comment trailboss -j "$chain"
