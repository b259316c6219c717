"""What the tests of the mediation of arrears do: inspection's facts about a case, heard by finance."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kit.cloud_events import write_message
from kit.event_schemas import EventSchemas
from kit.events import Event, ReceivedEvent
from kit.ids import new_id
from kit.inbox import Delivery
from kit.money import Fen
from tests.heard import HeardService, RegistryFacts

APPLIED_ON = "2026-04-01"
ACCEPTED_ON = "2026-04-03"
SETTLED_ON = "2026-04-08"
_SEQUENCE = itertools.count(1)


@dataclass(frozen=True)
class AgreedInstalment:
    """What is to be paid by a day."""

    due_on: date
    amount: Fen


@dataclass(frozen=True)
class SettlementTerms:
    """The instalments of a part or, without one, of the whole estate."""

    instalments: tuple[AgreedInstalment, ...]
    part_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MediationApplied(Event):
    """The provider applied for mediation of arrears."""

    type = "inspection.mediation.applied"

    estate_id: str
    case_id: str
    provider_id: str
    settlement_terms: SettlementTerms | None = None


@dataclass(frozen=True, kw_only=True)
class MediationAccepted(MediationApplied):
    """The committee took the case."""

    type = "inspection.mediation.accepted"


@dataclass(frozen=True, kw_only=True)
class MediationSettled(MediationApplied):
    """The parties agreed."""

    type = "inspection.mediation.settled"


@dataclass(frozen=True, kw_only=True)
class MediationFailed(MediationApplied):
    """The parties did not agree."""

    type = "inspection.mediation.failed"


SCHEMAS = EventSchemas.of([MediationApplied, MediationAccepted, MediationSettled, MediationFailed])


@dataclass
class Mediation:
    """A case of the estate's provider."""

    facts: RegistryFacts
    case_id: str = field(default_factory=lambda: new_id("mdc"))

    def came_to(self, state: str, on: str, terms: dict[str, object] | None = None) -> ReceivedEvent:
        """I13: the case came to the state."""
        return self.facts.fact(
            f"inspection.mediation.{state}",
            self.case_id,
            on,
            estateId=self.facts.estate_id,
            caseId=self.case_id,
            providerId=self.facts.provider_id,
            settlementTerms=terms,
        )

    def settled(
        self, *instalments: tuple[str, str], part_id: str | None = None, since: str = APPLIED_ON
    ) -> Sequence[ReceivedEvent]:
        """Applied for, accepted and settled in these instalments, each a due day and an amount."""
        return (
            self.came_to("applied", since),
            self.came_to("accepted", ACCEPTED_ON),
            self.came_to("settled", SETTLED_ON, terms_of(*instalments, part_id=part_id)),
        )


def terms_of(*instalments: tuple[str, str], part_id: str | None = None) -> dict[str, object]:
    """Return the terms as inspection tells them."""
    named = [{"dueOn": due_on, "amount": amount} for due_on, amount in instalments]
    return {"instalments": named} if part_id is None else {"instalments": named, "partId": part_id}


async def hear_any(finance: HeardService, *facts: ReceivedEvent) -> None:
    """Take the facts in, one after the other, each from the service that announces it."""
    inspection = replace(finance.inbox, source="inspection", schemas=SCHEMAS)
    for fact in facts:
        if fact.type.startswith("inspection."):
            await inspection.take_in([Delivery(next(_SEQUENCE), write_message(fact))])
        else:
            await finance.hear(fact)
