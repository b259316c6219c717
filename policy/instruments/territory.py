"""How a district is organised: its leading bodies and their posts, who has which duty, grid and service areas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from policy.bodies import BodyKind, BodyLevel, DutyBody, DutySide, GridDepartment, PostRole
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing
from policy.kinds import Column, Flag, ListOf, OneOf, Rows, Words


@dataclass(frozen=True)
class BodyRow:
    """A body that the document sets up; `seat` is the department that houses it."""

    code: Annotated[str, Column("code", Words())]
    kind: Annotated[BodyKind, Column("kind", OneOf(BodyKind))]
    level: Annotated[BodyLevel, Column("level", OneOf(BodyLevel))]
    name: Annotated[str, Column("name", Words())]
    seat: Annotated[str | None, Column("seat", Words(), optional=True)]
    clause: Annotated[str, Column("clause", Words())]


@dataclass(frozen=True)
class PostRow:
    """A post of a body, by the office of its holder; never a person's name.

    `per_street` says that every street of the district has one.
    """

    body: Annotated[str, Column("body", Words())]
    role: Annotated[PostRole, Column("role", OneOf(PostRole))]
    holder: Annotated[str, Column("holder", Words())]
    per_street: Annotated[bool | None, Column("perStreet", Flag(), optional=True)]


@dataclass(frozen=True, kw_only=True)
class OrganisationPolicy(Instrument):
    """The leading groups, offices and task groups that a document sets up, each with its posts."""

    key: ClassVar[str] = "organisation"

    bodies: Annotated[tuple[BodyRow, ...], Declared("bodies", Rows(BodyRow), Narrowing.FREE)]
    posts: Annotated[tuple[PostRow, ...] | None, Declared("posts", Rows(PostRow), Narrowing.FREE, optional=True)]

    def body(self, code: str) -> BodyRow | None:
        """Return the body of a code, or None if the document sets up none."""
        return next((body for body in self.bodies if body.code == code), None)

    def posts_of(self, code: str) -> tuple[PostRow, ...]:
        """Return the posts of a body, in the document's order; none where it prints none."""
        return tuple(post for post in self.posts or () if post.body == code)

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a body that stands twice, and a post of a body that the document does not set up."""
        codes = [body.code for body in self.bodies]
        if len(set(codes)) != len(codes):
            yield Contradiction("bodies", "a body stands twice")
        for post in self.posts or ():
            if post.body not in codes:
                yield Contradiction("posts", f"there is no body {post.body!r}")


@dataclass(frozen=True)
class DutyRow:
    """One duty of one body; `side` is None where the document does not tell the two sides of the gate apart."""

    body: Annotated[DutyBody, Column("body", OneOf(DutyBody))]
    name: Annotated[str, Column("name", Words())]
    duty: Annotated[str, Column("duty", Words())]
    side: Annotated[DutySide | None, Column("side", OneOf(DutySide), optional=True)]
    clause: Annotated[str, Column("clause", Words())]


@dataclass(frozen=True, kw_only=True)
class DutiesPolicy(Instrument):
    """Which body has which duty."""

    key: ClassVar[str] = "duties"

    duties: Annotated[tuple[DutyRow, ...], Declared("duties", Rows(DutyRow), Narrowing.FREE)]


@dataclass(frozen=True, kw_only=True)
class GridPolicy(Instrument):
    """The grid of administration (网格化管理): the departments that name a person for each piece of it."""

    key: ClassVar[str] = "grid"

    departments: Annotated[
        tuple[GridDepartment, ...], Declared("departments", ListOf(OneOf(GridDepartment), distinct=True))
    ]


@dataclass(frozen=True, kw_only=True)
class ServiceAreaPolicy(Instrument):
    """Property service areas (物业服务区域): whether an estate must lie in one before it can have a contract."""

    key: ClassVar[str] = "serviceArea"

    required_for_contracts: Annotated[bool, Declared("requiredForContracts", Flag())]
