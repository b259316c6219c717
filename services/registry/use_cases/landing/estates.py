"""How rows of 小区 land: each estate in its one street and community."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.area import format_area
from kit.errors import Refusal
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.estate import EstateCodeTaken
from services.registry.domain.ledger import EstateRow, RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.territory import (
    CommunityOutsideStreet,
    Membership,
    UnknownCommunity,
    UnknownStreet,
    require_same_community,
)
from services.registry.store.estates import EstateRecord, add_estates, find_estates_by_code, taken_codes
from services.registry.store.territory import (
    CommunityRecord,
    StreetRecord,
    add_communities,
    add_streets,
    find_communities_of_streets,
    find_streets_of_districts,
    require_own_area,
)
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result
from services.registry.use_cases.register_estate import announce_registered, as_text, differing_fields
from services.registry.use_cases.register_territory import new_street

_HEADER_BY_FACT = {
    "name": ledger.ESTATE_NAME,
    "enclosure": ledger.ENCLOSURE,
    "kind": ledger.ESTATE_KIND,
    "built_on": ledger.BUILT_ON,
    "built_year": ledger.BUILT_ON,
    "approved_gross_area": ledger.APPROVED_GROSS_AREA,
    "managed_area": ledger.MANAGED_AREA,
    "household_count": ledger.HOUSEHOLDS,
}


async def land_estates(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 小区 and return their results by row number."""
    results: dict[int, RowResult] = {}
    read = readable(rows, lambda row: ledger.read_estate_row(row, today=work.today), results)
    codes = [estate.code for _, estate in read]
    known = await find_estates_by_code(work, codes, scope=work.caller.scope)
    elsewhere = await taken_codes(work, codes) - known.keys()
    territory = await _Territory.of(work, [estate.district for _, estate in read])
    added: list[EstateRecord] = []
    for row, estate in read:
        try:
            community = territory.community_of(estate, rules)
            require_own_area(work, community.areas, path=(ledger.COMMUNITY,), value=estate.community)
            if estate.code in elsewhere:
                raise EstateCodeTaken(
                    "an estate outside the caller's area is registered under this code",
                    path=(ledger.ESTATE_CODE,),
                    value=estate.code,
                )
            registered = known.get(estate.code)
            if registered is not None:
                _require_same_estate(registered, estate, community)
                results[row.number] = row_result(row, RowOutcome.UNCHANGED)
                continue
        except Refusal as refusal:
            results[row.number] = ledger.rejected(row, refusal)
            continue
        new = EstateRecord(
            id=new_id("est"),
            code=estate.code,
            facts=estate.facts,
            memberships=(Membership(community.district, community.street_id, community.id),),
        )
        known[estate.code] = new
        added.append(new)
        results[row.number] = row_result(row, RowOutcome.LANDED)
    await territory.save(work)
    if added:
        await add_estates(work, added)
        announce_registered(work, added)
    return results


@dataclass
class _Territory:
    """The streets and communities of the districts of a batch, with those that the batch registers."""

    work: UnitOfWork
    streets: dict[tuple[str, str], StreetRecord]
    communities: dict[tuple[str, str], CommunityRecord]
    new_streets: list[StreetRecord]
    new_communities: list[CommunityRecord]

    @classmethod
    async def of(cls, work: UnitOfWork, districts: Sequence[str]) -> "_Territory":
        streets = await find_streets_of_districts(work, sorted(set(districts)))
        communities = await find_communities_of_streets(work, [street.id for street in streets])
        return cls(
            work,
            {(street.district, street.name): street for street in streets},
            {(community.street_id, community.name): community for community in communities},
            [],
            [],
        )

    def community_of(self, row: EstateRow, rules: ImportRules) -> CommunityRecord:
        """Return the community of a row in its street, registering both where the rules let it.

        Raises UnknownStreet (DH-04, XY-28), UnknownCommunity, or CommunityOutsideStreet when only another street of the
        district has a community of the name.
        """
        street = self.streets.get((row.district, row.street))
        if street is None:
            if not rules.register_territory:
                raise UnknownStreet(
                    f"the district {row.district} has no street {row.street!r}", path=(ledger.STREET,), value=row.street
                )
            street = self._new_street(row, rules)
        community = self.communities.get((street.id, row.community))
        if community is not None:
            return community
        if rules.register_territory:
            return self._new_community(street, row)
        if any(name == row.community for _, name in self.communities):
            raise CommunityOutsideStreet(
                f"the community {row.community!r} is not one of the street {row.street!r}",
                path=(ledger.COMMUNITY,),
                value=row.community,
            )
        raise UnknownCommunity(
            f"the street {row.street!r} has no community {row.community!r}",
            path=(ledger.COMMUNITY,),
            value=row.community,
        )

    def _new_street(self, row: EstateRow, rules: ImportRules) -> StreetRecord:
        try:
            street = new_street(rules.policies, district=row.district, name=row.street)
        except Refusal as refusal:
            header = ledger.DISTRICT if "district" in refusal.path else ledger.STREET
            refusal.path = (header,)
            raise
        require_own_area(self.work, street.areas, path=(ledger.DISTRICT,), value=row.district)
        self.streets[(street.district, street.name)] = street
        self.new_streets.append(street)
        return street

    def _new_community(self, street: StreetRecord, row: EstateRow) -> CommunityRecord:
        community = CommunityRecord(id=new_id("com"), district=street.district, street_id=street.id, name=row.community)
        require_own_area(self.work, community.areas, path=(ledger.COMMUNITY,), value=row.community)
        self.communities[(street.id, row.community)] = community
        self.new_communities.append(community)
        return community

    async def save(self, work: UnitOfWork) -> None:
        """Save what the batch registers."""
        if self.new_streets:
            await add_streets(work, self.new_streets)
        if self.new_communities:
            await add_communities(work, self.new_communities)


def _require_same_estate(registered: EstateRecord, row: EstateRow, community: CommunityRecord) -> None:
    """Raise SecondCommunity (DH-28, G-26) or EstateCodeTaken when the registered estate says something else."""
    require_same_community(
        known=registered.place.community_id, named=community.id, path=(ledger.COMMUNITY,), value=row.community
    )
    differing = differing_fields(registered.facts, row.facts)
    if differing:
        header = _HEADER_BY_FACT[differing[0]]
        known = as_text(getattr(registered.facts, differing[0]))
        if differing[0] in ("approved_gross_area", "managed_area") and known:
            known = format_area(getattr(registered.facts, differing[0]))
        raise EstateCodeTaken(
            f"the estate {row.code} is registered with another {header} ({known or '无'}); a ledger does not overwrite",
            path=(header,),
        )
