"""A fact is a command and a parser of what it prints. Knows text, not connections."""

from trailboss.facts.catalogue import parse, script
from trailboss.facts.machine_facts import Binary, Certificate, MachineFacts

__all__ = ["Binary", "Certificate", "MachineFacts", "parse", "script"]
