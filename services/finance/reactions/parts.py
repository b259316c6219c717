"""What finance keeps of parts and their owners: the base of bills and of the maintenance fund (P13)."""

from datetime import date

from kit.area import parse_area
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.ratio import parse_ratio
from kit.reactions import Reaction
from services.finance.domain.part import OwnerShare, PartFacts
from services.finance.store.parts import keep_facts, keep_owners


async def when_part_is_registered_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R5: building, door, area and lift of a part; a later version replaces an earlier one."""
    data = event.data
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
    )


PART_REACTIONS: tuple[Reaction, ...] = (
    Reaction("registry.part.registered", when_part_is_registered_keep_it),
    Reaction("registry.ownership.transferred", when_ownership_is_transferred_keep_the_owners),
)
