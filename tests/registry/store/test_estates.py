"""Pages and counts of estates on the real store."""

import pytest

from kit.area import square_metres
from kit.caller import SYSTEM_CALLER, Scope
from kit.clock import FixedClock
from kit.ids import new_id
from kit.mongo import ConcurrentChange, Mongo, UnitOfWork, ensure_indexes, run_unit_of_work
from services.registry.domain.estate import Enclosure, EstateCodeTaken, EstateFacts, EstateKind
from services.registry.domain.territory import Membership
from services.registry.store.estates import (
    EstateFilter,
    EstateRecord,
    add_estates,
    find_estates,
    page_of_estates,
    save_facts,
    taken_codes,
)
from services.registry.store.indexes import INDEXES

pytestmark = pytest.mark.store

STREETS = [new_id("str"), new_id("str")]
COMMUNITIES = [new_id("com"), new_id("com")]
FACTS = EstateFacts(
    name="丹枫小区",
    enclosure=Enclosure.CLOSED,
    kind=EstateKind.OLD,
    built_on=None,
    built_year=None,
    approved_gross_area=None,
    managed_area=square_metres("100.00"),
    household_count=1,
)


def estate(number: int) -> EstateRecord:
    place = number % 2
    return EstateRecord(
        id=new_id("est"),
        code=f"{number:03d}",
        facts=FACTS,
        memberships=(Membership("360702", STREETS[place], COMMUNITIES[place]),),
    )


@pytest.fixture
async def estates(mongo: Mongo, clock: FixedClock) -> list[EstateRecord]:
    await ensure_indexes(mongo, INDEXES)
    records = [estate(number) for number in range(10)]

    async def add(work: UnitOfWork) -> None:
        await add_estates(work, records)

    await run_unit_of_work(mongo, SYSTEM_CALLER, add, clock=clock)
    return records


async def codes(mongo: Mongo, scope: Scope, *, conditions: EstateFilter | None = None, **page: int | str) -> list[str]:
    asked = {"after": None, "limit": 100, **page}
    found = await page_of_estates(mongo, conditions or EstateFilter(), scope=scope, **asked)  # type: ignore[arg-type]
    return [record.code for record in found]


async def test_a_page_of_several_grants_shows_each_estate_once_in_order(
    mongo: Mongo, estates: list[EstateRecord]
) -> None:
    scope = Scope.of(
        f"street:{STREETS[0]}", f"community:{COMMUNITIES[0]}", f"estate:{estates[3].id}", f"part:{new_id('prt')}"
    )

    assert await codes(mongo, scope) == ["000", "002", "003", "004", "006", "008"]
    assert await codes(mongo, scope, limit=3) == ["000", "002", "003"]
    assert await codes(mongo, scope, after="003", limit=2) == ["004", "006"]
    assert await codes(mongo, Scope.of()) == []


async def test_a_filter_narrows_a_scope_and_never_widens_it(mongo: Mongo, estates: list[EstateRecord]) -> None:
    one_street = Scope.of(f"street:{STREETS[0]}")
    of_other_street = EstateFilter(street_id=STREETS[1])

    assert await codes(mongo, one_street, conditions=of_other_street) == []
    assert await codes(mongo, Scope.everything(), conditions=of_other_street) == ["001", "003", "005", "007", "009"]
    assert await codes(mongo, one_street, conditions=EstateFilter(district="360702"), limit=2) == ["000", "002"]


async def test_a_stale_estate_is_not_written_over(mongo: Mongo, clock: FixedClock, estates: list[EstateRecord]) -> None:
    async def change_twice_from_one_read(work: UnitOfWork) -> None:
        await save_facts(work, estates[0], FACTS)
        await save_facts(work, estates[0], FACTS)

    with pytest.raises(Exception, match="concurrent changes") as failed:
        await run_unit_of_work(mongo, SYSTEM_CALLER, change_twice_from_one_read, clock=clock, max_attempts=1)

    assert isinstance(failed.value.__cause__, ConcurrentChange)
    (unchanged,) = await find_estates(mongo, [estates[0].id], scope=Scope.everything())
    assert unchanged.version == 1


async def test_one_taken_code_refuses_the_whole_write(
    mongo: Mongo, clock: FixedClock, estates: list[EstateRecord]
) -> None:
    async def add_one_known(work: UnitOfWork) -> None:
        await add_estates(work, [estate(10), estate(3), estate(11)])

    with pytest.raises(EstateCodeTaken):
        await run_unit_of_work(mongo, SYSTEM_CALLER, add_one_known, clock=clock)

    async def taken(work: UnitOfWork) -> set[str]:
        return await taken_codes(work, ["003", "010", "011"])

    assert await run_unit_of_work(mongo, SYSTEM_CALLER, taken, clock=clock) == {"003"}
