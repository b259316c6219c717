"""Leading groups, joint meetings, offices and task groups: posts with dated holders; persons are kept apart.

A document names posts, never persons (DH-07, XY-27). One person may hold posts in several bodies (DH-26), so nothing is
unique about a person; what may not be is two holders of one post on one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.errors import Duplicate, InstrumentNotAvailable, StateConflict, ValidationFailed
from policy.bodies import BodyKind, BodyLevel, PostRole
from policy.instruments import OrganisationPolicy

MOST_POSTS = 200


class BodyFormed(Duplicate):
    """The district, or the street, has formed this body already."""


class PersonNumberTaken(Duplicate):
    """The district has a person of this number with another name."""


class BodyNotInDocument(InstrumentNotAvailable):
    """The district's document sets up no body of this code, or none of this level (DH-07, XY-27)."""


class PostOccupied(ValidationFailed):
    """Somebody else holds the post on some day of the period (DH-07)."""


class PostUnknown(ValidationFailed):
    """The body has no post of this number."""


class PostVacant(StateConflict):
    """Nobody holds the post, or its holder has left already."""


@dataclass(frozen=True)
class Holder:
    """Who holds a post from a day until another (that day excluded; None: still)."""

    person_id: str
    from_: date
    to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the person holds the post on that day."""
        return self.from_ <= day and (self.to is None or day < self.to)

    def overlaps(self, other: "Holder") -> bool:
        """Return whether both hold the post on some day."""
        return (self.to is None or other.from_ < self.to) and (other.to is None or self.from_ < other.to)


@dataclass(frozen=True)
class Post:
    """A post of a body: its number within the body, its role, and the office that fills it, with all holders so far."""

    number: int
    role: PostRole
    office: str
    holders: tuple[Holder, ...] = ()

    def holder_on(self, day: date) -> Holder | None:
        """Return who holds the post on that day."""
        return next((holder for holder in self.holders if holder.holds_on(day)), None)


@dataclass(frozen=True)
class Blueprint:
    """What a document says of a body before it is formed."""

    code: str
    kind: BodyKind
    name: str
    seat: str | None
    posts: tuple[Post, ...]


def blueprint(policy: OrganisationPolicy, code: str, *, of_a_street: bool, streets: Sequence[str]) -> Blueprint:
    """Return the body that the document sets up, with one post for each street where it says "every street".

    The leading group of DH-07 and its office (DH-08), that of XY-27, the joint meeting of ZG-03; a task group is formed
    by each street itself (DH-53, XY-29). Raises BodyNotInDocument for another code, or for one of the other level.
    """
    level = BodyLevel.STREET if of_a_street else BodyLevel.DISTRICT
    body = policy.body(code)
    if body is None or body.level is not level:
        known = "、".join(known.code for known in policy.bodies if known.level is level)
        raise BodyNotInDocument(
            f"the document sets up no such body of a {level.value.lower()}; it has {known or 'none'}",
            path=("input", "code"),
            value=code,
        )
    offices: list[tuple[PostRole, str]] = []
    for post in policy.posts_of(code):
        offices += (
            [(post.role, f"{street}：{post.holder}") for street in streets]
            if post.per_street
            else [(post.role, post.holder)]
        )
    posts = tuple(Post(number, role, office) for number, (role, office) in enumerate(offices, start=1))
    return Blueprint(body.code, body.kind, body.name, body.seat, posts)


def with_post(posts: Sequence[Post], *, role: PostRole, office: str) -> tuple[Post, ...]:
    """Return the posts with one more, for a body whose document prints none; raises ValidationFailed for too many."""
    if len(posts) >= MOST_POSTS:
        raise ValidationFailed(f"a body has at most {MOST_POSTS} posts", path=("input", "bodyId"), value=len(posts))
    return (*posts, Post(len(posts) + 1, role, office))


def appointed(posts: Sequence[Post], number: int, holder: Holder) -> tuple[Post, ...]:
    """Return the posts with one more holder of a post; raises PostUnknown, PostOccupied or ValidationFailed (DH-07).

    Holders may follow each other on one day: the day on which one leaves is not the leaver's any more.
    """
    if holder.to is not None and holder.to <= holder.from_:
        raise ValidationFailed("a post is held for a day at least", path=("input", "to"), value=holder.to)
    post = _post(posts, number)
    for other in post.holders:
        if holder.overlaps(other):
            until = "" if other.to is None else f" until {other.to.isoformat()}"
            raise PostOccupied(
                f"the post is held from {other.from_.isoformat()}{until}", path=("input", "from"), value=holder.from_
            )
    holders = tuple(sorted((*post.holders, holder), key=lambda held: held.from_))
    return _with(posts, replace(post, holders=holders))


def vacated(posts: Sequence[Post], number: int, *, on: date) -> tuple[Post, ...]:
    """Return the posts after the holder of one left; raises PostUnknown, PostVacant or ValidationFailed."""
    post = _post(posts, number)
    present = next((holder for holder in post.holders if holder.to is None), None)
    if present is None:
        raise PostVacant("nobody holds the post", path=("input", "post"), value=number)
    if on <= present.from_:
        raise ValidationFailed("a post is held for a day at least", path=("input", "to"), value=on)
    left = tuple(replace(holder, to=on) if holder is present else holder for holder in post.holders)
    return _with(posts, replace(post, holders=left))


def _post(posts: Sequence[Post], number: int) -> Post:
    for post in posts:
        if post.number == number:
            return post
    raise PostUnknown(f"the body has posts 1 to {len(posts)}", path=("input", "post"), value=number)


def _with(posts: Sequence[Post], changed: Post) -> tuple[Post, ...]:
    return tuple(changed if post.number == changed.number else post for post in posts)
