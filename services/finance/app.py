"""Finance wired together: settings → Mongo → NATS → schema → FastAPI."""

import argparse

from kit.activations import ActivatedPolicies
from kit.caller import SYSTEM_CALLER
from kit.ledger.sealer import Sealer
from kit.ledger.verify import verify
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.service import BackgroundTask, ReadinessCheck, Running, ServiceCommand, ServiceParts
from kit.settings import ServiceSettings
from policy.policies import Activation, Policies
from services.finance.domain.books import books_of
from services.finance.files import routes
from services.finance.graphql.context import FinancePolicies
from services.finance.graphql.labels import LABELS
from services.finance.graphql.schema import SCHEMA
from services.finance.reactions import reactions
from services.finance.reactions.deposits import look_at_waiting_contracts
from services.finance.settings import FinanceSettings
from services.finance.store.custody_accounts import find_districts
from services.finance.store.estates import find_known_districts
from services.finance.store.indexes import INDEXES
from services.finance.use_cases.pass_deposit_days import DepositDays
from services.finance.use_cases.pass_fee_months import FeeMonths
from services.finance.use_cases.run_bill_runs import BillRuns
from services.finance.use_cases.verify_fees import FeeFinding, verify_fees
from services.finance.use_cases.verify_money import MoneyFinding, verify_money


def load_policies(settings: ServiceSettings) -> FinancePolicies:
    """Return the mounted policies; a bad file stops the start."""
    return ActivatedPolicies(Policies.load(settings.policy_dir), Activation)


async def check_policies(running: Running[FinancePolicies]) -> None:
    """Stop the start if a version in force was changed; decide what waited for a version that is mounted only now."""
    await running.policies.check_used(running.mongo)

    async def decide(work: UnitOfWork) -> None:
        await look_at_waiting_contracts(work, policies=running.policies)

    await run_unit_of_work(running.mongo, SYSTEM_CALLER, decide, clock=running.clock)


async def lacking_policy(running: Running[FinancePolicies]) -> str | None:
    """Return which versions are in force and not mounted here."""
    return await running.policies.problem(running.mongo)


async def run_sealer(running: Running[FinancePolicies]) -> None:
    """Seal the books."""
    await Sealer(running.mongo, clock=running.clock).run()


async def run_deposit_days(running: Running[FinancePolicies]) -> None:
    """Begin the contract years of deposits and announce the overdue ones, day by day."""
    await DepositDays(running.mongo, running.policies, running.clock).run()


async def run_bill_runs(running: Running[FinancePolicies]) -> None:
    """Make out the bills of the runs that were started."""
    await BillRuns(running.mongo, clock=running.clock).run()


async def run_fee_months(running: Running[FinancePolicies]) -> None:
    """Measure the arrears of every billed estate once a month is over."""
    await FeeMonths(running.mongo, running.policies, running.clock).run()


async def make_out_started_bills(_arguments: argparse.Namespace, running: Running[FinancePolicies]) -> int:
    """Make out the bills of every started run now, print how many runs there were, and return 0."""
    finished = await BillRuns(running.mongo, clock=running.clock).finish_started()
    print(f"{finished} bill runs were gone through")  # noqa: T201 - the command's answer.
    return 0


def no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments."""


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the district whose books are to be verified."""
    parser.add_argument("--district", help="verify this district's books only, such as 360702")


async def verify_ledger(arguments: argparse.Namespace, running: Running[FinancePolicies]) -> int:
    """Verify every book of the districts, and the bills, funds, deposits and purses by them; print what was found.

    Returns 1 if anything is broken or differs.
    """
    districts = [arguments.district] if arguments.district else await _districts(running)
    intact = [await _verify_district(running, district) for district in districts]
    return 0 if all(intact) else 1


async def _verify_district(running: Running[FinancePolicies], district: str) -> bool:
    """Print what a verification of the district finds, and return whether that is nothing."""
    is_intact = True
    for book in books_of(district):
        report = await verify(running.mongo, book, clock=running.clock)
        is_intact &= report.is_intact
        print(  # noqa: T201 - the command's answer.
            f"{report.book}: {'intact' if report.is_intact else 'BROKEN'}, {report.sealed_size} postings sealed, "
            f"{report.unsealed_count} waiting, {report.account_count} accounts, {report.entry_count} entries"
        )
        for finding in report.findings:
            print(f"  {finding.kind.value} {finding.subject}: {finding.message}")  # noqa: T201
    differences: list[FeeFinding | MoneyFinding] = [
        *await verify_fees(running.mongo, district),
        *await verify_money(running.mongo, district),
    ]
    print(f"money of {district}: {len(differences)} differences")  # noqa: T201
    for difference in differences:
        print(f"  {difference.kind} {difference.subject}: {difference.message}")  # noqa: T201
    return is_intact and not differences


async def _districts(running: Running[FinancePolicies]) -> list[str]:
    scope = SYSTEM_CALLER.scope
    with_estates = await find_known_districts(running.mongo, scope=scope)
    return sorted({*with_estates, *await find_districts(running.mongo, scope=scope)})


def bank_secrets(running: Running[FinancePolicies]) -> dict[str, str]:
    """Return the secret that each bank signs its call-backs with, by the bank's name."""
    settings = running.settings
    assert isinstance(settings, FinanceSettings)
    return {bank: secret.get_secret_value() for bank, secret in settings.bank_secrets.items()}


PARTS: ServiceParts[FinancePolicies] = ServiceParts(
    name="finance",
    settings=FinanceSettings,
    schema=SCHEMA,
    indexes=INDEXES,
    load_policies=load_policies,
    reactions=reactions,
    prepare=(check_policies,),
    routes=routes(LABELS.of, bank_secrets),
    tasks=(
        BackgroundTask("sealer", run_sealer),
        BackgroundTask("bill-runs", run_bill_runs),
        BackgroundTask("deposit-days", run_deposit_days),
        BackgroundTask("fee-months", run_fee_months),
    ),
    readiness=(ReadinessCheck("policy", lacking_policy),),
    commands=(
        ServiceCommand("verify-ledger", "check the books entry by entry", add_verify_arguments, verify_ledger),
        ServiceCommand(
            "run-bills", "make out the bills of every started run now", no_arguments, make_out_started_bills
        ),
    ),
)
