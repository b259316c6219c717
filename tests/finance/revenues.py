"""Public revenue to test with."""

from dataclasses import replace
from datetime import date
from typing import Any

from kit.explanation import Explanation
from kit.money import yuan
from policy.vocabulary import IncomeEarmark
from services.finance.domain.public_revenue import PublicRevenue, RevenueHolder, RevenueKind


def an_income_of_lifts(**changes: Any) -> PublicRevenue:
    """Return 100 yuan for adverts in lifts that cost 30, changed as asked."""
    revenue = PublicRevenue(
        id="rev_1",
        district="360102",
        estate_id="est_1",
        kind=RevenueKind.LIFT_ADVERT,
        gross=yuan("100.00"),
        cost=yuan("30.00"),
        net=yuan("70.00"),
        earmark=IncomeEarmark.PROJECT_SERVICE,
        holder=RevenueHolder.PURSE,
        received_on=date(2026, 3, 1),
        bank_ref="B-1",
        explanation=Explanation("gross − cost", (), (), "70.00", "第二百八十二条", "《中华人民共和国民法典》", "CN-v1"),
        policy_version_id="CN-v1",
    )
    return replace(revenue, **changes)
