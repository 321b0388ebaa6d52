"""Terraform and OpenTofu: a state file, `terraform show -json`, or `terraform output -json`."""

from trailboss.imports.terraform.reading import read_terraform

__all__ = ["read_terraform"]
