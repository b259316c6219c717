"""What finance does around its requests: its start, its readiness, its command, on the real store."""

import argparse
from datetime import date
from pathlib import Path

import pytest

from kit.activations import ActivatedPolicies, record_activation
from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.ledger.sealer import Sealer
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.service import Running
from policy.errors import UsedPolicyChanged
from policy.policies import Activation, Policies
from services.finance.app import PARTS, check_policies, lacking_policy, verify_ledger
from services.finance.settings import FinanceSettings
from tests.finance.deposits import demanded_deposit, deposit_of_estate, pay
from tests.finance.test_process_public_revenue import DONGHU, decided, take_in
from tests.heard import (
    DISTRICTS,
    ZHANGGONG,
    EmptiedDatabase,
    HeardService,
    RegistryFacts,
    mounted_policies,
    service_under_test,
)

pytestmark = pytest.mark.store


def running(
    finance: HeardService, policies: ActivatedPolicies[Policies], issuer: Path
) -> Running[ActivatedPolicies[Policies]]:
    settings = FinanceSettings(environment="development", development_issuer_dir=issuer)
    return Running("finance", settings, finance.mongo, finance.clock, policies)


async def put_in_force(finance: HeardService, version_id: str, content_hash: str) -> None:
    async def act(work: UnitOfWork) -> None:
        await record_activation(work, version_id, content_hash, date(2021, 1, 1))

    await run_unit_of_work(finance.mongo, SYSTEM_CALLER, act, clock=finance.clock)


async def test_a_version_in_force_that_was_changed_stops_the_start(finance: HeardService, tmp_path: Path) -> None:
    await put_in_force(finance, "360702-v1", "another content")

    with pytest.raises(UsedPolicyChanged):
        await check_policies(running(finance, finance.policies, tmp_path))


async def test_a_version_in_force_that_is_not_mounted_makes_unready(finance: HeardService, tmp_path: Path) -> None:
    assert await lacking_policy(running(finance, finance.policies, tmp_path)) is None

    await put_in_force(finance, "360702-v2", "feedfacefeedface")

    assert await lacking_policy(running(finance, finance.policies, tmp_path)) == (
        "lacks the policy in force: 360702-v2 (feedfacefeed)"
    )


async def test_a_contract_that_waited_for_a_missing_document_is_decided_at_the_next_start(
    finance_database: EmptiedDatabase, clock: FixedClock, tmp_path: Path
) -> None:
    facts = RegistryFacts()
    others = Policies([file for file in mounted_policies().files if file.area != ZHANGGONG], ())
    async with service_under_test(PARTS, finance_database, clock, mounted=others) as finance:
        await finance.hear(facts.policy_published(), facts.estate_registered(area="30000.00"), facts.contract_signed())
        assert await finance.work_items() == []
        assert await finance.announced() == []

        mounted_now = ActivatedPolicies(Policies.load(DISTRICTS), Activation)
        await check_policies(running(finance, mounted_now, tmp_path))

        assert (await deposit_of_estate(finance, facts))["demanded"] == "30000.00"


async def test_verify_ledger_says_what_is_sealed_and_what_is_broken(
    finance: HeardService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = RegistryFacts()
    account = await demanded_deposit(finance, facts, area="30000.00")
    await pay(finance, facts, account_id=account, amount="30000.00")
    await Sealer(finance.mongo, clock=finance.clock).seal_pending()
    service = running(finance, finance.policies, tmp_path)

    intact = await verify_ledger(argparse.Namespace(district=None), service)

    assert intact == 0
    assert capsys.readouterr().out == (
        "deposits:360702: intact, 1 postings sealed, 0 waiting, 2 accounts, 2 entries\n"
        "fees:360702: intact, 0 postings sealed, 0 waiting, 0 accounts, 0 entries\n"
        "maintenance:360702: intact, 0 postings sealed, 0 waiting, 0 accounts, 0 entries\n"
        "public-revenue:360702: intact, 0 postings sealed, 0 waiting, 0 accounts, 0 entries\n"
        "money of 360702: 0 differences\n"
    )

    await finance.mongo.collection("ledger_entries").update_many({}, {"$inc": {"amount_fen": 1}})
    broken = await verify_ledger(argparse.Namespace(district=ZHANGGONG), service)

    assert broken == 1
    assert "deposits:360702: BROKEN" in capsys.readouterr().out


async def test_verify_ledger_reads_districts_with_revenue_alone_and_says_what_differs(
    finance: HeardService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = await decided(finance)
    await take_in(finance, facts)
    await Sealer(finance.mongo, clock=finance.clock).seal_pending()
    service = running(finance, finance.policies, tmp_path)

    assert await verify_ledger(argparse.Namespace(district=None), service) == 0
    assert f"public-revenue:{DONGHU}: intact, 1 postings sealed" in capsys.readouterr().out

    await finance.mongo.collection("public_revenues").update_many({}, {"$inc": {"net": 1}})
    assert await verify_ledger(argparse.Namespace(district=None), service) == 1
    purse = f"{facts.estate_id}:PROJECT_SERVICE"
    said = "the records make 10000.01, the book says 10000.00"
    assert capsys.readouterr().out.splitlines()[-3:] == [
        f"money of {DONGHU}: 2 differences",
        f"  ACCOUNT_DIFFERS revenue:{purse}: {said}",
        f"  ACCOUNT_DIFFERS revenue-bank:{purse}: {said}",
    ]
