"""Snapshots of etcd: taken, kept off the hosts, restored."""
