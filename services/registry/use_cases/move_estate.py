"""Move an estate to another community, when the city draws its communities anew."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.registry.domain.territory import Place, UnknownCommunity, moved
from services.registry.events import EstateChanged
from services.registry.store.estates import estate_of, save_memberships
from services.registry.store.relocation import move_records
from services.registry.store.service_areas import leave_service_area
from services.registry.store.territory import find_communities, require_own_area
from services.registry.use_cases.roles import KEEP_ESTATES


@dataclass(frozen=True, kw_only=True)
class MoveEstate:
    """The community that an estate belongs to from a day on."""

    estate_id: str
    community_id: str
    effective_on: date


async def move_estate(work: UnitOfWork, command: MoveEstate) -> Outcome:
    """Move an estate: it leaves one community and enters the other on the same day, so it has one on each (DH-28).

    Everything kept of the estate moves with it, and so does who may see it; it leaves the service area of a street that
    it leaves (DH-20). Raises UnknownCommunity, OtherDistrict, SameCommunity, MoveOutOfOrder, ValidationFailed.
    """
    work.caller.require_role(*KEEP_ESTATES)
    estate = await estate_of(work, command.estate_id)
    communities = await find_communities(work, [command.community_id])
    if not communities:
        raise UnknownCommunity("no community of this id", path=("input", "communityId"), value=command.community_id)
    community = communities[0]
    require_own_area(work, community.areas, path=("input", "communityId"), value=command.community_id)
    origin = estate.place
    destination = Place(community.district, community.street_id, community.id)
    memberships = moved(estate.memberships, destination, on=command.effective_on, today=work.today)
    await save_memberships(work, estate, memberships)
    await move_records(work, estate.id, origin=origin, destination=destination)
    if origin.street_id != destination.street_id:
        await leave_service_area(work, estate.id)
    _announce(work, estate.id, origin=origin, destination=destination, effective_on=command.effective_on)
    return Outcome(entity_ids={"estate": estate.id})


def _announce(work: UnitOfWork, estate_id: str, *, origin: Place, destination: Place, effective_on: date) -> None:
    before = {"streetId": origin.street_id, "communityId": origin.community_id}
    after = {"streetId": destination.street_id, "communityId": destination.community_id}
    changed = tuple(name for name in before if before[name] != after[name])
    work.announce(
        EstateChanged(
            district=destination.district,
            aggregate_id=estate_id,
            occurred_on=effective_on,
            estate_id=estate_id,
            changed_fields=changed,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            effective_on=effective_on,
        )
    )
