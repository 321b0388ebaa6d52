"""kubeadm's configuration and Kubernetes' version rules. Pure."""

from trailboss.kubeadm.init import init_configuration
from trailboss.kubeadm.join import JoinCredentials, join_configuration
from trailboss.kubeadm.upgrade import upgrade_configuration

__all__ = ["JoinCredentials", "init_configuration", "join_configuration", "upgrade_configuration"]
