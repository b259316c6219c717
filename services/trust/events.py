"""What trust announces. In this release it only listens: its facts begin with the trust's own accounts.

The facts about a fund stand here before anybody announces them, since the registry listens for them already: without an
open fund no estate enters the trust mode.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event
from kit.money import Fen


@dataclass(frozen=True, kw_only=True)
class TrustFundOpened(Event):
    """An estate's trust fund has its account and its signatories; `account_ref` is a reference, never the number."""

    type: ClassVar[str] = "trust.fund.opened"

    estate_id: str
    fund_id: str
    account_ref: str
    signatory_slots: tuple[str, ...]
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class TrustFundSuspended(Event):
    """Nothing is paid out of the fund until it is resumed."""

    type: ClassVar[str] = "trust.fund.suspended"

    estate_id: str
    fund_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TrustFundResumed(Event):
    """A suspended fund serves again."""

    type: ClassVar[str] = "trust.fund.resumed"

    estate_id: str
    fund_id: str


@dataclass(frozen=True, kw_only=True)
class TrustFundLiquidated(Event):
    """The fund is closed and its residue paid."""

    type: ClassVar[str] = "trust.fund.liquidated"

    estate_id: str
    fund_id: str
    report_doc_id: str
    decision_id: str
    residue: Fen
    residue_to: str
