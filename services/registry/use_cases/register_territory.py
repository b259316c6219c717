"""Register the streets of a district and the communities of a street."""

from dataclasses import dataclass

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.instruments import CampaignPolicy
from policy.policies import Policies
from services.registry.domain.territory import (
    UnknownDistrict,
    UnknownStreet,
    require_street_of_district,
)
from services.registry.domain.text import checked_name
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    add_communities,
    add_streets,
    find_streets,
    require_own_area,
)
from services.registry.use_cases.roles import KEEP_ESTATES, REGISTER_TERRITORY


@dataclass(frozen=True, kw_only=True)
class RegisterStreet:
    """A street of a district."""

    district: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RegisterCommunity:
    """A community of a street."""

    street_id: str
    name: str


async def register_street(work: UnitOfWork, command: RegisterStreet, *, policies: Policies) -> Outcome:
    """Register a street (DH-04); where the district's document names its streets, only one of those (XY-28)."""
    work.caller.require_role(*REGISTER_TERRITORY)
    street = new_street(policies, district=command.district, name=command.name)
    require_own_area(work, street.areas, path=("input", "district"), value=command.district)
    await add_streets(work, [street])
    return Outcome(entity_ids={"street": street.id})


async def register_community(work: UnitOfWork, command: RegisterCommunity) -> Outcome:
    """Register a community of a registered street."""
    work.caller.require_role(*KEEP_ESTATES)
    streets = await find_streets(work, [command.street_id])
    if not streets:
        raise UnknownStreet("no street of this id", path=("input", "streetId"), value=command.street_id)
    community = CommunityRecord(
        id=new_id("com"),
        district=streets[0].district,
        street_id=streets[0].id,
        name=checked_name(command.name, path=("input", "name")),
    )
    require_own_area(work, community.areas, path=("input", "streetId"), value=command.street_id)
    await add_communities(work, [community])
    return Outcome(entity_ids={"community": community.id})


def new_street(policies: Policies, *, district: str, name: str) -> StreetRecord:
    """Return a new street of the district; raises UnknownDistrict or StreetNotOfDistrict (XY-28)."""
    if district not in policies.districts:
        raise UnknownDistrict("no policy of this district is mounted", path=("input", "district"), value=district)
    checked = checked_name(name, path=("input", "name"))
    require_street_of_district(checked, named_streets=named_streets(policies, district), path=("input", "name"))
    return StreetRecord(id=new_id("str"), district=district, name=checked)


def named_streets(policies: Policies, district: str) -> tuple[str, ...] | None:
    """Return the streets that the district's latest document names as master data (XY-28); None where it names none.

    The names hold whether or not an operator has put the document in force: they say what there is, not what applies.
    """
    versions = [policy_file for policy_file in policies.files if policy_file.area == district]
    latest = max(versions, key=lambda policy_file: policy_file.version, default=None)
    campaign = None if latest is None else latest.instruments.get(CampaignPolicy.key)
    return campaign.streets if isinstance(campaign, CampaignPolicy) else None
