"""Finance's door: payments refused and repeated, what each caller sees, the explanation, on the real store."""

import asyncio
from typing import Any

import pytest

from kit.caller import Caller, Role
from kit.ids import new_id
from kit.ledger.verify import verify
from services.finance.domain.deposit_ledger import book_of
from tests.finance.deposits import (
    demanded_deposit,
    deposit_of_estate,
    deposits_of_estate,
    open_street_account,
    pay,
    transfer,
)
from tests.heard import NANZHENG, ZHANGGONG, HeardService, RegistryFacts, caller

pytestmark = pytest.mark.store


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


async def test_a_street_opens_its_account_and_only_the_last_digits_are_kept(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())

    opened = await open_street_account(finance, facts, by=caller(Role.STREET, f"street:{facts.street_id}"))

    assert opened["errors"] == []
    account = opened["custodyAccount"]
    assert (account["kind"], account["bankAccountMasked"], account["openedOn"]) == (
        "STREET_DESIGNATED",
        "****0123",
        "2024-01-05",
    )
    documents = await finance.mongo.collection("custody_accounts").find({}).to_list(None)
    assert "6222" not in str(documents)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "OWNERS_PUBLIC"}, "VALIDATION"),
        ({"streetId": "str_unknown"}, "NOT_FOUND"),
        ({"bankAccount": "12"}, "VALIDATION"),
        ({"holder": "  "}, "VALIDATION"),
        ({"openedOn": "2026-03-06"}, "VALIDATION"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(finance: HeardService, changes: dict[str, str], code: str) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())

    refused = await open_street_account(finance, facts, **changes)

    assert (refused["custodyAccount"], codes(refused)) == (None, [code])


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (caller(Role.OWNER), "FORBIDDEN_ACTOR"),
        (caller(Role.STREET, f"district:{NANZHENG}"), "NOT_FOUND"),
    ],
    ids=["an owner", "a street of another district"],
)
async def test_nobody_else_opens_a_streets_account(finance: HeardService, by: Caller, code: str) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())

    assert codes(await open_street_account(finance, facts, by=by)) == [code]


async def test_a_street_has_one_account(finance: HeardService) -> None:
    facts = RegistryFacts()
    await finance.hear(facts.estate_registered())
    await open_street_account(finance, facts)

    assert codes(await open_street_account(finance, facts)) == ["DUPLICATE"]


@pytest.mark.rule("ZG-18")
async def test_payments_are_posted_and_the_last_one_holds_the_deposit(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")

    first = await pay(finance, facts, account_id=account, amount="10000.00", paid_on="2024-02-10")
    second = await pay(finance, facts, account_id=account, amount="20000.00", paid_on="2024-02-11")

    assert (first["deposit"]["state"], first["deposit"]["paid"], first["policyVersionId"]) == (
        "PART_PAID",
        "10000.00",
        "360702-v1",
    )
    assert (second["deposit"]["state"], second["deposit"]["paid"]) == ("HELD", "30000.00")
    assert first["entry"]["debit"] == "解放街道办事处 ****0123"
    assert first["entry"]["credit"] == "履约保证金（存于 解放街道办事处 ****0123）"
    deposit = await deposit_of_estate(finance, facts)
    assert [(entry["amount"], entry["reverses"]) for entry in deposit["movements"]] == [
        ("10000.00", None),
        ("20000.00", None),
    ]
    assert [[event["type"] for event in payload["events"]] for payload in (first, second)] == [
        ["finance.deposit.paid_in_part"],
        ["finance.deposit.held"],
    ]
    announced = dict(await finance.announced())
    assert (
        announced["finance.deposit.paid_in_part"]["amount"],
        announced["finance.deposit.paid_in_part"]["missing"],
    ) == ("10000.00", "20000.00")


@pytest.mark.rule("ZG-19")
@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"payerProviderId": "prv_other"}, "VALIDATION", ["input", "payerProviderId"]),
        ({"amount": "30000.01"}, "OUT_OF_RANGE", ["input", "amount"]),
        ({"amount": "0.00"}, "VALIDATION", ["input", "amount"]),
        ({"paidOn": "2024-01-31"}, "VALIDATION", ["input", "paidOn"]),
        ({"paidOn": "2026-03-06"}, "VALIDATION", ["input", "paidOn"]),
        ({"custodyAccountId": "cus_unknown"}, "NOT_FOUND", ["input", "custodyAccountId"]),
        ({"depositId": "dep_unknown"}, "NOT_FOUND", ["input", "depositId"]),
        ({"bankRef": " "}, "VALIDATION", ["input", "bankRef"]),
    ],
)
async def test_a_payment_that_breaks_a_rule_is_refused_and_nothing_is_written(
    finance: HeardService, changes: dict[str, str], code: str, path: list[str]
) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")

    refused = await pay(finance, facts, **({"account_id": account, "amount": "30000.00"} | changes))

    assert [(error["code"], error["path"]) for error in refused["errors"]] == [(code, path)]
    deposit = await deposit_of_estate(finance, facts)
    assert (deposit["state"], deposit["paid"], deposit["movements"]) == ("DEMANDED", "0.00", [])


@pytest.mark.rule("ZG-20")
async def test_a_payment_into_another_streets_account_is_refused(finance: HeardService) -> None:
    facts, elsewhere = RegistryFacts(), RegistryFacts()
    await demanded_deposit(finance, facts)
    await finance.hear(elsewhere.estate_registered())
    other = (await open_street_account(finance, elsewhere))["custodyAccount"]["id"]

    refused = await pay(finance, facts, account_id=other, amount="20000.00")

    assert [(error["code"], error["path"]) for error in refused["errors"]] == [
        ("VALIDATION", ["input", "custodyAccountId"])
    ]


@pytest.mark.rule("ZG-21")
async def test_a_payment_before_the_owners_decided_is_refused(finance: HeardService) -> None:
    facts = RegistryFacts()
    signed = facts.contract_signed(kind="CONGRESS", body="CONGRESS_ONLY", signed_on="2024-05-01")
    await finance.hear(facts.policy_published(), facts.estate_registered(), signed)
    account = (await open_street_account(finance, facts))["custodyAccount"]["id"]

    refused = await pay(finance, facts, account_id=account, amount="20000.00", paid_on="2024-06-01")

    assert codes(refused) == ["NEEDS_DECISION"]


async def test_one_bank_movement_is_recorded_once(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    await pay(finance, facts, account_id=account, amount="10000.00", bankRef="BANK-1")

    same = await pay(finance, facts, account_id=account, amount="10000.00", bankRef="BANK-1")
    other = await pay(finance, facts, account_id=account, amount="20000.00", bankRef="BANK-1")

    assert (codes(same), codes(other)) == (["DUPLICATE"], ["DUPLICATE"])
    assert (await deposit_of_estate(finance, facts))["paid"] == "10000.00"


async def test_the_same_key_pays_once_and_answers_the_same(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    command = {"idempotencyKey": new_id("key"), "bankRef": "BANK-1"}

    first = await pay(finance, facts, account_id=account, amount="10000.00", **command)
    again = await pay(finance, facts, account_id=account, amount="10000.00", **command)
    other = await pay(finance, facts, account_id=account, amount="10000.01", **command)

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["entry"] == first["entry"]
    assert codes(other) == ["DUPLICATE"]
    assert (await deposit_of_estate(finance, facts))["paid"] == "10000.00"


async def test_payments_at_the_same_time_never_pass_what_is_demanded(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")

    payloads = await asyncio.gather(*(pay(finance, facts, account_id=account, amount="10000.00") for _ in range(5)))

    outcomes = sorted(codes(payload)[0] if payload["errors"] else "PAID" for payload in payloads)
    assert outcomes.count("PAID") == 3
    assert set(outcomes) - {"PAID"} <= {"OUT_OF_RANGE", "STATE_CONFLICT"}
    deposit = await deposit_of_estate(finance, facts)
    assert (deposit["state"], deposit["paid"]) == ("HELD", "30000.00")
    assert (await verify(finance.mongo, book_of(ZHANGGONG), clock=finance.clock)).findings == ()


async def test_a_congress_heard_while_a_payment_is_recorded_is_never_missed(finance: HeardService) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")

    await asyncio.gather(
        pay(finance, facts, account_id=account, amount="30000.00", paid_on="2024-02-10"),
        finance.hear(facts.congress_formed()),
    )

    assert (await deposit_of_estate(finance, facts))["state"] == "TRANSFERRING"


@pytest.mark.rule("ZG-22")
async def test_an_owner_reads_the_deposit_and_all_its_movements_but_pays_nothing(finance: HeardService) -> None:
    facts = RegistryFacts()
    owner = caller(Role.OWNER, f"estate:{facts.estate_id}")
    account = await demanded_deposit(finance, facts, area="30000.00")
    await pay(finance, facts, account_id=account, amount="30000.00", paid_on="2024-02-10")
    await finance.hear(facts.congress_formed(), facts.owners_account_opened())
    await transfer(finance, facts, moved_on="2024-04-03")

    seen = await deposits_of_estate(finance, facts, by=owner)
    refused = await pay(finance, facts, account_id=account, amount="1.00", by=owner)

    assert seen is not None
    [deposit] = seen
    assert deposit["custody"]["kind"] == "OWNERS_PUBLIC"
    assert [entry["debit"] for entry in deposit["movements"]] == [
        "解放街道办事处 ****0123",
        "幸福里业主大会 ****7788",
        "履约保证金（存于 解放街道办事处 ****0123）",
    ]
    assert codes(refused) == ["FORBIDDEN_ACTOR"]


@pytest.mark.parametrize("kind", ["district", "street", "community", "estate", "manage"])
async def test_every_level_of_the_estate_sees_the_deposit(finance: HeardService, kind: str) -> None:
    facts = RegistryFacts()
    await demanded_deposit(finance, facts)
    grants = {
        "district": f"district:{facts.district}",
        "street": f"street:{facts.street_id}",
        "community": f"community:{facts.community_id}",
        "estate": f"estate:{facts.estate_id}",
        "manage": f"manage:{facts.estate_id}",
    }

    seen = await deposits_of_estate(finance, facts, by=caller(Role.AUDITOR, grants[kind]))

    assert seen is not None
    assert [deposit["state"] for deposit in seen] == ["DEMANDED"]


async def test_what_is_out_of_scope_does_not_exist(finance: HeardService) -> None:
    facts, elsewhere = RegistryFacts(), RegistryFacts()
    account = await demanded_deposit(finance, facts)
    paid = await pay(finance, facts, account_id=account, amount="20000.00")
    stranger = caller(Role.STREET, f"street:{elsewhere.street_id}")
    query = """
        query ($deposit: ID!, $entry: ID!, $entities: [_Any!]!) {
          deposit(id: $deposit) { id } ledgerEntry(id: $entry) { id }
          _entities(representations: $entities) {
            ... on Estate { deposits { id } } ... on ServiceContract { deposit { id } }
            ... on Street { depositCustodyAccount { id } } ... on CustodyAccount { id } ... on PerformanceDeposit { id }
            ... on LedgerEntry { id }
          }
        }
    """
    variables = {
        "deposit": paid["deposit"]["id"],
        "entry": paid["entry"]["id"],
        "entities": [
            {"__typename": "Estate", "id": facts.estate_id},
            {"__typename": "ServiceContract", "id": facts.contract_id},
            {"__typename": "Street", "id": facts.street_id},
            {"__typename": "CustodyAccount", "id": account},
            {"__typename": "PerformanceDeposit", "id": paid["deposit"]["id"]},
            {"__typename": "LedgerEntry", "id": paid["entry"]["id"]},
        ],
    }

    hidden = await finance.ask(query, by=stranger, **variables)
    shown = await finance.ask(query, **variables)

    assert (hidden["deposit"], hidden["ledgerEntry"]) == (None, None)
    assert hidden["_entities"] == [
        {"deposits": None},
        {"deposit": None},
        {"depositCustodyAccount": None},
        None,
        None,
        None,
    ]
    assert shown["deposit"] == {"id": paid["deposit"]["id"]}
    assert shown["ledgerEntry"] == {"id": paid["entry"]["id"]}
    assert [entity is not None for entity in shown["_entities"]] == [True] * 6
    refused = await pay(finance, facts, account_id=account, amount="1.00", by=stranger)
    assert codes(refused) == ["NOT_FOUND"]


async def test_an_estate_that_moved_is_seen_by_its_new_street_and_no_more_by_the_old_one(finance: HeardService) -> None:
    facts, elsewhere = RegistryFacts(), RegistryFacts()
    old, new = (caller(Role.STREET, f"street:{street}") for street in (facts.street_id, elsewhere.street_id))
    account = await demanded_deposit(finance, facts, area="30000.00")
    await pay(finance, facts, account_id=account, amount="30000.00", paid_on="2024-02-10")

    await finance.hear(facts.estate_moved(streetId=elsewhere.street_id, name="新幸福里"))

    assert await deposits_of_estate(finance, facts, by=old) is None
    seen = await deposits_of_estate(finance, facts, by=new)
    assert seen is not None
    assert [(deposit["paid"], len(deposit["movements"])) for deposit in seen] == [("30000.00", 1)]


async def test_the_deposit_explains_itself_by_its_clause(finance: HeardService) -> None:
    facts = RegistryFacts()
    await demanded_deposit(finance, facts, area="12000.00")

    explanation = (await deposit_of_estate(finance, facts))["explanation"]

    assert explanation["formula"] == "min(max(approvedGrossArea × ratePerM2, floor), cap)"
    assert [(one["name"], one["value"]) for one in explanation["inputs"]] == [
        ("approvedGrossArea", "12000.00"),
        ("ratePerM2", "1.00"),
    ]
    floor = explanation["parameters"][0]
    assert (floor["name"], floor["value"], floor["clause"], floor["status"]) == (
        "floor",
        "20000.00",
        "三（二）4",
        "guided",
    )
    assert (explanation["result"], explanation["policyVersionId"]) == ("20000.00", "360702-v1")
    assert "章贡区" in explanation["document"]


async def test_many_estates_are_answered_in_the_order_asked(finance: HeardService) -> None:
    estates = [RegistryFacts() for _ in range(3)]
    await finance.hear(
        estates[0].policy_published(),
        *(facts.estate_registered(area=f"{place}0000.00") for place, facts in enumerate(estates, start=3)),
        *(facts.contract_signed() for facts in estates),
    )
    asked = [estates[2].estate_id, "est_unknown", estates[0].estate_id]

    answer = await finance.ask(
        "query ($asked: [_Any!]!) { _entities(representations: $asked) { ... on Estate { deposits { demanded } } } }",
        asked=[{"__typename": "Estate", "id": estate_id} for estate_id in asked],
    )

    assert answer["_entities"] == [
        {"deposits": [{"demanded": "50000.00"}]},
        {"deposits": None},
        {"deposits": [{"demanded": "30000.00"}]},
    ]
