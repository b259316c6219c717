"""Transfer a part to new owners, deliver what a developer sold, and name who votes for co-owners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.owner import OwnerKind, check_shares
from services.registry.domain.ownership import (
    Representative,
    check_representative,
    delivered,
    sale_of,
    transferred,
)
from services.registry.domain.territory import private_areas
from services.registry.events import OwnerShare as AnnouncedShare
from services.registry.events import OwnershipTransferred, PartDelivered
from services.registry.store.owners import find_owners, let_see_owners
from services.registry.store.parts import part_of, save_part
from services.registry.use_cases.register_part import NamedShare, owners_of
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class TransferOwnership:
    """All who own a part from a day on; `delivered_on` is the day a developer handed over what it sold."""

    part_id: str
    effective_on: date
    document_id: str | None
    delivered_on: date | None
    owners: tuple[NamedShare, ...]


@dataclass(frozen=True, kw_only=True)
class RecordDelivery:
    """The day on which a developer handed over a part that it sold."""

    part_id: str
    delivered_on: date


@dataclass(frozen=True, kw_only=True)
class NameVotingRepresentative:
    """The co-owner who votes for a part from a day on; None takes the vote back."""

    part_id: str
    owner_id: str | None
    effective_on: date


async def transfer_ownership(work: UnitOfWork, command: TransferOwnership) -> Outcome:
    """Transfer a part: the shares that end keep their period, those that stay run on, and all make exactly one.

    Raises PartNotOwned for a part without first owners, TransferOutOfOrder, NothingTransferred, SharesNotWhole,
    OwnerNotFound, OwnerCodeTaken, and NothingToDeliver for a delivery by somebody who is no developer.
    """
    work.caller.require_role(*KEEP_ESTATES)
    part = await part_of(work, command.part_id)
    owners = await owners_of(work, part, command.owners)
    shares = [(owner.id, named.share) for owner, named in zip(owners, command.owners, strict=True)]
    check_shares(shares, path=("input", "owners"))
    transfer = transferred(part.ownerships, shares, on=command.effective_on, today=work.today)
    sale = sale_of(
        transfer,
        await _kinds(work, transfer.giver_ids),
        on=command.effective_on,
        delivered_on=command.delivered_on,
        today=work.today,
    )
    await save_part(work, replace(part, ownerships=transfer.ownerships, sale=sale or part.sale))
    seen_from = private_areas(part.place, part.estate_id, part_id=None, owner_ids=[])
    await let_see_owners(work, {owner.id: seen_from for owner in owners})
    work.announce(
        OwnershipTransferred(
            district=part.place.district,
            aggregate_id=part.id,
            occurred_on=command.effective_on,
            estate_id=part.estate_id,
            part_id=part.id,
            from_owner_ids=transfer.giver_ids,
            to_owners=tuple(AnnouncedShare(owner_id, share) for owner_id, share in shares),
            effective_on=command.effective_on,
            document_id=command.document_id,
            undelivered=sale is not None and sale.delivered_on is None,
        )
    )
    return Outcome(entity_ids={"part": part.id})


async def record_delivery(work: UnitOfWork, command: RecordDelivery) -> Outcome:
    """Record that a developer delivered a part it sold: from that day the buyers owe the fee (Regulations, art. 41).

    Raises NothingToDeliver for a part that no developer sold or that is delivered, ValidationFailed for the day.
    """
    work.caller.require_role(*KEEP_ESTATES)
    part = await part_of(work, command.part_id)
    sale = delivered(part.sale, on=command.delivered_on, today=work.today)
    await save_part(work, replace(part, sale=sale))
    work.announce(
        PartDelivered(
            district=part.place.district,
            aggregate_id=part.id,
            occurred_on=command.delivered_on,
            estate_id=part.estate_id,
            part_id=part.id,
            developer_ids=sale.developer_ids,
            delivered_on=command.delivered_on,
        )
    )
    return Outcome(entity_ids={"part": part.id})


async def name_voting_representative(work: UnitOfWork, command: NameVotingRepresentative) -> Outcome:
    """Name the one who votes for a co-owned part; raises NotCoOwned, RepresentativeNotOwner or ValidationFailed."""
    work.caller.require_role(*KEEP_ESTATES)
    part = await part_of(work, command.part_id)
    check_representative(part.ownerships, command.owner_id, on=command.effective_on, today=work.today)
    named = None if command.owner_id is None else Representative(command.owner_id, command.effective_on)
    await save_part(work, replace(part, representative=named))
    return Outcome(entity_ids={"part": part.id})


async def _kinds(work: UnitOfWork, owner_ids: Sequence[str]) -> dict[str, OwnerKind]:
    return {owner.id: owner.kind for owner in await find_owners(work, owner_ids, scope=work.caller.scope)}
