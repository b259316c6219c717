"""How owners come to a provider: content and fee standard first, then the offers, then the vote, then the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kit.errors import DecisionMissing, StateConflict, ValidationFailed
from services.registry.domain.service_item import ServiceItem
from services.registry.domain.tender import Bidder, TenderMethod, require_eligible

MOST_MENUS = 20


class PlanNotFixed(StateConflict):
    """Service content and fee standard are not fixed yet, so nobody can be selected (PZ-14, DH-51)."""


class SelectionClosed(StateConflict):
    """Offers were made on these menus; they are what the owners vote on and do not change (DH-51)."""


class OfferNotChosen(DecisionMissing):
    """The owners did not vote for this provider on this menu (DH-51, PZ-15)."""


class OfferNotKept(ValidationFailed):
    """The contract states another content, standard or price than the menu the owners chose (DH-51)."""


@dataclass(frozen=True, kw_only=True)
class Menu:
    """One service tier with its priced services (质价相符)."""

    code: str
    name: str
    items: tuple[ServiceItem, ...]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A candidate's offer to serve by one of the menus; the vote is about it."""

    id: str
    provider_id: str
    menu_code: str


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """How the candidates were found: by competition, or another way that the owners accept (PZ-15)."""

    method: TenderMethod
    reference: str
    accepted_way: str | None
    decided_on: date
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The service content and fee standard that were fixed after hearing the owners (PZ-14)."""

    owners_heard_on: date
    fixed_on: date
    menus: tuple[Menu, ...]


class SelectionState(StrEnum):
    """Where the selection of a provider stands."""

    NO_PLAN = "NO_PLAN"
    PLAN_FIXED = "PLAN_FIXED"
    OFFERED = "OFFERED"


class SelectionEvent(StrEnum):
    """What is recorded of a selection."""

    FIX_PLAN = "FIX_PLAN"
    AMEND_MENU = "AMEND_MENU"
    RECORD_OFFERS = "RECORD_OFFERS"


TRANSITIONS: Final[Mapping[tuple[SelectionState, SelectionEvent], SelectionState]] = {
    # A plan that is fixed anew opens another selection; the former one stays as it is.
    (SelectionState.NO_PLAN, SelectionEvent.FIX_PLAN): SelectionState.PLAN_FIXED,
    (SelectionState.PLAN_FIXED, SelectionEvent.FIX_PLAN): SelectionState.PLAN_FIXED,
    (SelectionState.OFFERED, SelectionEvent.FIX_PLAN): SelectionState.PLAN_FIXED,
    (SelectionState.PLAN_FIXED, SelectionEvent.AMEND_MENU): SelectionState.PLAN_FIXED,
    (SelectionState.PLAN_FIXED, SelectionEvent.RECORD_OFFERS): SelectionState.OFFERED,
}
"""State and record → state: the plan comes first, and menus stand once somebody offered on them (PZ-14, DH-51)."""


def selection_state(plan: Plan | None, procedure: Procedure | None) -> SelectionState:
    """Return where the latest selection of an estate stands."""
    if plan is None:
        return SelectionState.NO_PLAN
    return SelectionState.PLAN_FIXED if procedure is None else SelectionState.OFFERED


def check_plan(plan: Plan, *, today: date) -> None:
    """Raise ValidationFailed unless owners were heard before the plan was fixed, by one to twenty menus (PZ-14)."""
    if plan.fixed_on > today:
        raise ValidationFailed("a plan was fixed in the past", path=("input", "fixedOn"), value=plan.fixed_on)
    if plan.owners_heard_on > plan.fixed_on:
        raise ValidationFailed(
            "the owners are heard before content and fee are fixed",
            path=("input", "ownersHeardOn"),
            value=plan.owners_heard_on,
        )
    codes = [menu.code for menu in plan.menus]
    if not 1 <= len(codes) <= MOST_MENUS or len(set(codes)) != len(codes):
        raise ValidationFailed(
            f"a plan has 1 to {MOST_MENUS} menus of different codes", path=("input", "menus"), value=codes
        )


def require_open_plan(
    plan: Plan | None,
    procedure: Procedure | None,
    *,
    estate_id: str,
    event: SelectionEvent,
) -> Plan:
    """Return the plan that may still have this event: be amended, or offered on.

    Raises PlanNotFixed without one (PZ-14), SelectionClosed once offers were recorded (DH-51).
    """
    if plan is None:
        raise PlanNotFixed(
            "content and fee standard are fixed before anybody is selected", path=("input", "estateId"), value=estate_id
        )
    if (selection_state(plan, procedure), event) not in TRANSITIONS:
        raise SelectionClosed("offers were made on these menus already", path=("input", "estateId"), value=estate_id)
    return plan


def check_procedure(procedure: Procedure, plan: Plan, *, bidders: Sequence[Bidder], today: date) -> None:
    """Raise unless the way of selecting can follow the plan (PZ-14, PZ-15, ZG-11).

    Raises PlanNotFixed for a selection dated before the plan, ValidationFailed for another way that nobody describes or
    an offer on a menu that is none, BidderNotEligible for a bidder of a tender who is not filed or not in good credit.
    """
    if procedure.decided_on > today:
        raise ValidationFailed(
            "a selection was held in the past", path=("input", "decidedOn"), value=procedure.decided_on
        )
    if procedure.decided_on < plan.fixed_on:
        raise PlanNotFixed(
            f"content and fee standard were fixed on {plan.fixed_on.isoformat()} only",
            path=("input", "decidedOn"),
            value=procedure.decided_on,
        )
    if procedure.method is TenderMethod.BY_AGREEMENT:
        raise ValidationFailed(
            "owners select by competition or another way they accept", path=("input", "method"), value=procedure.method
        )
    is_other_way = procedure.method is TenderMethod.OTHER_WAY
    if is_other_way is not bool((procedure.accepted_way or "").strip()):
        raise ValidationFailed(
            "another way than a tender is described, and only that",
            path=("input", "acceptedWay"),
            value=procedure.method,
        )
    _check_offers(procedure.offers, plan)
    if not is_other_way:
        for bidder in bidders:
            require_eligible(bidder, path=("input", "offers"))


def _check_offers(offers: Sequence[Offer], plan: Plan) -> None:
    menus = {menu.code for menu in plan.menus}
    if not offers:
        raise ValidationFailed("a selection has an offer", path=("input", "offers"), value=len(offers))
    for place, offer in enumerate(offers):
        if offer.menu_code not in menus:
            raise ValidationFailed(
                "the plan has no menu of this code",
                path=("input", "offers", str(place), "menuCode"),
                value=offer.menu_code,
            )
    pairs = {(offer.provider_id, offer.menu_code) for offer in offers}
    if len(pairs) != len(offers):
        raise ValidationFailed("a candidate offers on a menu once", path=("input", "offers"), value=len(offers))


def require_plan_first(*, asked_by_district: bool, offer_id: str | None, owners_choose_company: bool) -> None:
    """Raise PlanNotFixed when the district wants the plan first and the contract names no offer on one (PZ-14)."""
    if asked_by_district and owners_choose_company and offer_id is None:
        raise PlanNotFixed(
            "content and fee standard are fixed first: the contract names the offer that was voted on",
            path=("input", "offerId"),
        )


def require_chosen_offer(
    offer: Offer,
    plan: Plan,
    procedure: Procedure,
    *,
    estate_is_same: bool,
    provider_id: str,
    items: Sequence[ServiceItem],
    subject_ref: str | None,
    voted_on: date | None,
) -> None:
    """Raise unless the owners voted for this offer and the contract keeps it (DH-51, PZ-14, PZ-15).

    Raises OfferNotChosen when the vote was about somebody or something else or preceded the offers, OfferNotKept when
    the items differ from the menu's in code, standard or price.
    """
    path = ("input", "offerId")
    if not estate_is_same:
        raise OfferNotChosen("the offer was made to another estate", path=path, value=offer.id)
    if voted_on is None:
        raise OfferNotChosen("the owners have not voted on the offer", path=path, value=offer.id)
    if voted_on < procedure.decided_on:
        raise OfferNotChosen("the vote was held before the offers were made", path=path, value=voted_on)
    sole = [other for other in procedure.offers if other.provider_id == offer.provider_id] == [offer]
    if subject_ref != offer.id and not (sole and subject_ref == offer.provider_id):
        raise OfferNotChosen("the vote was about another offer", path=path, value=subject_ref)
    if offer.provider_id != provider_id:
        raise OfferNotChosen("the offer is another provider's", path=path, value=offer.provider_id)
    menu = next(menu for menu in plan.menus if menu.code == offer.menu_code)
    if _terms_of(menu.items) != _terms_of(items):
        raise OfferNotKept(
            f"the contract differs from menu {menu.code!r} that the owners chose",
            path=("input", "items"),
            value=menu.code,
        )


def _terms_of(items: Sequence[ServiceItem]) -> list[tuple[str, str, int, str]]:
    return sorted((item.code, item.standard, item.price, item.price_unit) for item in items)
