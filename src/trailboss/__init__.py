"""Trailboss: keeps kubeadm clusters as Git says, over SSH."""
