"""What finance keeps of parts and their owners: the base of bills and of the maintenance fund (P13)."""

from datetime import date

from kit.area import parse_area
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.ratio import parse_ratio
from kit.reactions import Reaction
from services.finance.domain.part import OwnerShare, PartFacts
from services.finance.store.parts import keep_delivery, keep_facts, keep_owners


async def when_part_is_registered_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R5, registered or changed: building, door, area and lift of a part; a later version replaces an earlier one.

    A changed area holds from its day on.
    """
    data = event.data
    effective_on = data.get("effectiveOn")
    keep_facts(
        work,
        estate_id=data["estateId"],
        part_id=data["partId"],
        facts=PartFacts(
            building_id=data["buildingId"],
            door_number=data["doorNumber"],
            area=parse_area(data["area"]),
            area_basis=data["areaBasis"],
            has_lift=data["hasLift"],
        ),
        since=None if effective_on is None else date.fromisoformat(effective_on),
        is_first=event.aggregate_version == 1,
    )


async def when_ownership_is_transferred_keep_the_owners(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R6: who owns the part from that day on; whoever owned it before stays its owner for the days before."""
    data = event.data
    keep_owners(
        work,
        estate_id=data["estateId"],
        part_id=data["partId"],
        owners=[OwnerShare(owner["ownerId"], parse_ratio(owner["share"])) for owner in data["toOwners"]],
        since=date.fromisoformat(data["effectiveOn"]),
        undelivered_by=data["fromOwnerIds"] if data.get("undelivered") else (),
        is_first=event.aggregate_version == 1,
    )


async def when_part_is_delivered_its_buyers_owe_the_fee(work: UnitOfWork, event: ReceivedEvent) -> None:
    """A developer handed a sold part over: from that day on its buyers owe the fee, until then the developer did."""
    data = event.data
    keep_delivery(
        work,
        estate_id=data["estateId"],
        part_id=data["partId"],
        delivered_on=date.fromisoformat(data["deliveredOn"]),
    )


PART_REACTIONS: tuple[Reaction, ...] = (
    Reaction("registry.part.registered", when_part_is_registered_keep_it),
    Reaction("registry.part.changed", when_part_is_registered_keep_it),
    Reaction("registry.part.delivered", when_part_is_delivered_its_buyers_owe_the_fee),
    Reaction("registry.ownership.transferred", when_ownership_is_transferred_keep_the_owners),
)
