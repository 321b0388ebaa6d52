#!/usr/bin/env bash
# The second contestant of upgrade.py: the steps that Trailboss takes to upgrade the same cluster, in the same order,
# over ssh, without what looks first or afterwards whether all is well. It resumes nothing, and runs once.
#
# Given: what plain_ssh.sh wants (the first control plane runs `kubeadm upgrade apply`), and in INPUTS: upgrade.yaml, and
# HOST.containerd.toml for each host whose containerd has to be configured anew.

# shellcheck source=plain_ssh.sh
. "$(dirname "$0")/plain_ssh.sh"
staged=/var/lib/plain-upgrade/v$KUBERNETES

stage() { # HOST
  timed "$1" staged-binaries on "$1" binaries "$MIRROR/release/v$KUBERNETES/bin/linux/amd64" "$staged"
  timed "$1" images on "$1" images "$MIRROR/images/v$KUBERNETES" "${images[$1]}"
}

kubeadm_binary() { # HOST
  timed "$1" kubeadm-binary on "$1" put "$staged" kubeadm
}

kubeadm_upgrade() { # HOST WORD…
  local host=$1
  shift
  on "$host" take /root/upgrade.yaml <"$INPUTS/upgrade.yaml"
  on "$host" kubeadm upgrade "$@" --config /root/upgrade.yaml
}

upgrade_node() { # HOST
  timed "$1" kubeadm-upgrade-node kubeadm_upgrade "$1" node
}

drain() { # HOST
  timed "$1" drain on "$first" drain "$1"
}

configure_containerd() { # HOST
  on "$1" take /etc/containerd/config.toml <"$INPUTS/$1.containerd.toml"
  on "$1" systemctl restart containerd
}

replace_kubelet() { # HOST, which is drained
  if [ -e "$INPUTS/$1.containerd.toml" ]; then timed "$1" containerd configure_containerd "$1"; fi
  timed "$1" kubelet on "$1" replace_kubelet "$staged"
  timed "$1" uncordon on "$first" uncordon "$1"
  timed "$1" node-ready on "$first" wait_until_upgraded "$1" "v$KUBERNETES"
}

in_parallel stage "${hosts[@]}"
for host in "${control_planes[@]}"; do
  kubeadm_binary "$host"
  if [ "$host" = "$first" ]; then
    timed "$host" kubeadm-upgrade-apply kubeadm_upgrade "$host" apply "v$KUBERNETES" --yes
  else
    upgrade_node "$host"
  fi
  drain "$host"
  replace_kubelet "$host"
done
for host in "${workers[@]}"; do
  drain "$host"
  kubeadm_binary "$host"
  upgrade_node "$host"
  replace_kubelet "$host"
done
