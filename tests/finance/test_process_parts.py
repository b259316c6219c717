"""What finance keeps of parts and owners, whatever order the facts arrive in (P13)."""

import random
from datetime import date

import pytest

from kit.area import parse_area
from kit.caller import SYSTEM_CALLER, Scope
from kit.ids import new_id
from kit.mongo import Reader
from kit.ratio import parse_ratio
from services.finance.domain.part import OwnerShare, PartFacts
from services.finance.store.parts import PARTS, find_part, parts_of_estate
from tests.heard import HeardService, RegistryFacts

pytestmark = pytest.mark.store

EVERYTHING = SYSTEM_CALLER.scope


@pytest.mark.parametrize("seed", range(6))
async def test_a_part_and_its_owners_are_kept_in_whatever_order_they_are_heard(
    finance: HeardService, seed: int
) -> None:
    facts, part_id = RegistryFacts(), new_id("prt")
    seller, buyer, spouse = new_id("own"), new_id("own"), new_id("own")
    lanes = [
        [facts.estate_registered()],
        [facts.part_registered(part_id, area="80.00", has_lift=True)],
        [
            facts.ownership_transferred(part_id, to={seller: "1.0000"}, since="2020-05-01"),
            facts.ownership_transferred(
                part_id, to={buyer: "0.5000", spouse: "0.5000"}, since="2024-07-01", before=(seller,)
            ),
        ],
    ]
    dice = random.Random(seed)
    while lanes:
        lane = dice.choice(lanes)
        await finance.hear(lane.pop(0))
        lanes = [lane for lane in lanes if lane]
    await finance.hear_again()

    part = await find_part(finance.mongo, part_id, scope=EVERYTHING)

    assert part is not None
    assert part.facts == PartFacts(
        f"bld_{facts.estate_id.removeprefix('est_')}", "1栋101", parse_area("80.00"), "REGISTER", has_lift=True
    )
    half = parse_ratio("0.5000")
    assert part.owners_on(date(2020, 4, 30)) == ()
    assert part.owners_on(date(2024, 6, 30)) == (OwnerShare(seller, parse_ratio("1.0000")),)
    assert part.owners_on(date(2024, 7, 1)) == (OwnerShare(buyer, half), OwnerShare(spouse, half))
    assert part.owned_since(date(2026, 1, 1)) == date(2024, 7, 1)
    for grant in (f"street:{facts.street_id}", f"part:{part_id}", f"owner:{buyer}", f"owner:{seller}"):
        assert await find_part(finance.mongo, part_id, scope=Scope.of(grant)) == part, grant
    for grant in (f"estate:{facts.estate_id}", f"owner:{new_id('own')}"):
        assert await find_part(finance.mongo, part_id, scope=Scope.of(grant)) is None, grant


async def test_facts_heard_in_one_batch_are_kept_together_and_given_page_by_page(finance: HeardService) -> None:
    facts = RegistryFacts()
    part_ids = [new_id("prt") for _ in range(7)]
    await finance.hear(
        facts.estate_registered(),
        *(facts.part_registered(part_id, door=f"1栋{place}01") for place, part_id in enumerate(part_ids)),
        *(facts.ownership_transferred(part_id, to={new_id("own"): "1.0000"}) for part_id in part_ids),
        facts.part_registered(part_ids[0], door="1栋001", area="81.50"),
    )

    pages = [page async for page in parts_of_estate(finance.mongo, facts.estate_id, scope=EVERYTHING, page_size=3)]

    assert [len(page) for page in pages] == [3, 3, 1]
    parts = [part for page in pages for part in page]
    assert [part.id for part in parts] == sorted(part_ids)
    assert all(len(part.owners_on(date(2026, 1, 1))) == 1 for part in parts)
    corrected = {part.id: part.facts.area for part in parts if part.facts is not None}
    assert corrected[part_ids[0]] == parse_area("81.50")


async def test_an_estate_that_moves_takes_its_parts_into_the_other_streets_sight(finance: HeardService) -> None:
    facts, part_id, street_id = RegistryFacts(), new_id("prt"), new_id("str")
    await finance.hear(facts.estate_registered(), facts.part_registered(part_id))

    await finance.hear(facts.estate_moved(streetId=street_id))

    assert await find_part(finance.mongo, part_id, scope=Scope.of(f"street:{street_id}")) is not None
    assert await find_part(finance.mongo, part_id, scope=Scope.of(f"street:{facts.street_id}")) is None
    assert await _documents(finance.mongo) == 1


async def _documents(reader: Reader) -> int:
    return int(await reader.collection(PARTS).count_documents({}))
