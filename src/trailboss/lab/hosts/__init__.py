"""Hosts with systemd and sshd, as containers on a network of their own."""

from trailboss.lab.hosts.down import all_labs_down, lab_down
from trailboss.lab.hosts.model import Host, Lab, LabSpec
from trailboss.lab.hosts.state import load_lab
from trailboss.lab.hosts.up import lab_add, lab_replace, lab_up

__all__ = ["Host", "Lab", "LabSpec", "all_labs_down", "lab_add", "lab_down", "lab_replace", "lab_up", "load_lab"]
