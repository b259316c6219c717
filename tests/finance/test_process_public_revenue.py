"""P21 and P22 on the real store: public revenue is taken in, kept apart by purpose, spent, refused and held back."""

from typing import Any

import pytest

from kit.caller import SYSTEM_CALLER, Caller, Role
from kit.ids import new_id
from kit.ledger.store import balance
from policy.vocabulary import IncomeEarmark
from services.finance.domain.revenue_ledger import bank_id, purse_id
from services.finance.use_cases.verify_money import verify_money
from tests.heard import HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store
DONGHU = "360102"
STREET = caller(Role.STREET)
OFFICE = caller(Role.DISTRICT_OFFICE)
EVERYTHING = SYSTEM_CALLER.scope
POST = """
    mutation ($input: PostPublicRevenueInput!) {
      postPublicRevenue(input: $input) {
        revenue { id kind gross cost net earmark holder explanation { result clause } }
        events { type } errors { code path } replayed
      }
    }
"""
LIFT = """
    mutation ($input: LiftRevenueHoldInput!) {
      liftRevenueHold(input: $input) { revenue { isHeld decisionId } errors { code path } }
    }
"""
REVERSE = """
    mutation ($input: ReversePublicRevenueInput!) {
      reversePublicRevenue(input: $input) {
        revenue { net isHeld takenBackOn takenBackFor } events { type } errors { code path value } replayed
      }
    }
"""
SPEND = """
    mutation ($input: SpendPublicRevenueInput!) {
      spendPublicRevenue(input: $input) { spending { amount use } errors { code path value } replayed }
    }
"""
YEAR = """
    query ($estates: [_Any!]!) {
      _entities(representations: $estates) {
        ... on Estate {
          publicRevenue(year: 2026) {
            year gross cost net earmarkViolations byKind { kind earmark amount } spendings { amount }
            explanation { formula result clause }
          }
        }
      }
    }
"""
REPORT = """
    query ($after: String) {
      publicRevenues(district: "360102", year: 2026, first: 1, after: $after) {
        nodes { kind net } pageInfo { hasNextPage endCursor }
      }
    }
"""


async def decided(finance: HeardService) -> RegistryFacts:
    """Return an estate of Donghu whose owners decided to let their common parts."""
    facts = RegistryFacts(district=DONGHU)
    await finance.hear(
        facts.policy_published(),
        facts.estate_registered(),
        facts.decision_closed(closed_on="2026-01-10", matter="CHANGE_COMMON_USE"),
    )
    return facts


async def take_in(
    finance: HeardService, facts: RegistryFacts, *, by: Caller = STREET, **changes: Any
) -> dict[str, Any]:
    values = {
        "idempotencyKey": new_id("key"),
        "estateId": facts.estate_id,
        "kind": "LIFT_ADVERT",
        "gross": "12000.00",
        "cost": "2000.00",
        "receivedOn": "2026-02-01",
        "bankRef": new_id("ref"),
        "evidenceIds": ["doc_1"],
        "decisionId": facts.decision_id,
    }
    return dict((await finance.ask(POST, by=by, input=values | changes))["postPublicRevenue"])


async def spend(finance: HeardService, facts: RegistryFacts, **changes: Any) -> dict[str, Any]:
    values = {
        "idempotencyKey": new_id("key"),
        "estateId": facts.estate_id,
        "earmark": "PROJECT_SERVICE",
        "use": "PROPERTY_SERVICE",
        "amount": "4000.00",
        "spentOn": "2026-03-01",
        "payee": "赣江物业服务有限公司",
        "bankRef": new_id("ref"),
    }
    return dict((await finance.ask(SPEND, by=STREET, input=values | changes))["spendPublicRevenue"])


async def lift(finance: HeardService, revenue_id: str, *, by: Caller = OFFICE, **changes: Any) -> dict[str, Any]:
    values = {"idempotencyKey": new_id("key"), "revenueId": revenue_id, "reason": "业主大会已另行决定"}
    return dict((await finance.ask(LIFT, by=by, input=values | changes))["liftRevenueHold"])


async def take_back(finance: HeardService, revenue_id: str, *, by: Caller = STREET, **changes: Any) -> dict[str, Any]:
    values = {"idempotencyKey": new_id("key"), "revenueId": revenue_id, "reason": "金额录入有误"}
    return dict((await finance.ask(REVERSE, by=by, input=values | changes))["reversePublicRevenue"])


async def year_of(finance: HeardService, facts: RegistryFacts, *, by: Caller) -> Any:
    representation = {"__typename": "Estate", "id": facts.estate_id}
    [estate] = (await finance.ask(YEAR, by=by, estates=[representation]))["_entities"]
    return estate["publicRevenue"]


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


@pytest.mark.rule("DH-06")
@pytest.mark.rule("DH-44")
@pytest.mark.rule("DH-45")
async def test_each_earmark_has_a_purse_of_its_own_and_a_wrong_use_is_announced(finance: HeardService) -> None:
    facts = await decided(finance)
    adverts = await take_in(finance, facts)
    parking = await take_in(finance, facts, kind="STREET_PARKING", gross="500.00", cost="0.00", decisionId=None)
    assert (adverts["revenue"]["net"], adverts["revenue"]["earmark"], adverts["revenue"]["holder"]) == (
        "10000.00",
        "PROJECT_SERVICE",
        "PURSE",
    )
    assert parking["revenue"]["earmark"] == "COMMUNITY_FUNDS"

    spent = await spend(finance, facts)
    wrong = {"idempotencyKey": "wrong", "use": "COMMUNITY_FUNDS"}
    refused = [await spend(finance, facts, **wrong) for _ in range(2)]
    above = await spend(finance, facts, amount="6000.01")

    assert (spent["spending"]["amount"], codes(above)) == ("4000.00", ["INSUFFICIENT_FUNDS"])
    assert [codes(one) for one in refused] == [["EARMARK"], ["EARMARK"]]
    for earmark, left in ((IncomeEarmark.PROJECT_SERVICE, 6_000_00), (IncomeEarmark.COMMUNITY_FUNDS, 500_00)):
        for account in (bank_id(facts.estate_id, earmark), purse_id(facts.estate_id, earmark)):
            assert await balance(finance.mongo, account, scope=EVERYTHING) == left
    violations = [data for type_, data in await finance.announced() if type_ == "finance.earmark.violation_refused"]
    assert [(one["attemptedUse"], one["earmark"], one["amount"]) for one in violations] == [
        ("COMMUNITY_FUNDS", "PROJECT_SERVICE", "4000.00")
    ]
    as_owner = caller(Role.OWNER, f"estate:{facts.estate_id}")
    assert await year_of(finance, facts, by=as_owner) == {
        "year": 2026,
        "explanation": {"formula": "Σ gross − Σ cost", "result": "10500.00", "clause": "第二百八十二条"},
        "gross": "12500.00",
        "cost": "2000.00",
        "net": "10500.00",
        "earmarkViolations": 1,
        "byKind": [
            {"kind": "LIFT_ADVERT", "earmark": "PROJECT_SERVICE", "amount": "10000.00"},
            {"kind": "STREET_PARKING", "earmark": "COMMUNITY_FUNDS", "amount": "500.00"},
        ],
        "spendings": [{"amount": "4000.00"}],
    }
    assert await year_of(finance, facts, by=caller(Role.STREET, "district:360702")) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decisionId": None}, "NEEDS_DECISION"),
        ({"receivedOn": "2026-01-09"}, "NEEDS_DECISION"),
        ({"kind": "CHARGING"}, "VALIDATION"),
        ({"kind": "IDLE_SPACE"}, "INSTRUMENT_NOT_AVAILABLE"),
        ({"receivedOn": "2026-03-06"}, "VALIDATION"),
        ({"evidenceIds": []}, "PRECONDITION"),
    ],
)
async def test_an_income_that_breaks_a_rule_is_refused(
    finance: HeardService, changes: dict[str, Any], code: str
) -> None:
    facts = await decided(finance)

    assert codes(await take_in(finance, facts, **changes)) == [code]
    assert [type_ for type_, _ in await finance.announced() if "public_revenue" in type_] == []


async def test_one_bank_movement_is_taken_in_once(finance: HeardService) -> None:
    facts = await decided(finance)

    first = await take_in(finance, facts, bankRef="B-1")
    again = await take_in(finance, facts, bankRef="B-1")

    assert (codes(first), codes(again)) == ([], ["DUPLICATE"])


async def test_in_the_trust_mode_the_income_goes_to_the_owners_fund(finance: HeardService) -> None:
    facts = await decided(finance)
    await finance.hear(facts.mode_changed("TRUST", effective_on="2026-02-01"))

    before = await take_in(finance, facts, receivedOn="2026-01-31")
    since = await take_in(finance, facts, receivedOn="2026-02-01")

    assert [one["revenue"]["holder"] for one in (before, since)] == ["PURSE", "TRUST_FUND"]
    purse = purse_id(facts.estate_id, IncomeEarmark.PROJECT_SERVICE)
    assert await balance(finance.mongo, purse, scope=EVERYTHING) == 10_000_00


async def test_what_rests_on_an_annulled_decision_is_held_back_from_being_spent(finance: HeardService) -> None:
    facts = await decided(finance)
    taken_in = await take_in(finance, facts)

    await finance.hear(facts.decision_annulled("2026-03-04"))

    assert await finance.work_items() == [("NEEDS_DECISION", taken_in["revenue"]["id"])]
    assert codes(await spend(finance, facts, amount="0.01")) == ["INSUFFICIENT_FUNDS"]
    assert codes(await take_in(finance, facts)) == ["NEEDS_DECISION"]


async def test_held_revenue_is_spent_again_once_people_have_decided(finance: HeardService) -> None:
    facts = await decided(finance)
    held = [(await take_in(finance, facts))["revenue"]["id"] for _ in range(2)]
    annulled = facts.decision_id
    await finance.hear(facts.decision_annulled("2026-03-04"))
    facts.decision_id = new_id("dec")
    await finance.hear(facts.decision_closed(closed_on="2026-03-05", matter="CHANGE_COMMON_USE"))

    refused = [
        await lift(finance, held[0], by=STREET),
        await lift(finance, held[0], reason=None),
        await lift(finance, "rev_unknown"),
        await lift(finance, held[0], decisionId=annulled),
    ]
    for_a_reason = await lift(finance, held[0])
    decided_anew = await lift(finance, held[1], decisionId=facts.decision_id)

    assert [codes(one) for one in refused] == [["FORBIDDEN_ACTOR"], ["VALIDATION"], ["NOT_FOUND"], ["NEEDS_DECISION"]]
    assert (for_a_reason["revenue"]["isHeld"], for_a_reason["revenue"]["decisionId"]) == (False, annulled)
    assert (decided_anew["revenue"]["isHeld"], decided_anew["revenue"]["decisionId"]) == (False, facts.decision_id)
    assert codes(await lift(finance, held[0])) == ["STATE_CONFLICT"]
    assert codes(await spend(finance, facts, amount="20000.00")) == []


async def test_the_report_of_a_district_is_read_page_by_page(finance: HeardService) -> None:
    facts = await decided(finance)
    await take_in(finance, facts)
    await take_in(finance, facts, kind="STREET_PARKING", gross="500.00", cost="0.00", decisionId=None)

    kinds, after = [], None
    while True:
        page = (await finance.ask(REPORT, after=after))["publicRevenues"]
        kinds += [node["kind"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert kinds == ["LIFT_ADVERT", "STREET_PARKING"]


async def test_an_income_that_was_recorded_wrongly_is_taken_back_and_recorded_rightly(finance: HeardService) -> None:
    facts = await decided(finance)
    purse = purse_id(facts.estate_id, IncomeEarmark.PROJECT_SERVICE)
    wrong = (await take_in(finance, facts, bankRef="B-1", gross="21000.00"))["revenue"]["id"]

    back = await take_back(finance, wrong, idempotencyKey="back")
    again = await take_back(finance, wrong, idempotencyKey="back")
    emptied = await balance(finance.mongo, purse, scope=EVERYTHING)
    right = await take_in(finance, facts, bankRef="B-1")

    assert back["revenue"] == {
        "net": "19000.00",
        "isHeld": False,
        "takenBackOn": "2026-03-05",
        "takenBackFor": "金额录入有误",
    }
    assert ([one["type"] for one in back["events"]], again["replayed"]) == (["finance.public_revenue.reversed"], True)
    assert (emptied, codes(right)) == (0, [])
    assert await balance(finance.mongo, purse, scope=EVERYTHING) == 10_000_00
    shown = await year_of(finance, facts, by=OFFICE)
    assert (shown["gross"], shown["cost"], shown["net"]) == ("12000.00", "2000.00", "10000.00")
    assert [line["amount"] for line in shown["byKind"]] == ["10000.00"]
    assert codes(await take_in(finance, facts, bankRef="B-1")) == ["DUPLICATE"]
    # Of what stands in the purse a part is spent: the rest alone does not make up the income any more.
    await spend(finance, facts, amount="0.01")
    refused = [
        await take_back(finance, right["revenue"]["id"]),
        await take_back(finance, wrong),
        await take_back(finance, "rev_unknown"),
        await take_back(finance, wrong, reason=" "),
        await take_back(finance, wrong, by=caller(Role.PROVIDER)),
    ]
    assert [codes(one) for one in refused] == [
        ["INSUFFICIENT_FUNDS"],
        ["STATE_CONFLICT"],
        ["NOT_FOUND"],
        ["VALIDATION"],
        ["FORBIDDEN_ACTOR"],
    ]
    assert await verify_money(finance.mongo, DONGHU) == []
