"""What finance knows of a service contract: its parties, its dates and its deposit clause."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.money import Fen

FIRST_YEAR = 1


class ContractKind(StrEnum):
    """Who concluded the contract, and on which footing."""

    EARLY_STAGE = "EARLY_STAGE"
    CONGRESS = "CONGRESS"
    COOPERATION = "COOPERATION"
    TRUST = "TRUST"
    CUSTODY = "CUSTODY"


WITH_COMMITTEE = "CONGRESS_WITH_COMMITTEE"
"""The owners' body that signs where a committee is in term."""


@dataclass(frozen=True)
class ServiceContract:
    """A signed contract; `number` is what people call it by.

    `deposit_rate` is fen per m² and year, None where the parties agreed on no deposit (ZG-17).
    While it `awaits_policy`, its district's document is still to be put in force and nothing is decided.
    From its notice of exit, `exit_noticed_on`, it `may_end_on` a day, if the notice says which.
    `handover_accepted` is None while the contract runs, and where it ended because `superseded_by` took effect.
    """

    id: str
    district: str
    estate_id: str
    street_id: str
    community_id: str
    provider_id: str
    kind: ContractKind
    signed_on: date
    from_: date
    signed_by_body: str
    decision_id: str | None = None
    deposit_rate: Fen | None = None
    service_start_on: date | None = None
    awaits_policy: bool = False
    exit_noticed_on: date | None = None
    may_end_on: date | None = None
    ended_on: date | None = None
    handover_accepted: bool | None = None
    superseded_by: str | None = None
    number: str = ""

    @property
    def take_on(self) -> date:
        """The day the provider takes the estate on, when the deposit is due (ZG-19)."""
        return self.service_start_on or self.from_

    @property
    def last_day(self) -> date | None:
        """The day on which it ended, or may end by its notice; None while neither is known."""
        return self.ended_on or self.may_end_on

    @property
    def has_committee(self) -> bool:
        """Whether an owners' committee was in term when the contract was signed."""
        return self.signed_by_body == WITH_COMMITTEE
