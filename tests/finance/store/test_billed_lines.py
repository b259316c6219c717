"""The line of a part that a bill run reads says what the part itself says."""

from datetime import date

import pytest

from kit.area import Area
from kit.ratio import Ratio
from services.finance.domain.bill_run import BilledPart, OwnerSpell
from services.finance.domain.part import AreaSpell, OwnerShare, Part, PartFacts
from services.finance.store.billed_lines import billed_part, line_of

FACTS = PartFacts(building_id="bld_1", door_number="1栋 201", area=Area(6_000), area_basis="REGISTER", has_lift=False)
FIRST, SALE, DELIVERY = date(2020, 5, 1), date(2026, 3, 10), date(2026, 3, 20)
HALVES = (OwnerShare("own_b", Ratio(5_000)), OwnerShare("own_a", Ratio(5_000)))
BUYER = (OwnerShare("own_c", Ratio(10_000)),)


def read_back(part: Part) -> BilledPart:
    line = line_of(part)
    assert line is not None
    return billed_part(part.id, line, {day.isoformat(): area for day, area in part.measured.items()} or None)


@pytest.mark.parametrize(
    ("transfers", "owners"),
    [
        pytest.param({}, (), id="nobody"),
        pytest.param({FIRST: BUYER}, (OwnerSpell(FIRST, ("own_c",)),), id="one owner"),
        pytest.param({FIRST: HALVES}, (OwnerSpell(FIRST, ("own_a", "own_b")),), id="two owners"),
        pytest.param({FIRST: ()}, (OwnerSpell(FIRST, ()),), id="owners unknown"),
        pytest.param(
            {SALE: BUYER, FIRST: HALVES},
            (OwnerSpell(FIRST, ("own_a", "own_b")), OwnerSpell(SALE, ("own_c",))),
            id="sold",
        ),
    ],
)
def test_door_area_and_who_owes_from_which_day(
    transfers: dict[date, tuple[OwnerShare, ...]], owners: tuple[OwnerSpell, ...]
) -> None:
    part = Part("prt_1", "est_1", facts=FACTS, transfers=transfers)
    assert read_back(part) == BilledPart.owned_by("prt_1", "1栋 201", Area(6_000), owners)


@pytest.mark.parametrize(
    ("delivered_on", "later"),
    [((), ()), ((DELIVERY,), (OwnerSpell(DELIVERY, ("own_c",)),))],
    ids=["not delivered", "delivered"],
)
def test_a_developer_owes_until_the_delivery(delivered_on: tuple[date, ...], later: tuple[OwnerSpell, ...]) -> None:
    part = Part(
        "prt_1",
        "est_1",
        facts=FACTS,
        transfers={SALE: BUYER},
        undelivered={SALE: ("own_dev",)},
        delivered_on=frozenset(delivered_on),
    )
    assert read_back(part).owners == (OwnerSpell(SALE, ("own_dev",)), *later)


def test_areas_by_day_come_in_the_order_of_their_days() -> None:
    measured = {SALE: Area(6_000), date.min: Area(5_000)}
    part = Part("prt_1", "est_1", facts=FACTS, transfers={FIRST: BUYER}, measured=measured)
    assert read_back(part).measured == (AreaSpell(date.min, Area(5_000)), AreaSpell(SALE, Area(6_000)))


def test_a_part_of_which_only_owners_were_heard_has_no_line() -> None:
    assert line_of(Part("prt_1", "est_1", transfers={FIRST: BUYER})) is None
