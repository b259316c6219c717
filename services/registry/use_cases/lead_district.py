"""Form the bodies that lead the work, and say who holds which post from when to when."""

from dataclasses import dataclass
from datetime import date

from kit.errors import ValidationFailed
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.bodies import PostRole
from policy.policies import Policies
from services.registry.domain.governing_body import (
    Holder,
    PersonNumberTaken,
    appointed,
    blueprint,
    vacated,
    with_post,
)
from services.registry.domain.territory import UnknownStreet
from services.registry.domain.text import checked_name
from services.registry.store.bodies import (
    BodyRecord,
    PersonRecord,
    add_body,
    add_person,
    body_of,
    person_of_number,
    save_posts,
)
from services.registry.store.territory import find_streets, find_streets_of_districts, require_own_area
from services.registry.use_cases.roles import FORM_BODIES


@dataclass(frozen=True, kw_only=True)
class FormBody:
    """A body that the district's document sets up; `street_id` for one that each street forms itself."""

    district: str
    street_id: str | None
    code: str
    formed_on: date


@dataclass(frozen=True, kw_only=True)
class AddPost:
    """A post of a body whose document prints none, or not this one."""

    body_id: str
    role: PostRole
    office: str


@dataclass(frozen=True, kw_only=True)
class AppointToPost:
    """The person who holds a post of a body from a day on; the number is the district's own for the person."""

    body_id: str
    post: int
    person_number: str
    person_name: str
    from_: date
    to: date | None


@dataclass(frozen=True, kw_only=True)
class VacatePost:
    """The day on which the holder of a post left it."""

    body_id: str
    post: int
    to: date


async def form_body(work: UnitOfWork, command: FormBody, *, policies: Policies) -> Outcome:
    """Form a leading group, an office or a task group with the posts its document prints (DH-07, DH-08, XY-27).

    A street forms its own task group (DH-53, XY-29). Raises BodyNotInDocument, BodyFormed, UnknownStreet,
    ValidationFailed for a day to come, InstrumentNotAvailable where the document sets up no bodies.
    """
    work.caller.require_role(*FORM_BODIES)
    if command.formed_on > work.today:
        raise ValidationFailed("a body was formed in the past", path=("input", "formedOn"), value=command.formed_on)
    version = policies.at(command.district, command.formed_on)
    policy = version.organisation
    streets = [street.name for street in await find_streets_of_districts(work, [command.district])]
    if command.street_id is not None:
        streets = [await _own_street(work, command.district, command.street_id)]
    plan = blueprint(policy, command.code, of_a_street=command.street_id is not None, streets=streets)
    body = BodyRecord(
        id=new_id("bdy"),
        district=command.district,
        street_id=command.street_id,
        code=plan.code,
        kind=plan.kind,
        name=plan.name,
        seat=plan.seat,
        formed_on=command.formed_on,
        posts=plan.posts,
        policy_version_id=version.id,
    )
    require_own_area(work, body.areas, path=("input", "district"), value=command.district)
    await add_body(work, body)
    return Outcome(entity_ids={"body": body.id}, policy_version_id=version.id)


async def _own_street(work: UnitOfWork, district: str, street_id: str) -> str:
    """Return the street's name; raises UnknownStreet unless it is one of the district."""
    found = [street for street in await find_streets(work, [street_id]) if street.district == district]
    if not found:
        raise UnknownStreet("the district has no street of this id", path=("input", "streetId"), value=street_id)
    return found[0].name


async def add_post(work: UnitOfWork, command: AddPost) -> Outcome:
    """Add a post to a body; raises BodyNotFound, or ValidationFailed for too many posts or an office without a name."""
    work.caller.require_role(*FORM_BODIES)
    body = await _own_body(work, command.body_id)
    office = checked_name(command.office, path=("input", "office"))
    await save_posts(work, body, with_post(body.posts, role=command.role, office=office))
    return Outcome(entity_ids={"body": body.id})


async def appoint_to_post(work: UnitOfWork, command: AppointToPost) -> Outcome:
    """Appoint a person to a post; two holders of one post on one day are refused (DH-07).

    A person may hold posts in any number of bodies, the residents' and the owners' committee among them (DH-26). Raises
    BodyNotFound, PostUnknown, PostOccupied, ValidationFailed, and PersonNumberTaken for a number of another name.
    """
    work.caller.require_role(*FORM_BODIES)
    body = await _own_body(work, command.body_id)
    person = await _person(work, body.district, command)
    posts = appointed(body.posts, command.post, Holder(person.id, command.from_, command.to))
    await save_posts(work, body, posts)
    return Outcome(entity_ids={"body": body.id})


async def vacate_post(work: UnitOfWork, command: VacatePost) -> Outcome:
    """Record that the holder of a post left; raises BodyNotFound, PostUnknown, PostVacant or ValidationFailed."""
    work.caller.require_role(*FORM_BODIES)
    body = await _own_body(work, command.body_id)
    await save_posts(work, body, vacated(body.posts, command.post, on=command.to))
    return Outcome(entity_ids={"body": body.id})


async def _own_body(work: UnitOfWork, body_id: str) -> BodyRecord:
    body = await body_of(work, body_id)
    require_own_area(work, body.areas, path=("input", "bodyId"), value=body_id)
    return body


async def _person(work: UnitOfWork, district: str, command: AppointToPost) -> PersonRecord:
    number = checked_name(command.person_number, path=("input", "personNumber"))
    name = checked_name(command.person_name, path=("input", "personName"))
    known = await person_of_number(work, district, number)
    if known is None:
        person = PersonRecord(new_id("per"), district, number, name)
        await add_person(work, person)
        return person
    if known.name != name:
        raise PersonNumberTaken(
            "the district has a person of this number with another name", path=("input", "personNumber"), value=number
        )
    return known
