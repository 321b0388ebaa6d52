# What plain_install.sh and plain_upgrade.sh share: the hosts, commands on them over ssh, and how steps are timed.
# shellcheck shell=bash
#
# Given: CONTROL_PLANES and WORKERS ("name=address …"), SSH_KEY, SSH_KNOWN_HOSTS, MIRROR (URL), KUBERNETES (1.34.4), and
# INPUTS, a folder. Printed for scripted.py: "== BEGAN ENDED MACHINE STEP", in seconds since the epoch.
set -euo pipefail
export LC_ALL=C
exec </dev/null

declare -A address images
hosts=()
for pair in $CONTROL_PLANES $WORKERS; do
  hosts+=("${pair%%=*}")
  address[${pair%%=*}]=${pair#*=} images[${pair%%=*}]=.
done
workers=()
for pair in $WORKERS; do
  workers+=("${pair%%=*}")
  images[${pair%%=*}]='/(kube-proxy|pause|coredns):'
done
control_planes=("${hosts[@]::${#hosts[@]}-${#workers[@]}}")
first=${control_planes[0]}

# One connection to each host, which all its commands share.
work=$(mktemp -d)
options=(-F /dev/null -i "$SSH_KEY" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR -o ConnectTimeout=10
  -o UserKnownHostsFile="$SSH_KNOWN_HOSTS" -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes
  -o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$work/%h")
there=$(<"$(dirname "$0")/plain_host.sh")

leave() {
  local host
  for host in "${hosts[@]}"; do
    ssh "${options[@]}" -O exit "root@${address[$host]}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap leave EXIT

on() { # HOST COMMAND…; the command may be a function of plain_host.sh
  local host=$1
  shift
  ssh "${options[@]}" "root@${address[$host]}" "$there"$'\n'"${*@Q}"
}

timed() { # MACHINE STEP COMMAND…
  local began=$EPOCHREALTIME machine=$1 step=$2
  shift 2
  "$@"
  echo "== $began $EPOCHREALTIME $machine $step"
}

in_parallel() { # FUNCTION HOST…
  local function=$1 host pid pids=()
  shift
  for host; do
    "$function" "$host" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

lay() { # FOLDER HOST: lays the folder's files over the host's own
  (cd "$1" && find . -type f -print0 | tar --null -T - --owner=0 --group=0 -cf -) | on "$2" tar -C / -xf -
}
