"""Reactions that need the policies in force."""

from collections.abc import Awaitable
from functools import partial
from typing import Protocol

from kit.activations import ActivatedPolicies
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import React
from policy.policies import Policies

FinancePolicies = ActivatedPolicies[Policies]


class JudgedReact(Protocol):
    """A reaction that needs the policies in force."""

    def __call__(self, work: UnitOfWork, event: ReceivedEvent, *, policies: FinancePolicies) -> Awaitable[None]:
        """React to the event."""


def judged_by(react: JudgedReact, policies: FinancePolicies) -> React:
    """Return the reaction bound to the policies in force."""
    return partial(react, policies=policies)
