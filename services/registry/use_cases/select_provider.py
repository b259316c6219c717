"""Select a provider for the owners: fix content and fee standard, amend menus, record the offers made on them."""

from dataclasses import dataclass, replace
from datetime import date

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.selection import (
    Menu,
    Offer,
    Plan,
    Procedure,
    SelectionEvent,
    check_plan,
    check_procedure,
    require_open_plan,
)
from services.registry.domain.service_item import DraftItem, checked_items
from services.registry.domain.tender import Bidder, TenderMethod, check_bidder_count
from services.registry.domain.text import checked_name
from services.registry.store.estates import EstateRecord, estate_of
from services.registry.store.providers import credit_of, provider_of
from services.registry.store.selections import (
    SelectionRecord,
    add_selection,
    latest_selection_of_estate,
    save_plan,
    save_procedure,
)
from services.registry.use_cases.roles import GUIDE_OWNERS


@dataclass(frozen=True, kw_only=True)
class DraftMenu:
    """A service tier as it was handed in."""

    code: str
    name: str
    items: tuple[DraftItem, ...]


@dataclass(frozen=True, kw_only=True)
class FixServicePlan:
    """Service content and fee standard, fixed after hearing the owners."""

    estate_id: str
    owners_heard_on: date
    fixed_on: date
    menus: tuple[DraftMenu, ...]


@dataclass(frozen=True, kw_only=True)
class AmendMenu:
    """One menu of the plan with other services or prices, or one more menu."""

    estate_id: str
    fixed_on: date
    menu: DraftMenu


@dataclass(frozen=True, kw_only=True)
class RecordTender:
    """How the candidates were found, and on which menu each offers."""

    estate_id: str
    method: TenderMethod
    reference: str
    accepted_way: str | None
    decided_on: date
    offers: tuple[tuple[str, str], ...]
    """Provider and code of the menu."""


async def fix_service_plan(work: UnitOfWork, command: FixServicePlan) -> Outcome:
    """Open a selection: content and fee standard come first, after hearing the owners (PZ-14)."""
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    menus = tuple(
        _checked_menu(menu, estate, path=("input", "menus", str(place))) for place, menu in enumerate(command.menus)
    )
    plan = Plan(owners_heard_on=command.owners_heard_on, fixed_on=command.fixed_on, menus=menus)
    check_plan(plan, today=work.today)
    selection = SelectionRecord(id=new_id("sel"), estate_id=estate.id, place=estate.place, plan=plan)
    await add_selection(work, selection)
    return Outcome(entity_ids={"selection": selection.id})


async def amend_menu(work: UnitOfWork, command: AmendMenu) -> Outcome:
    """Change or add a menu while nobody has offered on the plan (DH-51); it is fixed anew on that day (PZ-14)."""
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    selection = await latest_selection_of_estate(work, estate.id)
    plan = require_open_plan(
        None if selection is None else selection.plan,
        None if selection is None else selection.procedure,
        estate_id=estate.id,
        event=SelectionEvent.AMEND_MENU,
    )
    assert selection is not None, "an open plan belongs to a selection"
    if command.fixed_on < plan.fixed_on:
        raise ValidationFailed("a plan is fixed anew, not backdated", path=("input", "fixedOn"), value=command.fixed_on)
    menu = _checked_menu(command.menu, estate, path=("input", "menu"))
    kept = tuple(other for other in plan.menus if other.code != menu.code)
    amended = replace(plan, fixed_on=command.fixed_on, menus=(*kept, menu))
    check_plan(amended, today=work.today)
    await save_plan(work, selection, amended)
    return Outcome(entity_ids={"selection": selection.id})


async def record_tender(work: UnitOfWork, command: RecordTender) -> Outcome:
    """Record the competition, or another way that owners accept, and the offers for the vote (PZ-14, PZ-15, DH-51)."""
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    selection = await latest_selection_of_estate(work, estate.id)
    plan = require_open_plan(
        None if selection is None else selection.plan,
        None if selection is None else selection.procedure,
        estate_id=estate.id,
        event=SelectionEvent.RECORD_OFFERS,
    )
    assert selection is not None, "an open plan belongs to a selection"
    check_bidder_count(len(command.offers), path=("input", "offers"))
    procedure = Procedure(
        method=command.method,
        reference=checked_name(command.reference, path=("input", "reference")),
        accepted_way=command.accepted_way,
        decided_on=command.decided_on,
        offers=tuple(
            Offer(id=new_id("ofr"), provider_id=provider_id, menu_code=menu_code)
            for provider_id, menu_code in command.offers
        ),
    )
    bidders = [await _bidder(work, provider_id, on=command.decided_on) for provider_id, _ in command.offers]
    check_procedure(procedure, plan, bidders=bidders, today=work.today)
    await save_procedure(work, selection, procedure)
    return Outcome(entity_ids={"selection": selection.id})


def _checked_menu(menu: DraftMenu, estate: EstateRecord, *, path: tuple[str, ...]) -> Menu:
    return Menu(
        code=checked_name(menu.code, path=(*path, "code")),
        name=checked_name(menu.name, path=(*path, "name")),
        items=checked_items(menu.items, enclosure=estate.facts.enclosure, path=(*path, "items")),
    )


async def _bidder(work: UnitOfWork, provider_id: str, *, on: date) -> Bidder:
    provider = await provider_of(work, provider_id)
    credit = await credit_of(work, provider.id)
    return Bidder(provider.id, provider.filing is not None, credit.is_blacklisted_on(on))
