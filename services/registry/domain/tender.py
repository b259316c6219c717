"""How a provider is selected: by tender, by agreement where the law lets it, or another way that owners accept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import OutOfRange, PreconditionMissing, ValidationFailed
from services.registry.domain.contract import ContractKind

FEWEST_BIDDERS = 3
"""With fewer, a tender has failed (Property Management Regulations, art. 24)."""


MOST_BIDDERS = 50


class TenderMethod(StrEnum):
    """How a provider is selected; a developer may not appoint one directly (ZG-10, PZ-15)."""

    OPEN = "OPEN"
    INVITED = "INVITED"
    BY_AGREEMENT = "BY_AGREEMENT"
    OTHER_WAY = "OTHER_WAY"


class AgreementGround(StrEnum):
    """Why an early-stage provider may be selected by agreement (Property Management Regulations, art. 24)."""

    FEWER_THAN_THREE_BIDDERS = "FEWER_THAN_THREE_BIDDERS"
    SMALL_SCALE = "SMALL_SCALE"


class TenderRecordMissing(PreconditionMissing):
    """An early-stage contract has no record of a tender, or of an agreement that the district approved (ZG-10)."""


class BidderNotEligible(PreconditionMissing):
    """A bidder is not filed with the authority, or is blacklisted (ZG-11)."""


@dataclass(frozen=True, kw_only=True)
class Tender:
    """The record of an early-stage selection; ground and approval belong to an agreement.

    `bidder_ids` names who bid, the winner among them; it may be empty where the record does not list them.
    """

    method: TenderMethod
    reference: str
    awarded_on: date
    bidder_ids: tuple[str, ...] = ()
    agreement_ground: AgreementGround | None = None
    district_approval: str | None = None


@dataclass(frozen=True)
class Bidder:
    """What the authority knows of a bidder on the day of the award."""

    provider_id: str
    filed: bool
    blacklisted: bool


def check_bidder_count(count: int, *, path: Sequence[str]) -> None:
    """Raise OutOfRange above fifty bidders, before anybody looks them up."""
    if count > MOST_BIDDERS:
        raise OutOfRange(f"a selection has at most {MOST_BIDDERS} bidders", path=path, value=count)


def require_tender(
    kind: ContractKind, tender: Tender | None, *, provider_id: str, bidders: Sequence[Bidder], signed_on: date
) -> None:
    """Raise TenderRecordMissing (ZG-10) or BidderNotEligible (ZG-11) for an early-stage contract that lacks either.

    `bidders` are the contract's provider and all who bid; each of them has to be filed and in good credit.
    """
    path = ("input", "tender")
    if kind is not ContractKind.EARLY_STAGE:
        if tender is not None:
            raise ValidationFailed("only an early-stage contract has a tender record", path=path, value=kind.value)
        return
    if tender is None:
        raise TenderRecordMissing(
            "an early-stage provider is selected by open or invited tender, never appointed", path=path
        )
    if tender.awarded_on > signed_on:
        raise TenderRecordMissing(
            "the tender was awarded after the contract was signed",
            path=(*path, "awardedOn"),
            value=tender.awarded_on,
        )
    if tender.bidder_ids and provider_id not in tender.bidder_ids:
        raise TenderRecordMissing("the provider is none of the bidders", path=(*path, "bidderIds"), value=provider_id)
    _check_method(tender)
    for bidder in bidders:
        require_eligible(bidder, path=("input", "providerId") if bidder.provider_id == provider_id else path)


def _check_method(tender: Tender) -> None:
    """Raise TenderRecordMissing unless an agreement has a ground that holds and the district's approval (art. 24)."""
    path = ("input", "tender")
    if tender.method is TenderMethod.OTHER_WAY:
        raise TenderRecordMissing(
            "an early-stage provider is selected by tender, or by agreement in the cases of the law",
            path=(*path, "method"),
            value=tender.method.value,
        )
    if tender.method is not TenderMethod.BY_AGREEMENT:
        if tender.agreement_ground is not None or tender.district_approval is not None:
            raise ValidationFailed(
                "ground and approval belong to a selection by agreement",
                path=(*path, "agreementGround"),
                value=tender.method.value,
            )
        return
    if tender.agreement_ground is None:
        raise TenderRecordMissing(
            "a selection by agreement needs fewer than three bidders or an estate of small scale",
            path=(*path, "agreementGround"),
        )
    bidder_count = len(tender.bidder_ids)
    if tender.agreement_ground is AgreementGround.FEWER_THAN_THREE_BIDDERS and bidder_count >= FEWEST_BIDDERS:
        raise TenderRecordMissing(
            f"with {FEWEST_BIDDERS} bidders or more the tender decides", path=(*path, "bidderIds"), value=bidder_count
        )
    if not (tender.district_approval or "").strip():
        raise TenderRecordMissing(
            "the district's authority has to approve a selection by agreement", path=(*path, "districtApproval")
        )


def require_eligible(bidder: Bidder, *, path: Sequence[str]) -> None:
    """Raise BidderNotEligible unless the bidder is filed with the authority and in good credit (ZG-11)."""
    if not bidder.filed:
        raise BidderNotEligible("the bidder is not filed with the authority", path=path, value=bidder.provider_id)
    if bidder.blacklisted:
        raise BidderNotEligible("the bidder is blacklisted", path=path, value=bidder.provider_id)
