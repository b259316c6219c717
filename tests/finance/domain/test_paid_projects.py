"""What a fund paid for in a year, as its yearly notice lists it (Decree 165, art. 30)."""

from datetime import date

from kit.money import Fen
from services.finance.domain.maintenance_statement import (
    FundEntry,
    FundMovement,
    PaidProject,
    projects_of,
    statement_of,
)

PURPOSES = {"p1": ("use_b", "屋面"), "p2": ("use_b", "屋面"), "p3": ("use_a", "电梯"), "p4": ("use_a", "电梯")}


def test_a_use_is_listed_once_a_year_with_its_last_day_and_together_they_are_the_years_uses() -> None:
    paid = [
        FundMovement("door1", FundEntry.USE, date(2024, 3, 1), Fen(-100), "p1"),
        FundMovement("pool", FundEntry.USE, date(2024, 3, 1), Fen(-1), "p1"),
        FundMovement("door1", FundEntry.USE, date(2024, 2, 1), Fen(5), "p2"),  # Given back of a first payment.
        FundMovement("door2", FundEntry.USE, date(2024, 1, 31), Fen(-20), "p3"),
        FundMovement("door2", FundEntry.USE, date(2023, 12, 31), Fen(-7), "p4"),
        FundMovement("door2", FundEntry.REFUND, date(2024, 5, 1), Fen(-3), "p5"),
    ]

    projects = projects_of(paid, year=2024, purposes=PURPOSES)

    assert projects == (
        PaidProject("电梯", date(2024, 1, 31), Fen(20)),
        PaidProject("屋面", date(2024, 3, 1), Fen(96)),
    )
    assert sum(one.amount for one in projects) == statement_of(paid, year=2024).uses
