"""Governing bodies with their posts, and the persons who hold them. Who leads the work is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.days import day_of, text_of
from kit.errors import NotFound
from kit.mongo import ConcurrentChange, Reader, UnitOfWork
from policy.bodies import BodyKind, PostRole
from services.registry.domain.governing_body import BodyFormed, Holder, PersonNumberTaken, Post
from services.registry.store.duplicates import refused_when_taken

BODIES = "governing_bodies"
PERSONS = "persons"


@dataclass(frozen=True, kw_only=True)
class BodyRecord:
    """A body as it is stored; `street_id` is None for a district's body, `code` the document's own for it."""

    id: str
    district: str
    street_id: str | None
    code: str
    kind: BodyKind
    name: str
    seat: str | None
    formed_on: date
    posts: tuple[Post, ...]
    policy_version_id: str
    version: int = 1

    @property
    def areas(self) -> list[str]:
        """The grants that cover the body's area."""
        areas = [f"district:{self.district}"]
        return areas if self.street_id is None else [*areas, f"street:{self.street_id}"]


@dataclass(frozen=True)
class PersonRecord:
    """A person who holds posts; the number is the district's own for the person, unique within it."""

    id: str
    district: str
    number: str
    name: str


class BodyNotFound(NotFound):
    """No body of this id."""


async def add_body(work: UnitOfWork, body: BodyRecord) -> None:
    """Save a new body; raises BodyFormed when the district, or the street, has formed it already."""
    with refused_when_taken(BodyFormed("this body is formed already", path=("input", "code"), value=body.code)):
        await work.collection(BODIES).insert_one(_document(body), session=work.session)


async def save_posts(work: UnitOfWork, body: BodyRecord, posts: Sequence[Post]) -> None:
    """Save the posts of a body with their holders; raises ConcurrentChange if it changed since it was read."""
    result = await work.collection(BODIES).update_one(
        {"_id": body.id, "version": body.version},
        {"$set": {"posts": [_post_document(post) for post in posts]}, "$inc": {"version": 1}},
        session=work.session,
    )
    if result.matched_count != 1:
        raise ConcurrentChange(f"body {body.id} changed")


async def body_of(reader: Reader, body_id: str) -> BodyRecord:
    """Return a body; raises BodyNotFound."""
    found = await find_bodies(reader, [body_id])
    if not found:
        raise BodyNotFound("no body of this id", path=("input", "bodyId"), value=body_id)
    return found[0]


async def find_bodies(reader: Reader, ids: Sequence[str]) -> list[BodyRecord]:
    """Return the bodies of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(BODIES).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [_body(document) async for document in cursor]


async def find_bodies_of_districts(reader: Reader, districts: Sequence[str]) -> list[BodyRecord]:
    """Return the districts' own bodies, in the order in which they were formed; a district has a few."""
    query = {"district": {"$in": list(districts)}, "street_id": None}
    cursor = reader.collection(BODIES).find(query, session=reader.session)
    return sorted([_body(document) async for document in cursor], key=lambda body: (body.formed_on, body.id))


async def find_bodies_of_streets(reader: Reader, street_ids: Sequence[str]) -> list[BodyRecord]:
    """Return the streets' bodies, in the order in which they were formed; a street has a few."""
    cursor = reader.collection(BODIES).find({"street_id": {"$in": list(street_ids)}}, session=reader.session)
    return sorted([_body(document) async for document in cursor], key=lambda body: (body.formed_on, body.id))


async def add_person(work: UnitOfWork, person: PersonRecord) -> None:
    """Save a new person; raises PersonNumberTaken when the district has one of the number."""
    taken = PersonNumberTaken("the district has a person of this number", path=("input", "personNumber"))
    with refused_when_taken(taken):
        await work.collection(PERSONS).insert_one(
            {
                "_id": person.id,
                "district": person.district,
                "number": person.number,
                "name": person.name,
                "areas": [f"district:{person.district}"],
            },
            session=work.session,
        )


async def person_of_number(work: UnitOfWork, district: str, number: str) -> PersonRecord | None:
    """Return the person of the district's number."""
    document = await work.collection(PERSONS).find_one({"district": district, "number": number}, session=work.session)
    return None if document is None else _person(document)


async def find_persons(reader: Reader, ids: Sequence[str]) -> list[PersonRecord]:
    """Return the persons of these ids, in any order; unknown ones are left out."""
    cursor = reader.collection(PERSONS).find({"_id": {"$in": list(ids)}}, session=reader.session)
    return [_person(document) async for document in cursor]


def _document(body: BodyRecord) -> dict[str, Any]:
    return {
        "_id": body.id,
        "district": body.district,
        "street_id": body.street_id,
        "code": body.code,
        "kind": body.kind.value,
        "name": body.name,
        "seat": body.seat,
        "formed_on": text_of(body.formed_on),
        "posts": [_post_document(post) for post in body.posts],
        "policy_version_id": body.policy_version_id,
        "version": body.version,
        "areas": body.areas,
    }


def _post_document(post: Post) -> dict[str, Any]:
    return {
        "number": post.number,
        "role": post.role.value,
        "office": post.office,
        "holders": [
            {"person_id": holder.person_id, "from": text_of(holder.from_), "to": text_of(holder.to)}
            for holder in post.holders
        ],
    }


def _body(document: Mapping[str, Any]) -> BodyRecord:
    formed_on = day_of(document["formed_on"])
    assert formed_on is not None
    return BodyRecord(
        id=document["_id"],
        district=document["district"],
        street_id=document["street_id"],
        code=document["code"],
        kind=BodyKind(document["kind"]),
        name=document["name"],
        seat=document["seat"],
        formed_on=formed_on,
        posts=tuple(
            Post(
                number=post["number"],
                role=PostRole(post["role"]),
                office=post["office"],
                holders=tuple(_holder(holder) for holder in post["holders"]),
            )
            for post in document["posts"]
        ),
        policy_version_id=document["policy_version_id"],
        version=document["version"],
    )


def _holder(document: Mapping[str, Any]) -> Holder:
    from_ = day_of(document["from"])
    assert from_ is not None
    return Holder(person_id=document["person_id"], from_=from_, to=day_of(document["to"]))


def _person(document: Mapping[str, Any]) -> PersonRecord:
    return PersonRecord(
        id=document["_id"], district=document["district"], number=document["number"], name=document["name"]
    )
