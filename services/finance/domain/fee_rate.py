"""The rates of fees: what may be charged to owners at all, from when, and marked since when (DH-16).

A rate belongs to a contract or, where an estate is managed without one, to the estate itself. It is a price of the
owners' own service: what lies outside the gate or is borne by public funds is never theirs to pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kit.errors import (
    DecisionMissing,
    Duplicate,
    EarmarkViolation,
    NotFound,
    OutOfRange,
    PreconditionMissing,
    StateConflict,
    ValidationFailed,
)
from kit.money import Fen, format_money
from policy.vocabulary import CleaningCost, CostBearer, ManagementMode, ServiceItem
from services.finance.domain.bill import FeeUnit, Payee
from services.finance.domain.contract import ContractKind
from services.finance.domain.service_period import EstateMode, FeeContract, ServiceSpell

LONGEST_ITEM_CODE = 64
MOST_ITEMS = 20


class FeeContractUnknown(NotFound):
    """No such contract of the estate, or it is outside what the caller may see."""


class OutsideItemBilled(EarmarkViolation):
    """An item outside the gate is paid from public funds, never by owners (DH-02)."""


class OneCostLineForBothSides(EarmarkViolation):
    """The cost centre of the item also holds services outside the gate; what owners pay has one of its own (DH-36)."""


class BasicServiceFromPublicFunds(EarmarkViolation):
    """The cost of a basic service is borne by all owners, not by public funds (ZG-27)."""


class PublicItemBilled(EarmarkViolation):
    """The item is borne by public funds; owners are not billed for it."""


class MunicipalCleaningBilled(EarmarkViolation):
    """Municipal sanitation cleans the public area; it is no cost of a provider that owners pay (ZG-34)."""


class ItemNotInContract(PreconditionMissing):
    """The contract has no such service: owners pay what it prices (NZ-25)."""


class ItemBeyondMode(OutOfRange):
    """In this mode the estate has a basic service of a few items, and only those are billed."""


class RateSetTwice(Duplicate):
    """The item has a rate from this very day already."""


class RateAlreadyBilled(StateConflict):
    """The item was billed for days on which the new rate would hold."""


class PriceNotMarked(PreconditionMissing):
    """The rate is not marked clearly where owners see it: nothing is billed by it (DH-16)."""


class FeeNotDecided(DecisionMissing):
    """The owners have not decided what the item costs: no rate, or one that rests on no passed decision (PZ-19)."""


@dataclass(frozen=True, kw_only=True)
class FeeRate:
    """What an item costs per unit, in fen, from a day on; `effective_to` is its last day, None while it goes on.

    `contract_id` is None for a rate of the estate itself. `decision_id` is the joint decision it rests on, if one was
    named.
    """

    id: str
    estate_id: str
    contract_id: str | None
    item_code: str
    unit: FeeUnit
    rate: Fen
    effective_from: date
    effective_to: date | None = None
    price_marked_on: date | None = None
    decision_id: str | None = None

    @property
    def price_marked(self) -> bool:
        """Whether the price was marked clearly (明码标价)."""
        return self.price_marked_on is not None

    def holds_on(self, day: date) -> bool:
        """Return whether the rate holds on that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


def checked_item_code(text: str, *, path: Sequence[str] = ()) -> str:
    """Return the item code; raises ValidationFailed unless it has 1 to 64 printable characters without spaces."""
    if not 1 <= len(text) <= LONGEST_ITEM_CODE or not text.isprintable() or any(one.isspace() for one in text):
        raise ValidationFailed(
            f"an item code has 1 to {LONGEST_ITEM_CODE} printable characters and no space", path=path, value=text
        )
    return text


def checked_rate(rate: Fen, *, path: Sequence[str] = ()) -> Fen:
    """Return the rate; raises ValidationFailed unless it is above zero."""
    if rate <= 0:
        raise ValidationFailed("a rate is above zero", path=path, value=format_money(rate))
    return rate


def check_item_of_contract(item_code: str, contract: FeeContract, *, path: Sequence[str] = ()) -> None:
    """Raise unless owners may be charged for this item of the contract.

    Raises ItemNotInContract for one the contract does not have (NZ-25), OutsideItemBilled for one outside the gate
    (DH-02), OneCostLineForBothSides for one booked on the cost centre of such a one (DH-36).
    """
    item = next((one for one in contract.items if one.code == item_code), None)
    if item is None:
        raise ItemNotInContract("the contract has no service of this code", path=path, value=item_code)
    if not item.inside:
        raise OutsideItemBilled("the service lies outside the gate: public funds pay it", path=path, value=item_code)
    outside = {one.cost_centre for one in contract.items if not one.inside}
    if item.cost_centre is not None and item.cost_centre in outside:
        raise OneCostLineForBothSides(
            "its cost centre also holds services outside the gate", path=path, value=item.cost_centre
        )


def check_cleaning(item_code: str, *, payee: Payee, borne: CleaningCost | None, path: Sequence[str] = ()) -> None:
    """Raise MunicipalCleaningBilled for a provider's cleaning where the document leaves it to the municipality (ZG-34).

    The basic cleaning of a residents' committee is another thing: owners bear it (ZG-27).
    """
    by_municipality = borne is CleaningCost.MUNICIPAL_SANITATION and payee in (Payee.PROVIDER, Payee.TRUST_FUND)
    if by_municipality and item_code == ServiceItem.CLEANING.value:
        raise MunicipalCleaningBilled(
            "municipal sanitation cleans the public area; the item is no cost for owners", path=path, value=item_code
        )


def check_bearer(mode: EstateMode | None, bearer: CostBearer, *, path: Sequence[str] = ()) -> None:
    """Raise unless the bearer who is asked for is the one who bears the cost in the estate's mode (ZG-27).

    Raises BasicServiceFromPublicFunds where all owners bear a basic service, PublicItemBilled where public funds do or
    are asked to: no bill is ever made out to them here.
    """
    borne = None if mode is None else mode.cost_bearer
    if bearer is CostBearer.PUBLIC_FUNDS:
        is_basic = mode is not None and mode.mode is ManagementMode.COMMUNITY_FALLBACK
        if is_basic and borne is not CostBearer.PUBLIC_FUNDS:
            raise BasicServiceFromPublicFunds(
                "the cost of the basic service is borne by all owners", path=path, value=bearer.value
            )
        raise PublicItemBilled("what public funds pay is not billed to owners", path=path, value=bearer.value)
    if borne is CostBearer.PUBLIC_FUNDS:
        raise PublicItemBilled("public funds bear the service in this mode", path=path, value=bearer.value)


def check_item_of_mode(item_code: str, mode: EstateMode | None, *, path: Sequence[str] = ()) -> None:
    """Raise ItemBeyondMode for an item that the estate's basic service does not have."""
    if mode is not None and mode.items and item_code not in mode.items:
        raise ItemBeyondMode(f"in this mode only {', '.join(mode.items)} are billed", path=path, value=item_code)


def set_rate(
    known: Sequence[FeeRate], new: FeeRate, *, billed_until: date | None, path: Sequence[str] = ()
) -> tuple[FeeRate, ...]:
    """Return what changes: the new rate, and the one before it, which ends the day before.

    `known` are the rates of the same item and tariff, `billed_until` the last day that it was billed for. A rate that
    is known to begin later ends the new one. Raises RateSetTwice, RateAlreadyBilled.
    """
    if any(one.effective_from == new.effective_from for one in known):
        raise RateSetTwice(
            f"{new.item_code} has a rate from this day already", path=path, value=new.effective_from.isoformat()
        )
    if billed_until is not None and new.effective_from <= billed_until:
        raise RateAlreadyBilled(
            f"{new.item_code} is billed until {billed_until.isoformat()}",
            path=path,
            value=new.effective_from.isoformat(),
        )
    later = [one.effective_from for one in known if one.effective_from > new.effective_from]
    changed = [replace(new, effective_to=min(later) - timedelta(days=1) if later else None)]
    changed += [
        replace(one, effective_to=new.effective_from - timedelta(days=1))
        for one in known
        if one.effective_from < new.effective_from and one.holds_on(new.effective_from)
    ]
    return tuple(changed)


def check_billable(
    rate: FeeRate, spell: ServiceSpell, *, decision_passed_on: date | None, today: date, path: Sequence[str] = ()
) -> None:
    """Raise unless bills may be made out by this rate for this service.

    Raises PriceNotMarked for a rate that is not marked by today (DH-16), FeeNotDecided for one that rests neither on a
    developer's contract, which binds the owners by law (Civil Code, art. 939), nor on a decision that passed (PZ-19).
    """
    if rate.price_marked_on is None or rate.price_marked_on > today:
        raise PriceNotMarked(f"the price of {rate.item_code} is not marked", path=path, value=rate.item_code)
    binds_by_law = spell.contract is not None and spell.contract.kind is ContractKind.EARLY_STAGE
    if not binds_by_law and (decision_passed_on is None or decision_passed_on > rate.effective_from):
        raise FeeNotDecided(
            f"the owners have not decided what {rate.item_code} costs from {rate.effective_from.isoformat()}",
            path=path,
            value=rate.item_code,
        )
