"""Public employees and party members are urged to pay first: a report without names, from a restricted mark (ZG-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.caller import Caller, Role
from kit.errors import ForbiddenActor
from kit.money import Fen, sum_fen
from services.finance.domain.bill import BillState, FeeBill

READERS = (Role.STREET, Role.COMMUNITY, Role.DISTRICT_OFFICE, Role.CITY_OFFICE)
"""Who may mark an owner, and read what comes of it: never the provider, the committee or another owner."""


class LeadPayerKind(StrEnum):
    """Who is urged to pay first."""

    PUBLIC_EMPLOYEE = "PUBLIC_EMPLOYEE"
    PARTY_MEMBER = "PARTY_MEMBER"


class MarkIsRestricted(ForbiddenActor):
    """The mark of public employees and party members is for the offices alone (ZG-09)."""


@dataclass(frozen=True)
class LeadPayer:
    """An owner of an estate who is marked."""

    owner_id: str
    estate_id: str
    kind: LeadPayerKind


@dataclass(frozen=True)
class LeadPayerLine:
    """How many of one kind an estate has, how many of them owe something overdue, and how much, in fen."""

    kind: LeadPayerKind
    owners: int
    debtors: int
    overdue: Fen


def require_reader(caller: Caller) -> None:
    """Raise MarkIsRestricted unless the caller is of an office that may read the mark (ZG-09)."""
    if not caller.has_role(*READERS):
        raise MarkIsRestricted(f"this is for {', '.join(sorted(READERS))}", value=", ".join(sorted(caller.roles)))


def report(
    payers: Sequence[LeadPayer], bills: Mapping[str, Sequence[FeeBill]], *, today: date
) -> tuple[LeadPayerLine, ...]:
    """Return a line for each kind, by the overdue bills of each owner; it names nobody (ZG-09).

    A bill that two marked owners of one kind owe jointly counts once.
    """
    lines = []
    for kind in LeadPayerKind:
        of_kind = [payer for payer in payers if payer.kind is kind]
        overdue = {
            payer.owner_id: [
                bill
                for bill in bills.get(payer.owner_id, ())
                if bill.estate_id == payer.estate_id and bill.state_on(today) is BillState.OVERDUE
            ]
            for payer in of_kind
        }
        owed = {bill.id: bill.outstanding for found in overdue.values() for bill in found}
        lines.append(
            LeadPayerLine(
                kind=kind,
                owners=len(of_kind),
                debtors=sum(1 for found in overdue.values() if found),
                overdue=sum_fen(owed.values()),
            )
        )
    return tuple(lines)
