"""P3: a fund is kept where its latest move brought it, in whatever order the moves are heard."""

from datetime import date
from itertools import permutations

from kit.money import Fen
from policy.vocabulary import CustodyKind
from services.registry.domain.fund_custody import FundCustody, after_move


def move(version: int, *, fund: str = "mfd_1", to: CustodyKind = CustodyKind.OWNERS_MAINTENANCE) -> FundCustody:
    return FundCustody(fund_id=fund, custody=to, amount=Fen(100), moved_on=date(2026, 1, 1), version=version)


def test_the_first_move_of_a_fund_is_kept() -> None:
    assert after_move((), move(3)) == (move(3),)


def test_a_later_move_takes_the_place_of_an_earlier_one_also_on_one_day() -> None:
    later = move(4, to=CustodyKind.HOUSING_AUTHORITY_MAINTENANCE)

    assert after_move((move(3),), later) == (later,)
    assert after_move((later,), move(3)) == (later,)


def test_the_same_move_again_changes_nothing() -> None:
    assert after_move((move(3),), move(3, to=CustodyKind.TRUST_FUND)) == (move(3),)


def test_each_fund_of_an_estate_is_kept_for_itself_by_its_id() -> None:
    ends = set()
    for order in permutations([move(1), move(2), move(1, fund="mfd_0"), move(7, fund="mfd_2")]):
        custodies: tuple[FundCustody, ...] = ()
        for heard in order:
            custodies = after_move(custodies, heard)
        ends.add(custodies)

    assert ends == {(move(1, fund="mfd_0"), move(2), move(7, fund="mfd_2"))}
