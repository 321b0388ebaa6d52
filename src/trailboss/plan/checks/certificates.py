"""Certificates that no plan renews: authorities, and those that are signed elsewhere."""

from collections.abc import Iterator
from datetime import timedelta

from trailboss.facts import MachineFacts
from trailboss.model.machine import Machine
from trailboss.model.plan import Refusal
from trailboss.plan.certificates import Ending, is_authority, not_renewable
from trailboss.plan.checks.finding import Finding
from trailboss.plan.situation import Situation

SHORTEST = timedelta(days=7)
NOTED = timedelta(days=30)
NOTED_OF_AUTHORITIES = timedelta(days=180)
"""A new authority takes long to bring about: everything that trusts the old one has to learn of it first."""


def certificates(situation: Situation) -> Iterator[Finding]:
    """By the machine's own clock, which another check compares."""
    for machine, facts in situation.observed:
        if machine.role == "control-plane" and facts.is_member and facts.epoch:
            yield from _findings(situation, machine, facts)


def _findings(situation: Situation, machine: Machine, facts: MachineFacts) -> Iterator[Finding]:
    if not facts.certificates:
        yield f"when the certificates of {machine.name} end cannot be read there: is openssl installed?"
    for one in not_renewable(facts, NOTED_OF_AUTHORITIES):
        words = f"{machine.name}: {one}; {_why(one)}"
        if one.left < SHORTEST and situation.disrupts:
            yield Refusal(reason=words, remedy=_remedy(one), machine=machine.name)
        elif one.left < NOTED or is_authority(one.name):
            yield f"{words}: {_remedy(one)}"


def _why(one: Ending) -> str:
    if is_authority(one.name):
        return "kubeadm renews no authorities"
    return "the key of its authority is not on the machine, so nobody there can renew it"


def _remedy(one: Ending) -> str:
    if is_authority(one.name):
        return "make a new authority by hand, as Kubernetes' documentation on manual rotation of CA certificates tells"
    return "have it signed where the key is (`kubeadm certs generate-csr`), and restart the static pods"
