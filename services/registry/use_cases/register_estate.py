"""Register an estate in its one street and community, and change what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kit.area import Area
from kit.errors import ValidationFailed
from kit.events import wire_name
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.estate import (
    Enclosure,
    EstateCodeTaken,
    EstateFacts,
    EstateKind,
    NothingToChange,
    check_estate_facts,
)
from services.registry.domain.territory import (
    CommunityOutsideStreet,
    Membership,
    UnknownCommunity,
    UnknownStreet,
    require_same_community,
)
from services.registry.domain.text import checked_name
from services.registry.events import EstateAreaOrHouseholdsChanged, EstateChanged, EstateRegistered
from services.registry.store.estates import (
    EstateRecord,
    add_estates,
    estate_of,
    find_estates_by_code,
    save_facts,
)
from services.registry.store.territory import find_communities, find_streets, require_own_area
from services.registry.use_cases.roles import KEEP_ESTATES

LONGEST_CODE = 64
AREA_FIELDS = ("approved_gross_area", "managed_area", "household_count")


@dataclass(frozen=True, kw_only=True)
class RegisterEstate:
    """An estate with its code, its place and its facts."""

    code: str
    street_id: str
    community_id: str
    facts: EstateFacts


@dataclass(frozen=True, kw_only=True)
class ChangeEstate:
    """What is to change from a day on; None leaves a fact as it is."""

    estate_id: str
    effective_on: date
    name: str | None = None
    enclosure: Enclosure | None = None
    kind: EstateKind | None = None
    built_on: date | None = None
    built_year: int | None = None
    approved_gross_area: Area | None = None
    managed_area: Area | None = None
    household_count: int | None = None


async def register_estate(work: UnitOfWork, command: RegisterEstate) -> Outcome:
    """Register an estate: exactly one street (DH-04, XY-28) and exactly one community (DH-28, G-26).

    Raises UnknownStreet, UnknownCommunity or CommunityOutsideStreet; SecondCommunity when the code is registered in
    another community, EstateCodeTaken when it is registered in this one.
    """
    work.caller.require_role(*KEEP_ESTATES)
    code = checked_name(command.code, path=("input", "code"), longest=LONGEST_CODE)
    name = checked_name(command.facts.name, path=("input", "name"))
    facts = replace(command.facts, name=name)
    check_estate_facts(facts, today=work.today)
    streets = await find_streets(work, [command.street_id])
    if not streets:
        raise UnknownStreet("no street of this id", path=("input", "streetId"), value=command.street_id)
    communities = await find_communities(work, [command.community_id])
    if not communities:
        raise UnknownCommunity("no community of this id", path=("input", "communityId"), value=command.community_id)
    community = communities[0]
    if community.street_id != command.street_id:
        raise CommunityOutsideStreet(
            "the community belongs to another street", path=("input", "communityId"), value=command.community_id
        )
    require_own_area(work, community.areas, path=("input", "communityId"), value=command.community_id)
    known = (await find_estates_by_code(work, [code], scope=work.caller.scope)).get(code)
    if known is not None:
        require_same_community(
            known=known.place.community_id,
            named=community.id,
            path=("input", "communityId"),
            value=command.community_id,
        )
        raise EstateCodeTaken("an estate is registered under this code", path=("input", "code"), value=code)
    estate = EstateRecord(
        id=new_id("est"),
        code=code,
        facts=facts,
        memberships=(Membership(community.district, community.street_id, community.id),),
    )
    await add_estates(work, [estate])
    announce_registered(work, [estate])
    return Outcome(entity_ids={"estate": estate.id})


def announce_registered(work: UnitOfWork, estates: Sequence[EstateRecord]) -> None:
    """Announce estates that just entered the registry."""
    for estate in estates:
        work.announce(
            EstateRegistered(
                district=estate.place.district,
                aggregate_id=estate.id,
                occurred_on=work.today,
                estate_id=estate.id,
                code=estate.code,
                name=estate.facts.name,
                street_id=estate.place.street_id,
                community_id=estate.place.community_id,
                enclosure=estate.facts.enclosure,
                kind=estate.facts.kind,
                built_on=estate.facts.built_on,
                built_year=estate.facts.built_year,
                approved_gross_area=estate.facts.approved_gross_area,
                managed_area=estate.facts.managed_area,
                household_count=estate.facts.household_count,
                part_count=estate.part_count,
            )
        )


async def change_estate(work: UnitOfWork, command: ChangeEstate) -> Outcome:
    """Change facts of an estate from a day on; areas and households are announced apart from the rest.

    Raises NothingToChange when no value differs, ValidationFailed for a day to come or facts that cannot be.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    if command.effective_on > work.today:
        raise ValidationFailed(
            "a change is recorded when it has happened", path=("input", "effectiveOn"), value=command.effective_on
        )
    changed = _changed_facts(estate.facts, command)
    check_estate_facts(changed, today=work.today)
    if not differing_fields(estate.facts, changed):
        raise NothingToChange("the estate has these facts already", path=("input",))
    await save_and_announce_facts(work, estate, changed, effective_on=command.effective_on)
    return Outcome(entity_ids={"estate": estate.id})


async def save_and_announce_facts(
    work: UnitOfWork, estate: EstateRecord, changed: EstateFacts, *, effective_on: date
) -> None:
    """Save facts that were checked and differ; areas and households are announced apart from the rest."""
    fields = differing_fields(estate.facts, changed)
    await save_facts(work, estate, changed)
    if any(name in AREA_FIELDS for name in fields):
        work.announce(
            EstateAreaOrHouseholdsChanged(
                district=estate.place.district,
                aggregate_id=estate.id,
                occurred_on=effective_on,
                estate_id=estate.id,
                managed_area=changed.managed_area,
                approved_gross_area=changed.approved_gross_area,
                household_count=changed.household_count,
                effective_on=effective_on,
            )
        )
    others = [name for name in fields if name not in AREA_FIELDS]
    if others:
        work.announce(
            EstateChanged(
                district=estate.place.district,
                aggregate_id=estate.id,
                occurred_on=effective_on,
                estate_id=estate.id,
                changed_fields=tuple(wire_name(name) for name in others),
                before={wire_name(name): as_text(getattr(estate.facts, name)) for name in others},
                after={wire_name(name): as_text(getattr(changed, name)) for name in others},
                effective_on=effective_on,
            )
        )


def _changed_facts(facts: EstateFacts, command: ChangeEstate) -> EstateFacts:
    named = {name: value for name in EstateFacts.__dataclass_fields__ if (value := getattr(command, name)) is not None}
    if "name" in named:
        named["name"] = checked_name(named["name"], path=("input", "name"))
    if "built_on" in named and "built_year" not in named:
        named["built_year"] = None  # The day says the year; an old year beside it would contradict it.
    return replace(facts, **named)


def differing_fields(one: EstateFacts, other: EstateFacts) -> list[str]:
    """Return the names of the facts that differ."""
    return [name for name in EstateFacts.__dataclass_fields__ if getattr(one, name) != getattr(other, name)]


def as_text(value: Any) -> str:
    """Return a fact as text; an unknown one is empty."""
    return "" if value is None else str(value)
