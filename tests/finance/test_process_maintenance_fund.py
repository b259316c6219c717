"""Maintenance funds as finance keeps them: opened, paid into, matched, earning, moved, and stated year by year."""

import pytest

from kit.caller import Role
from kit.ids import new_id
from tests.finance.funds import HOUSING_BUREAU, FundEstate
from tests.heard import HeardService, caller

pytestmark = pytest.mark.store


@pytest.fixture
async def estate(finance: HeardService) -> FundEstate:
    """An old estate of two low doors and one high one."""
    estate = FundEstate(finance)
    await estate.register(a101="80.00", a102="63.55", h101="80.00")
    return estate


@pytest.mark.rule("ZG-28")
@pytest.mark.rule("ZG-33")
async def test_the_fund_of_old_estates_needs_its_rules_an_old_estate_and_the_right_account(
    finance: HeardService, estate: FundEstate
) -> None:
    right = await estate.open_account("DISTRICT_FINANCE_MAINTENANCE", district=estate.facts.district)
    wrong = await estate.open_account("HOUSING_AUTHORITY_MAINTENANCE", district=estate.facts.district)
    asked = {"kind": "OLD_ESTATE", "estateId": estate.facts.estate_id, "openedOn": "2024-01-10"}

    assert await estate.refused("openMaintenanceFund", custodyAccountId=right, **asked) == (
        "PRECONDITION",
        ["input", "openedOn"],
    )
    await finance.hear(estate.rules_effective("2024-01-11"))
    assert (await estate.refused("openMaintenanceFund", custodyAccountId=right, **asked))[0] == "PRECONDITION"
    await finance.hear(estate.rules_effective("2024-01-10"))
    assert await estate.refused("openMaintenanceFund", custodyAccountId=wrong, **asked) == (
        "VALIDATION",
        ["input", "custodyAccountId"],
    )
    await estate.done("openMaintenanceFund", custodyAccountId=right, **asked)
    assert (await estate.refused("openMaintenanceFund", custodyAccountId=right, **asked))[0] == "DUPLICATE"
    provider = caller(Role.PROVIDER)
    assert (await estate.refused("openMaintenanceFund", by=provider, custodyAccountId=right, **asked))[0] == (
        "FORBIDDEN_ACTOR"
    )


@pytest.mark.rule("ZG-28")
@pytest.mark.parametrize("built_on", ["2005-01-01", None])
async def test_an_estate_that_is_not_known_to_be_old_has_no_fund(finance: HeardService, built_on: str | None) -> None:
    estate = FundEstate(finance)
    await estate.register(built_on=built_on, a101="80.00")
    await finance.hear(estate.rules_effective())
    custody = await estate.open_account("DISTRICT_FINANCE_MAINTENANCE", district=estate.facts.district)

    assert await estate.refused(
        "openMaintenanceFund",
        kind="OLD_ESTATE",
        estateId=estate.facts.estate_id,
        custodyAccountId=custody,
        openedOn="2024-01-10",
    ) == ("PRECONDITION", ["input", "estateId"])


@pytest.mark.rule("ZG-29")
@pytest.mark.rule("ZG-30")
@pytest.mark.rule("ZG-32")
async def test_doors_pay_by_their_building_and_the_district_matches_each_quarter_once(
    finance: HeardService, estate: FundEstate
) -> None:
    await estate.open_old_fund()

    high = await estate.pay_in("h101", "6000.00", "75.00")  # G-16
    await estate.pay_in("a101", "4400.00", "55.00")  # G-16
    await estate.pay_in("a102", "3495.25", "55.00", paidOn="2024-04-01")  # G-17

    assert high["explanation"] == {
        "formula": "area × ratePerM2, ratePerM2 ≤ maxRate", "result": "6000.00", "clause": "三（三）2",
    }  # fmt: skip
    assert await estate.balances() == {"a101": "4400.00", "a102": "3495.25", "h101": "6000.00", "pool": "0.00"}
    match = {"fundId": estate.fund_id, "period": "2024-Q1", "bankRef": "match-1", "paidOn": "2024-04-08"}
    run = await estate.done("runMatch", **match)
    matched = run["maintenanceFund"]
    assert run["explanation"] == {
        "formula": "Σ confirmedDeposit × matchRatio", "result": "10400.00", "clause": "三（三）2",
    }  # fmt: skip
    assert (matched["matched"], matched["poolBalance"], matched["balance"]) == ("10400.00", "10400.00", "24295.25")
    assert matched["explanation"]["result"] == "24295.25"
    assert await estate.refused("runMatch", **match | {"bankRef": "match-2"}) == ("DUPLICATE", ["input", "period"])

    refund = {"depositId": high["depositId"], "bankRef": "back-1", "refundedOn": "2024-05-02"}
    assert await estate.refused("refundMaintenanceDeposit", **refund) == ("VALIDATION", ["input", "matchBankRef"])
    refund |= {"matchBankRef": "back-2"}
    refunded = await estate.done("refundMaintenanceDeposit", **refund)

    fund = refunded["maintenanceFund"]
    assert (fund["matched"], fund["contributed"], fund["poolBalance"]) == ("4400.00", "7895.25", "4400.00")
    assert (refunded["subAccount"]["firstDeposit"], refunded["subAccount"]["balance"]) == ("0.00", "0.00")
    [returned] = refunded["subAccount"]["deposits"]
    assert returned | {"receiptNo": ""} == {
        "amount": "6000.00", "receiptNo": "", "status": "REFUNDED", "ratePerM2": "75.00", "collector": "COMMITTEE",
        "match": "6000.00", "matchPeriod": "2024-Q1", "explanation": {"result": "6000.00"},
    }  # fmt: skip
    assert fund["topUpList"] == []  # Not opened again, rather than below its line.
    assert (await estate.refused("refundMaintenanceDeposit", **refund))[0] == "STATE_CONFLICT"
    later = await estate.done("runMatch", **match | {"period": "2024-Q2", "bankRef": "m3", "paidOn": "2024-07-01"})
    assert later["maintenanceFund"]["matched"] == "7895.25"
    announced = [
        (data["period"], data["matchedAmount"], len(data["depositIds"]))
        for name, data in await finance.announced()
        if name == "finance.maintenance.matched"
    ]
    assert announced == [("2024-Q1", "10400.00", 2), ("2024-Q2", "3495.25", 1)]


async def test_a_deposit_that_is_not_as_it_should_be_is_refused(finance: HeardService, estate: FundEstate) -> None:
    await estate.open_old_fund()
    first = estate.deposit("a101", "4400.00", "55.00")
    await estate.done("confirmMaintenanceDeposit", **first)

    def deposit(*given: str | None, **changes: object) -> dict[str, object]:
        door, amount, rate = given
        assert door is not None and amount is not None
        return estate.deposit(door, amount, rate, **changes)

    for given, expected in (
        (deposit("a102", "3495.89", "55.01"), ("OUT_OF_RANGE", ["input", "ratePerM2"])),  # G-17
        (deposit("a102", "3495.24", "55.00"), ("VALIDATION", ["input", "amount"])),
        (deposit("a102", "3495.25", "55.00", receiptNo=first["receiptNo"]), ("DUPLICATE", ["input", "receiptNo"])),
        (deposit("a102", "3495.25", "55.00", bankRef=first["bankRef"]), ("DUPLICATE", ["input", "bankRef"])),
        (deposit("a102", "3495.25", "55.00", custodyAccountId="cus_x"), ("VALIDATION", ["input", "custodyAccountId"])),
        (deposit("a102", "3495.25", "55.00", collector=None), ("VALIDATION", ["input", "collector"])),
        (deposit("a102", "3495.25", "55.00", partId="prt_x"), ("VALIDATION", ["input", "partId"])),
        (deposit("a102", "3495.25", "55.00", paidOn="2024-01-09"), ("VALIDATION", ["input", "paidOn"])),
        (deposit("a102", "3495.25", "55.00", paidOn="2099-01-01"), ("VALIDATION", ["input", "paidOn"])),
        (deposit("a102", "10.00", None), ("PRECONDITION", ["input", "ratePerM2"])),
        (deposit("a101", "4400.00", "55.00"), ("DUPLICATE", ["input", "ratePerM2"])),
        (deposit("a101", "0.00", None), ("VALIDATION", ["input", "amount"])),
    ):
        assert await estate.refused("confirmMaintenanceDeposit", **given) == expected, given
    await estate.pay_in("a101", "100.00")  # A top-up has no rate.
    assert (await estate.balances())["a101"] == "4500.00"
    shown = (await estate.pay_in("a101", "0.01"))["subAccount"]["deposits"]
    assert [(one["amount"], one["ratePerM2"], one["explanation"]) for one in shown] == [
        ("4400.00", "55.00", {"result": "4400.00"}),
        ("100.00", None, None),
        ("0.01", None, None),
    ]


async def test_interest_follows_daily_balances_and_other_income_is_the_pools(estate: FundEstate) -> None:
    await estate.open_special_fund()
    await estate.pay_in("a101", "4000.00", "50.00", collector=None, paidOn="2024-02-01")
    await estate.pay_in("h101", "8000.00", "100.00", collector=None, paidOn="2024-02-11")
    earned = {"fundId": estate.fund_id, "kind": "INTEREST", "amount": "30.01", "receivedOn": "2024-02-21"}

    await estate.done("postFundIncome", bankRef="i1", **earned)

    # 20 days × 4,000.00 against 10 days × 8,000.00: the halves of 30.01 are floored, the fen is the pool's.
    assert await estate.balances() == {"a101": "4015.00", "h101": "8015.00", "pool": "0.01"}
    assert await estate.refused("postFundIncome", bankRef="i2", **earned) == ("VALIDATION", ["input", "receivedOn"])
    for kind in ("BOND_INCOME", "COMMON_PARTS_INCOME", "SCRAP_VALUE"):
        await estate.done("postFundIncome", bankRef=kind, **earned | {"kind": kind, "amount": "10.00"})
    assert (await estate.balances())["pool"] == "30.01"
    assert (await estate.refused("postFundIncome", bankRef="i3", **earned | {"amount": "0.00"}))[0] == "VALIDATION"


async def test_a_special_fund_moves_to_its_owners_and_is_not_matched(finance: HeardService, estate: FundEstate) -> None:
    await estate.open_special_fund()
    await estate.pay_in("a101", "4000.00", "50.00", collector=None)
    matched = {"fundId": estate.fund_id, "period": "2024-Q1", "bankRef": "m", "paidOn": "2024-04-08"}
    assert (await estate.refused("runMatch", **matched))[0] == "INSTRUMENT_NOT_AVAILABLE"
    to = await estate.open_account("OWNERS_MAINTENANCE", estateId=estate.facts.estate_id)
    move = {"fundId": estate.fund_id, "toCustodyAccountId": to, "bankRef": "mv", "movedOn": "2024-05-20"}
    assert await estate.refused("moveFundCustody", **move) == ("PRECONDITION", ["input", "movedOn"])
    await finance.hear(estate.facts.congress_formed(), estate.facts.owners_account_opened("2024-04-20"))
    assert await estate.refused("moveFundCustody", **move | {"toCustodyAccountId": estate.custody_id}) == (
        "VALIDATION",
        ["input", "toCustodyAccountId"],
    )

    moved = await estate.done("moveFundCustody", by=HOUSING_BUREAU, **move)

    assert moved["maintenanceFund"]["custody"] == {"id": to, "kind": "OWNERS_MAINTENANCE"}
    assert moved["warnings"] == []  # On the thirtieth day.
    assert await estate.balances() == {"a101": "4000.00", "pool": "0.00"}
    [announced] = [data for name, data in await finance.announced() if name == "finance.maintenance.custody_moved"]
    assert (announced["from"], announced["to"], announced["amount"]) == (
        "HOUSING_AUTHORITY_MAINTENANCE",
        "OWNERS_MAINTENANCE",
        "4000.00",
    )
    assert (await estate.refused("moveFundCustody", **move | {"bankRef": "mv2"}))[0] == "STATE_CONFLICT"


async def test_a_transfer_after_thirty_days_is_flagged_and_the_old_estates_fund_stays(
    finance: HeardService, estate: FundEstate
) -> None:
    await finance.hear(estate.facts.congress_formed(), estate.facts.owners_account_opened("2024-04-20"))
    to = await estate.open_account("OWNERS_MAINTENANCE", estateId=estate.facts.estate_id)
    move = {"toCustodyAccountId": to, "bankRef": "mv", "movedOn": "2024-05-21"}
    await estate.open_special_fund()

    late = await estate.done("moveFundCustody", fundId=estate.fund_id, **move)

    assert [flag["code"] for flag in late["warnings"]] == ["WARN:LATE_FUND_TRANSFER"]
    estate.fund_id = ""
    await estate.open_old_fund()
    assert (await estate.refused("moveFundCustody", fundId=estate.fund_id, **move))[0] == "INSTRUMENT_NOT_AVAILABLE"


async def test_a_sold_home_keeps_its_sub_account_and_a_destroyed_one_gets_its_balance_back(
    finance: HeardService, estate: FundEstate
) -> None:
    await estate.open_special_fund()
    sub = (await estate.pay_in("a101", "4000.00", "50.00", collector=None))["subAccount"]
    buyer = new_id("own")
    query = """
        query ($refs: [_Any!]!) {
          _entities(representations: $refs) {
            ... on ExclusivePart { maintenanceSubAccount(kind: DECREE_165) { id balance topUpRequired } }
          }
        }
    """
    refs = [{"__typename": "ExclusivePart", "id": estate.parts["a101"]}]
    as_buyer = caller(Role.OWNER, f"owner:{buyer}")
    assert (await finance.ask(query, by=as_buyer, refs=refs))["_entities"] == [{"maintenanceSubAccount": None}]

    await finance.hear(estate.facts.ownership_transferred(estate.parts["a101"], to={buyer: "1.0000"}))

    assert (await finance.ask(query, by=as_buyer, refs=refs))["_entities"] == [
        {"maintenanceSubAccount": {"id": sub["id"], "balance": "4000.00", "topUpRequired": False}}
    ]
    close = {"subAccountId": sub["id"], "bankRef": "c1", "closedOn": "2025-01-05"}
    closed = await estate.done("closeSubAccount", **close)
    assert closed["subAccount"] | {"id": ""} == {
        "id": "",
        "firstDeposit": "0.00",
        "balance": "0.00",
        "closedOn": "2025-01-05",
    }
    assert closed["maintenanceFund"]["topUpList"] == []
    assert (await estate.refused("closeSubAccount", **close))[0] == "STATE_CONFLICT"


STATEMENT = """
    query ($estate: ID!, $year: Int!) {
      maintenanceFund(estateId: $estate) {
        annualStatement(year: $year) {
          year opening deposits matches interest income uses refunds closing publishedOn revision bankBalance
          explanation { formula result }
          lines { doorNumber opening deposits matches interest uses refunds closing }
        }
      }
    }
"""


async def test_the_yearly_statement_adds_up_by_door_and_is_published_when_the_bank_agrees(
    finance: HeardService, estate: FundEstate
) -> None:
    await estate.open_old_fund()
    await estate.pay_in("a101", "4400.00", "55.00")
    await estate.pay_in("h101", "6000.00", "75.00", paidOn="2025-01-01")
    matched = {"fundId": estate.fund_id, "period": "2024-Q1", "bankRef": "m", "paidOn": "2024-04-08"}
    await estate.done("runMatch", **matched)
    given = {"fundId": estate.fund_id, "year": 2024, "bankBalance": "8800.00"}
    assert await estate.refused("publishStatement", **given | {"bankBalance": "8799.99"}) == (
        "STATE_CONFLICT",
        ["input", "bankBalance"],
    )
    assert (await estate.refused("publishStatement", **given | {"year": 2026}))[0] == "STATE_CONFLICT"
    assert (await estate.refused("publishStatement", **given | {"year": 2023}))[0] == "VALIDATION"

    await estate.done("publishStatement", **given)
    await estate.done("publishStatement", **given)

    asked = {"estate": estate.facts.estate_id, "year": 2024}
    shown = (await finance.ask(STATEMENT, **asked))["maintenanceFund"]["annualStatement"]
    lines = shown.pop("lines")
    assert shown == {
        "year": 2024, "opening": "0.00", "deposits": "4400.00", "matches": "4400.00", "interest": "0.00",
        "income": "0.00", "uses": "0.00", "refunds": "0.00", "closing": "8800.00", "publishedOn": "2026-03-05",
        "revision": 2, "bankBalance": "8800.00",
        "explanation": {
            "formula": "opening + deposits + matches + interest − uses − refunds", "result": "8800.00",
        },
    }  # fmt: skip
    assert [(line["doorNumber"], line["deposits"], line["matches"], line["closing"]) for line in lines] == [
        ("a101", "4400.00", "0.00", "4400.00"),
        (None, "0.00", "4400.00", "4400.00"),
    ]
    following = (await finance.ask(STATEMENT, **asked | {"year": 2025}))["maintenanceFund"]["annualStatement"]
    assert (following["opening"], following["closing"], following["publishedOn"]) == ("8800.00", "14800.00", None)
    revisions = [
        data["revision"]
        for name, data in await finance.announced()
        if name == "finance.maintenance.statement_published"
    ]
    assert revisions == [1, 2]


@pytest.mark.rule("ZG-32")
async def test_two_funds_of_one_estate_are_two_trees(finance: HeardService, estate: FundEstate) -> None:
    await estate.open_special_fund()
    await estate.pay_in("a101", "4000.00", "50.00", collector=None)
    special_id = estate.fund_id
    await estate.open_old_fund()
    await estate.pay_in("a101", "4400.00", "55.00")
    query = """
        query ($refs: [_Any!]!) {
          _entities(representations: $refs) {
            ... on Estate {
              maintenanceFund { kind balance explanation { clause } }
              special: maintenanceFund(kind: DECREE_165) { id balance }
              maintenanceFunds { kind balance explanation { clause } custody { kind } }
            }
            ... on ExclusivePart { maintenanceSubAccount { firstDeposit } }
          }
        }
    """
    refs = [
        {"__typename": "Estate", "id": estate.facts.estate_id},
        {"__typename": "ExclusivePart", "id": estate.parts["a101"]},
    ]

    shown, door = (await finance.ask(query, refs=refs))["_entities"]

    assert shown == {
        "maintenanceFund": {"kind": "OLD_ESTATE", "balance": "4400.00", "explanation": {"clause": "三（三）2"}},
        "special": {"id": special_id, "balance": "4000.00"},
        "maintenanceFunds": [
            {
                "kind": "DECREE_165",
                "balance": "4000.00",
                "explanation": {"clause": "第十条、第十一条"},
                "custody": {"kind": "HOUSING_AUTHORITY_MAINTENANCE"},
            },
            {
                "kind": "OLD_ESTATE",
                "balance": "4400.00",
                "explanation": {"clause": "三（三）2"},
                "custody": {"kind": "DISTRICT_FINANCE_MAINTENANCE"},
            },
        ],
    }
    assert door == {"maintenanceSubAccount": {"firstDeposit": "4400.00"}}


async def test_an_estate_that_moves_takes_its_funds_into_the_other_streets_sight(
    finance: HeardService, estate: FundEstate
) -> None:
    await estate.open_old_fund()
    await estate.pay_in("a101", "4400.00", "55.00")
    query = "query ($estate: ID!) { maintenanceFund(estateId: $estate) { balance subAccounts { balance } } }"
    street = new_id("str")
    new, old = caller(Role.STREET, f"street:{street}"), caller(Role.STREET, f"street:{estate.facts.street_id}")

    await finance.hear(estate.facts.estate_moved(streetId=street))

    seen = (await finance.ask(query, by=new, estate=estate.facts.estate_id))["maintenanceFund"]
    assert seen == {"balance": "4400.00", "subAccounts": [{"balance": "4400.00"}]}
    assert (await finance.ask(query, by=old, estate=estate.facts.estate_id))["maintenanceFund"] is None
