"""A running kubeadm cluster that others made → the manifests that describe it, or why they cannot. Pure."""

from trailboss.adoption.proposal import Proposal, propose
from trailboss.adoption.seen import ClusterSeen, HostSeen, NodeStanding, Seen, Wish
from trailboss.adoption.writing import write

__all__ = ["ClusterSeen", "HostSeen", "NodeStanding", "Proposal", "Seen", "Wish", "propose", "write"]
