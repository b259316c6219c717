"""Public employees and party members pay first: a report that names nobody, for the offices alone (ZG-09)."""

from datetime import date

import pytest

from kit.caller import Caller, Role, Scope
from kit.money import Fen, yuan
from services.finance.domain.bill import FeeBill, Standing
from services.finance.domain.lead_payer import LeadPayer, LeadPayerKind, LeadPayerLine, report, require_reader
from tests.finance.bills import fee_bill
from tests.finance.refusals import refusal_of

OVERDUE_ON = date(2026, 4, 1)
OFFICES = (Role.STREET, Role.COMMUNITY, Role.DISTRICT_OFFICE, Role.CITY_OFFICE)


def reader(*roles: Role) -> Caller:
    return Caller("somebody", frozenset(role.value for role in roles), Scope.everything())


@pytest.mark.rule("ZG-09")
@pytest.mark.parametrize("role", list(Role))
def test_the_mark_is_for_the_offices_alone(role: Role) -> None:
    if role in OFFICES:
        require_reader(reader(role))
    else:
        assert refusal_of(lambda: require_reader(reader(role))) == ("FORBIDDEN_ACTOR", (), role.value)


@pytest.mark.rule("ZG-09")
def test_who_may_not_read_the_mark_is_told_who_may() -> None:
    provider_and_owner = reader(Role.PROVIDER, Role.OWNER)

    assert refusal_of(lambda: require_reader(provider_and_owner))[2] == "OWNER, PROVIDER"
    with pytest.raises(Exception, match="this is for CITY_OFFICE, COMMUNITY, DISTRICT_OFFICE, STREET"):
        require_reader(provider_and_owner)


def line(kind: LeadPayerKind, owners: int, debtors: int, overdue: str) -> LeadPayerLine:
    return LeadPayerLine(kind, owners, debtors, yuan(overdue))


EMPLOYEE, MEMBER = LeadPayerKind.PUBLIC_EMPLOYEE, LeadPayerKind.PARTY_MEMBER
PAYERS = [
    LeadPayer("own_a", "est_1", EMPLOYEE),
    LeadPayer("own_b", "est_1", EMPLOYEE),
    LeadPayer("own_c", "est_1", MEMBER),
]


@pytest.mark.rule("ZG-09")
def test_the_report_counts_owners_debtors_and_what_is_overdue_by_kind() -> None:
    bills: dict[str, list[FeeBill]] = {
        "own_a": [fee_bill("bil_1", paid=yuan("40.00")), fee_bill("bil_2")],
        "own_x": [fee_bill("bil_9")],
    }

    assert report(PAYERS, bills, today=OVERDUE_ON) == (line(EMPLOYEE, 2, 1, "146.00"), line(MEMBER, 1, 0, "0.00"))


@pytest.mark.rule("ZG-09")
def test_a_bill_that_two_owners_owe_jointly_counts_once_for_a_kind() -> None:
    joint = [fee_bill("bil_1")]

    found = report(PAYERS, {"own_a": joint, "own_b": joint, "own_c": joint}, today=OVERDUE_ON)

    assert found == (line(EMPLOYEE, 2, 2, "93.00"), line(MEMBER, 1, 1, "93.00"))


@pytest.mark.rule("ZG-09")
@pytest.mark.parametrize(
    "bill",
    [
        fee_bill(due_on=OVERDUE_ON),
        fee_bill(paid=yuan("93.00"), standing=Standing.SETTLED),
        fee_bill(standing=Standing.DISPUTED),
        fee_bill(estate_id="est_2"),
    ],
    ids=["due today", "paid", "disputed", "of another estate"],
)
def test_only_what_is_overdue_in_the_owners_estate_counts(bill: FeeBill) -> None:
    assert report(PAYERS, {"own_a": [bill]}, today=OVERDUE_ON) == (
        line(EMPLOYEE, 2, 0, "0.00"),
        line(MEMBER, 1, 0, "0.00"),
    )


@pytest.mark.rule("ZG-09")
def test_without_a_marked_owner_every_kind_has_an_empty_line() -> None:
    assert report([], {}, today=OVERDUE_ON) == tuple(LeadPayerLine(kind, 0, 0, Fen(0)) for kind in LeadPayerKind)
