"""The golden vectors of deposits, the maintenance fund, arrears and fees, sent to the gateway, to the fen.

Every amount is asked for with the explanation and the clause that it rests on. `tests/system` runs vectors of these in
a whole city; here each stands with its own days.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.finance import deposits
from tests.finance.fees import served_estate
from tests.finance.funds import FundEstate
from tests.finance.gateway_door import FinanceThroughGateway, through_gateway
from tests.heard import PANZHIHUA, XUNYANG, ZHANGGONG, HeardService, RegistryFacts

pytestmark = pytest.mark.store

DEPOSIT_CLAUSE, FUND_CLAUSE = "三（二）4", "三（三）2"
HOW = "explanation { formula result clause document }"


@pytest.fixture
async def city(finance: HeardService) -> AsyncIterator[FinanceThroughGateway]:
    """Finance behind the gateway."""
    async with through_gateway(finance) as behind:
        yield behind


@dataclass(frozen=True)
class DepositVector:
    """A contract's deposit: approved gross area × agreed rate, and what is demanded of it."""

    name: str
    area: str
    rate: str | None
    computed: str | None
    demanded: str | None
    clamp: str | None
    state: str = "DEMANDED"


DEPOSITS = (
    DepositVector("G-1", "12000.00", "1.00", "12000.00", "20000.00", "FLOOR"),
    DepositVector("G-2", "56789.50", "1.00", "56789.50", "56789.50", "NONE"),
    DepositVector("G-3", "250000.00", "1.00", "250000.00", "100000.00", "CAP"),
    DepositVector("G-4 floor", "20000.00", "1.00", "20000.00", "20000.00", "NONE"),
    DepositVector("G-4 cap", "100000.00", "1.00", "100000.00", "100000.00", "NONE"),
    DepositVector("G-5", "56789.50", None, None, None, None, state="NOT_AGREED"),
)
REGISTER = f"""
    query ($district: String!) {{
      depositRegister(district: $district) {{
        nodes {{ contract {{ id }} state basisArea ratePerM2 computed demanded clamp paid {HOW} }}
      }}
    }}
"""


@pytest.mark.rule("G-1", "G-2", "G-3", "G-4", "G-5")
async def test_the_deposit_is_area_times_rate_between_floor_and_cap_or_is_not_agreed(
    city: FinanceThroughGateway,
) -> None:
    signed = {vector.name: RegistryFacts() for vector in DEPOSITS}
    await city.hear(RegistryFacts().policy_published())
    for vector in DEPOSITS:
        facts = signed[vector.name]
        await city.hear(facts.estate_registered(area=vector.area), facts.contract_signed(rate=vector.rate))

    nodes = (await city.ask(REGISTER, district=ZHANGGONG))["depositRegister"]["nodes"]

    shown = {node.pop("contract")["id"]: node for node in nodes}
    assert len(shown) == len(DEPOSITS)
    for vector in DEPOSITS:
        explanation = {
            "formula": "min(max(approvedGrossArea × ratePerM2, floor), cap)",
            "result": vector.demanded,
            "clause": DEPOSIT_CLAUSE,
            "document": "《关于加强章贡区住宅小区物业管理工作的实施意见》",
        }
        agreed = vector.rate is not None
        assert shown[signed[vector.name].contract_id] == {
            "state": vector.state,
            "basisArea": vector.area if agreed else None,
            "ratePerM2": vector.rate,
            "computed": vector.computed,
            "demanded": vector.demanded,
            "clamp": vector.clamp,
            "paid": "0.00",
            "explanation": explanation if agreed else None,
        }, vector.name


@pytest.mark.rule("G-6")
async def test_panzhihuas_document_has_no_deposit_and_none_is_shown_as_zero(city: FinanceThroughGateway) -> None:
    facts = RegistryFacts(district=PANZHIHUA)

    await city.hear(facts.estate_registered(), facts.contract_signed(rate="1.00", signed_on="2024-02-01"))

    assert (await city.ask(REGISTER, district=PANZHIHUA))["depositRegister"]["nodes"] == []
    assert await city.work_items() == [("INSTRUMENT_NOT_AVAILABLE", facts.contract_id)]


@dataclass(frozen=True)
class FundVector:
    """A door's first deposit: area × rate within the cap of its building, and the amount or the refusal."""

    name: str
    door: str
    area: str
    rate: str
    amount: str
    refused: tuple[str, list[str]] | None = None


FIRST_DEPOSITS = (
    FundVector("G-16 lift", "h101", "80.00", "75.00", "6000.00"),
    FundVector("G-16 no lift", "a101", "80.00", "55.00", "4400.00"),
    FundVector("G-17 above the cap", "a102", "63.55", "55.01", "3495.89", ("OUT_OF_RANGE", ["input", "ratePerM2"])),
    FundVector("G-17 at the cap", "a102", "63.55", "55.00", "3495.25"),
)
FUND = f"""
    query ($estate: ID!) {{
      maintenanceFund(estateId: $estate) {{
        balance matched poolBalance
        subAccounts {{ doorNumber firstDeposit balance deposits {{ amount match matchPeriod {HOW} }} }}
      }}
    }}
"""


@pytest.mark.rule("G-16", "G-17")
async def test_doors_pay_area_times_rate_and_the_district_pays_as_much_again(city: FinanceThroughGateway) -> None:
    estate = FundEstate(city)
    await estate.register(**{vector.door: vector.area for vector in FIRST_DEPOSITS})
    await estate.open_old_fund()

    for vector in FIRST_DEPOSITS:
        deposit = estate.deposit(vector.door, vector.amount, vector.rate)
        if vector.refused is not None:
            assert await estate.refused("confirmMaintenanceDeposit", **deposit) == vector.refused, vector.name
            continue
        paid = await estate.done("confirmMaintenanceDeposit", **deposit)
        assert (paid["subAccount"]["firstDeposit"], paid["explanation"]) == (
            vector.amount,
            {"formula": "area × ratePerM2, ratePerM2 ≤ maxRate", "result": vector.amount, "clause": FUND_CLAUSE},
        ), vector.name
    run = await estate.done("runMatch", fundId=estate.fund_id, period="2024-Q1", bankRef="m", paidOn="2024-04-08")
    fund = (await city.ask(FUND, estate=estate.facts.estate_id))["maintenanceFund"]

    assert (fund["balance"], fund["matched"], fund["poolBalance"]) == ("27790.50", "13895.25", "13895.25")
    assert (run["explanation"]["result"], run["explanation"]["clause"]) == ("13895.25", FUND_CLAUSE)
    shown = {door["doorNumber"]: door for door in fund["subAccounts"]}
    for vector in (one for one in FIRST_DEPOSITS if one.refused is None):
        door = shown[vector.door]
        [deposit] = door["deposits"]
        assert (door["firstDeposit"], door["balance"]) == (vector.amount, vector.amount), vector.name
        assert (deposit["amount"], deposit["match"], deposit["matchPeriod"]) == (
            vector.amount,
            vector.amount,
            "2024-Q1",
        )
        assert (deposit["explanation"]["result"], deposit["explanation"]["clause"]) == (vector.amount, FUND_CLAUSE)


MEASURE = f"""
    mutation ($input: MeasureArrearsInput!) {{
      measureArrears(input: $input) {{
        position {{ due overdue ratio thresholdReached threshold {HOW} }} events {{ type }} errors {{ code }}
      }}
    }}
"""


@pytest.mark.rule("G-21")
@pytest.mark.parametrize(
    ("paid_by_the_debtor", "overdue", "ratio", "reached"),
    [
        (None, "120.00", "0.2000", True),  # 120.00 of 600.00 are 20.00 %.
        ("0.06", "119.94", "0.1999", False),  # 119.94 of 600.00 are 19.99 %.
    ],
)
async def test_the_gate_opens_at_twenty_of_a_hundred_and_nobody_opens_a_case_but_the_provider(
    city: FinanceThroughGateway, paid_by_the_debtor: str | None, overdue: str, ratio: str, reached: bool
) -> None:
    served = await served_estate(city, *["100.00"] * 5, district=XUNYANG)
    await served.set_rates()
    await served.bill()
    for part in range(4):
        await served.pay("120.00", part=part)
    if paid_by_the_debtor is not None:
        await served.pay(paid_by_the_debtor, part=4)
    served.today("2026-04-01")

    measured = await served.write(MEASURE, "measureArrears", estateId=served.facts.estate_id, asOf="2026-04-01")

    crossed = [{"type": "finance.arrears.threshold_crossed"}] if reached else []
    assert measured == {
        "position": {
            "due": "600.00",
            "overdue": overdue,
            "ratio": ratio,
            "thresholdReached": reached,
            "threshold": "0.2000",
            "explanation": {
                "formula": "overdue ÷ due",
                "result": f"{overdue.replace('.', '')}/60000",
                "clause": "二（三）4",
                "document": "《浔阳区开展无物业管理小区清零行动实施方案》",
            },
        },
        "events": [{"type": "finance.arrears.measured"}, *crossed],
        "errors": [],
    }


DEPOSIT = """
    query ($id: ID!) {
      deposit(id: $id) { state stateSince paid custody { kind } movements { debit credit amount reverses } }
    }
"""


@pytest.mark.rule("G-27")
async def test_a_deposit_moves_to_the_owners_with_its_sum_unchanged_at_every_instant(
    city: FinanceThroughGateway,
) -> None:
    facts = RegistryFacts()
    street = await deposits.demanded_deposit(city, facts, area="60000.00")
    [[_, demanded]] = await city.announced()
    deposit_id = demanded["depositId"]
    await deposits.pay(city, facts, account_id=street, amount="60000.00", paid_on="2024-03-01", depositId=deposit_id)
    instants = []

    async def look() -> dict[str, Any]:
        shown = dict((await city.ask(DEPOSIT, id=deposit_id))["deposit"])
        instants.append(shown["paid"])
        return shown

    held = await look()
    await city.hear(facts.congress_formed("2024-03-10"))
    moving = await look()
    await city.hear(facts.owners_account_opened("2024-04-01"))
    still_moving = await look()
    move = {"idempotencyKey": "move", "depositId": deposit_id, "bankRef": "BANK-1", "movedOn": "2024-04-08"}
    moved = (await city.ask(deposits.TRANSFER, by=deposits.STREET_OFFICE, input=move))["transferDeposit"]
    at_rest = await look()

    assert (moved["errors"], moved["entry"]["amount"]) == ([], "60000.00")
    told = [(one["state"], one["stateSince"], one["custody"]["kind"]) for one in (held, moving, still_moving, at_rest)]
    assert told == [
        ("HELD", "2024-03-01", "STREET_DESIGNATED"),
        ("TRANSFERRING", "2024-03-10", "STREET_DESIGNATED"),
        ("TRANSFERRING", "2024-03-10", "STREET_DESIGNATED"),
        ("HELD", "2024-04-08", "OWNERS_PUBLIC"),
    ]
    assert instants == ["60000.00"] * 4
    assert [one["amount"] for one in at_rest["movements"]] == ["60000.00"] * 3


ACCOUNT = f"""
    query ($id: ID!) {{
      feeAccount(id: $id) {{ balance {HOW} bills {{ period from to amount paid state payee {HOW} }} }}
    }}
"""


@pytest.mark.rule("G-28")
async def test_june_money_goes_to_the_old_payee_and_julys_bills_to_the_trust(city: FinanceThroughGateway) -> None:
    served = await served_estate(city, "100.00", district=PANZHIHUA)
    served.today("2024-06-01")
    await served.set_rates()
    await served.bill("2024-06", dueOn="2024-06-30")
    await served.bill("2024-07", dueOn="2024-07-31")
    await city.hear(served.facts.mode_changed("TRUST", "2024-07-01", contract_id=served.facts.contract_id))
    served.today("2024-07-05")

    paid = await served.pay("120.00", paidOn="2024-07-05")
    shown = (await city.ask(ACCOUNT, id=paid["account"]["id"]))["feeAccount"]

    assert [(one["servicePeriod"], one["payee"], one["amount"]) for one in paid["payment"]["allocations"]] == [
        ("2024-06", "PROVIDER", "120.00")
    ]
    assert (shown["balance"], shown["explanation"]["result"]) == ("-120.00", "-120.00")
    assert {(one["amount"], *one["explanation"].values()) for one in shown["bills"]} == {
        ("120.00", "rate × quantity, by days of each month", "120.00", "第九百四十四条", "《中华人民共和国民法典》")
    }
    told = ("from", "to", "payee", "state", "paid")
    assert sorted(tuple(one[field] for field in told) for one in shown["bills"]) == [
        ("2024-06-01", "2024-06-30", "PROVIDER", "PAID", "120.00"),
        ("2024-07-01", "2024-07-31", "PROVIDER", "CANCELLED", "0.00"),
        ("2024-07-01", "2024-07-31", "TRUST_FUND", "ISSUED", "0.00"),
    ]
