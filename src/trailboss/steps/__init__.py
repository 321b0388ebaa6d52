"""Cluster + facts → the commands still missing; an empty list when all is right. A second run yields none."""

from trailboss.steps.catalogue import PREPARE, UPGRADE, PrepareStep
from trailboss.steps.command import Command, combine

__all__ = ["PREPARE", "UPGRADE", "Command", "PrepareStep", "combine"]
