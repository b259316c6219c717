"""The clauses a written contract has beside its services, and what may be subcontracted of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Duplicate, OutOfRange, ValidationFailed
from kit.ratio import ONE, Ratio, format_ratio
from services.registry.domain.service_item import ContractNotWritten, ServiceItem
from services.registry.domain.text import LONGEST_TEXT, checked_name

MOST_NOTICE_DAYS = 365
MOST_PROMISES = 100


class FeeMethod(StrEnum):
    """How the provider is paid: a lump sum (包干制), or its costs and a remuneration (酬金制)."""

    LUMP_SUM = "LUMP_SUM"
    REMUNERATION = "REMUNERATION"


class FeeInterval(StrEnum):
    """How often the fee is collected."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF_YEAR = "HALF_YEAR"
    YEAR = "YEAR"


class UnableToSubcontract(OutOfRange):
    """All of the contract would be done by others, at once or by splitting it up (Civil Code, art. 941)."""


class SubcontractedAlready(Duplicate):
    """The service is subcontracted already."""


@dataclass(frozen=True, kw_only=True)
class FeeTerms:
    """How the fee is reckoned and how often it is collected."""

    method: FeeMethod
    interval: FeeInterval


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """The clauses of Civil Code art. 938 beside items, quality, prices and term.

    `dismissal_notice_days` is None unless the parties agreed on another notice than the law's (art. 946).
    """

    fee: FeeTerms
    fund_use: str
    rooms: str
    handover: str
    dismissal_notice_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A public promise of the provider in the owners' favour: part of the contract (Civil Code, art. 938)."""

    text: str
    made_on: date
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subcontract:
    """A single service that another provider does; the share is of the whole contract's price."""

    item_code: str
    provider_id: str
    share: Ratio
    from_: date


def checked_terms(terms: ContractTerms | None) -> ContractTerms:
    """Return the terms; raises ContractNotWritten, naming the clause, for one that lacks (Civil Code, art. 938)."""
    path = ("input", "terms")
    if terms is None:
        raise ContractNotWritten("a written contract states fee collection, fund use, rooms and handover", path=path)
    clauses = {"fundUse": terms.fund_use, "rooms": terms.rooms, "handover": terms.handover}
    for field, text in clauses.items():
        if not text.strip():
            raise ContractNotWritten(f"the contract states no {field}", path=(*path, field), value=text)
    days = terms.dismissal_notice_days
    if days is not None and not 0 <= days <= MOST_NOTICE_DAYS:
        raise OutOfRange(
            f"an agreed notice has 0 to {MOST_NOTICE_DAYS} days", path=(*path, "dismissalNoticeDays"), value=days
        )
    return ContractTerms(
        fee=terms.fee,
        fund_use=checked_name(terms.fund_use, path=(*path, "fundUse"), longest=LONGEST_TEXT),
        rooms=checked_name(terms.rooms, path=(*path, "rooms"), longest=LONGEST_TEXT),
        handover=checked_name(terms.handover, path=(*path, "handover"), longest=LONGEST_TEXT),
        dismissal_notice_days=days,
    )


def checked_promise(promise: Promise, *, today: date, promise_count: int) -> Promise:
    """Return the promise; raises ValidationFailed for one to come, OutOfRange for one too many (art. 938)."""
    if promise.made_on > today:
        raise ValidationFailed("a promise was made in the past", path=("input", "madeOn"), value=promise.made_on)
    if promise_count >= MOST_PROMISES:
        raise OutOfRange(f"a contract has at most {MOST_PROMISES} promises", path=("input", "text"))
    text = checked_name(promise.text, path=("input", "text"), longest=LONGEST_TEXT)
    return Promise(text=text, made_on=promise.made_on, document_id=promise.document_id)


def check_subcontract(
    new: Subcontract, *, items: Sequence[ServiceItem], existing: Sequence[Subcontract], provider_id: str
) -> None:
    """Raise unless the service may be subcontracted: single services, never the whole, not by splitting (art. 941).

    Raises ValidationFailed for a service that the contract does not have or that goes to its own provider,
    SubcontractedAlready for one that is given away, and UnableToSubcontract when the shares make the whole or no
    service would be left with the provider.
    """
    codes = {item.code for item in items}
    if new.item_code not in codes:
        raise ValidationFailed(
            "the contract has no service of this code", path=("input", "itemCode"), value=new.item_code
        )
    if new.provider_id == provider_id:
        raise ValidationFailed(
            "a subcontractor is another provider", path=("input", "providerId"), value=new.provider_id
        )
    if new.share <= 0:
        raise ValidationFailed("a share is more than nothing", path=("input", "share"), value=format_ratio(new.share))
    given_away = {subcontract.item_code for subcontract in existing}
    if new.item_code in given_away:
        raise SubcontractedAlready(
            "this service is subcontracted already", path=("input", "itemCode"), value=new.item_code
        )
    if sum(subcontract.share for subcontract in existing) + new.share >= ONE:
        raise UnableToSubcontract(
            "all subcontracts together make less than the whole of the contract",
            path=("input", "share"),
            value=format_ratio(new.share),
        )
    if given_away | {new.item_code} == codes:
        raise UnableToSubcontract(
            "the provider does at least one of the services itself: splitting the whole up is no way around it",
            path=("input", "itemCode"),
            value=new.item_code,
        )
