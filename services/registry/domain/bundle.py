"""Bundles of near estates (就近打包): one provider, but each estate with its own decision and its own ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import DecisionMissing, Duplicate, Flag, StateConflict, ValidationFailed
from services.registry.domain.decision import DecisionMatter, DecisionState

MOST_ESTATES = 50


class EstateNotDecided(DecisionMissing):
    """The owners of an estate have not decided on the bundle's provider: nobody decides for them (NZ-18)."""


class EstateBundled(Duplicate):
    """The estate belongs to a bundle already."""


class EstateOutsideBundle(StateConflict):
    """The contract's estate or provider is not the bundle's."""


@dataclass(frozen=True, kw_only=True)
class BundleMember:
    """One estate of a bundle with the decision of its owners."""

    estate_id: str
    decision_id: str


@dataclass(frozen=True, kw_only=True)
class MemberDecision:
    """An estate of the bundle and what its owners decided, as far as the check needs it; None: nothing yet."""

    estate_id: str
    street_id: str
    decision_estate_id: str | None
    matter: DecisionMatter | None
    state: DecisionState | None
    subject_ref: str | None


def check_estates(estate_ids: Sequence[str]) -> None:
    """Raise ValidationFailed for fewer than two estates, more than fifty, or one named twice."""
    if not 2 <= len(estate_ids) <= MOST_ESTATES or len(set(estate_ids)) != len(estate_ids):
        raise ValidationFailed(
            f"a bundle has 2 to {MOST_ESTATES} different estates", path=("input", "members"), value=len(estate_ids)
        )


def check_bundle(members: Sequence[MemberDecision], *, provider_id: str, formed_on: date, today: date) -> list[Flag]:
    """Return the warnings of a bundle; WARN:BUNDLE_ACROSS_STREETS when its estates lie in several streets (NZ-18).

    Raises EstateNotDecided, naming the estate, unless the owners of each decided to hire this provider;
    ValidationFailed for a day to come.
    """
    if formed_on > today:
        raise ValidationFailed("a bundle was formed in the past", path=("input", "formedOn"), value=formed_on)
    for place, member in enumerate(members):
        _require_own_decision(member, provider_id=provider_id, path=("input", "members", str(place), "decisionId"))
    streets = {member.street_id for member in members}
    if len(streets) == 1:
        return []
    return [
        Flag(
            "WARN:BUNDLE_ACROSS_STREETS",
            "the estates of the bundle lie in several streets",
            path=("input", "members"),
            value=str(len(streets)),
        )
    ]


def _require_own_decision(member: MemberDecision, *, provider_id: str, path: tuple[str, ...]) -> None:
    if (
        member.decision_estate_id != member.estate_id
        or member.matter is not DecisionMatter.HIRE_OR_DISMISS_PROVIDER
        or member.state is not DecisionState.CLOSED_PASSED
    ):
        raise EstateNotDecided(
            "each estate of a bundle needs the passed decision of its own owners", path=path, value=member.estate_id
        )
    if member.subject_ref is not None and member.subject_ref.startswith("prv_") and member.subject_ref != provider_id:
        raise EstateNotDecided("these owners chose another provider", path=path, value=member.subject_ref)


def require_member(
    members: Sequence[BundleMember], *, bundle_provider_id: str, estate_id: str, provider_id: str, bundle_id: str
) -> None:
    """Raise EstateOutsideBundle unless the contract's estate and provider are the bundle's (NZ-18)."""
    if bundle_provider_id != provider_id or all(member.estate_id != estate_id for member in members):
        raise EstateOutsideBundle(
            "the bundle has another provider, or not this estate", path=("input", "bundleId"), value=bundle_id
        )
