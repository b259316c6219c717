"""A contract year of a deposit ends and the next one begins: the level to be held is that year's figure (A-2, A-3)."""

from dataclasses import dataclass, replace
from datetime import date

from kit.clock import add_months
from kit.money import ZERO_FEN
from policy.instruments.deposit import DepositPolicy
from policy.vocabulary import YearMode
from services.finance.domain.contract import ServiceContract
from services.finance.domain.custody import custody_on
from services.finance.domain.deposit import MONTHS_OF_YEAR, Holding, PerformanceDeposit
from services.finance.domain.deposit_amount import deposit_amount
from services.finance.domain.deposit_state import DepositFact, DepositState, next_state
from services.finance.domain.deposit_transfer import start_transfer
from services.finance.domain.estate import Estate


@dataclass(frozen=True)
class NewYear:
    """The year that is over, the one that begins, and what lies in which account and is held for the new one now."""

    closed: PerformanceDeposit
    begun: PerformanceDeposit
    carried: tuple[Holding, ...]


def year_begins_on(contract: ServiceContract, year: int) -> date:
    """Return the first day of a contract year, counted from 1: the anniversary of the take-on."""
    return add_months(contract.take_on, MONTHS_OF_YEAR * (year - 1))


def without_next_year(deposit: PerformanceDeposit, contract: ServiceContract) -> PerformanceDeposit:
    """Return the deposit with no year to follow if the contract has ended by then, or a corrected first day of it."""
    begins = year_begins_on(contract, deposit.contract_year + 1)
    ended = contract.ended_on is not None and contract.ended_on <= begins
    return replace(deposit, next_year_on=None if ended or deposit.next_year_on is None else begins)


def begin_year(
    before: PerformanceDeposit,
    contract: ServiceContract,
    *,
    estate: Estate,
    policy: DepositPolicy,
    deposit_id: str,
    today: date,
) -> NewYear | None:
    """Return the deposit of the next contract year, demanded and due on the anniversary; None while it cannot begin.

    In LEVEL mode what is held goes on into the new year, and only what is missing to its figure is to be paid (A-2);
    else the new year is paid anew. A part of a year is not prorated (A-3). It cannot begin before the anniversary,
    while a claim on the old year is undecided, while its decision is annulled (P22), or without an area.
    """
    year = before.contract_year + 1
    begins = year_begins_on(contract, year)
    basis = estate.basis_area(begins)
    waits = before.open_claim is not None or before.hold is not None
    if begins > today or waits or basis is None or contract.deposit_rate is None or before.first_custody is None:
        return None
    amount = deposit_amount(approved_gross_area=basis.area, rate_per_m2=contract.deposit_rate, policy=policy)
    demanded_on = max(begins, basis.known_from)
    begun = replace(
        before,
        id=deposit_id,
        contract_year=year,
        state=DepositState.DEMANDED,
        state_since=demanded_on,
        policy_version_id=policy.source.policy_version_id,
        due_on=demanded_on,
        first_custody=custody_on(before.first_custody, day=begins, owners=estate.owners),
        basis_area=amount.basis_area,
        computed=amount.computed,
        demanded=amount.demanded,
        demanded_on=demanded_on,
        clamp=amount.clamp,
        explanation=amount.explanation,
        holdings=(),
        posting_ids=(),
        carried_over=ZERO_FEN,
        paid_out=ZERO_FEN,
        next_year_on=year_begins_on(contract, year + 1),
        overdue_for=None,
    )
    if policy.year_mode is not YearMode.LEVEL:
        return NewYear(replace(before, next_year_on=None), begun, ())
    closed = replace(
        before,
        state=next_state(before.state, DepositFact.CARRY_OVER),
        state_since=begins,
        holdings=(),
        next_year_on=None,
    )
    begun = replace(begun, holdings=before.holdings, carried_over=before.paid)
    if begun.paid > 0:
        fact = DepositFact.PART_PAYMENT if begun.missing > 0 else DepositFact.LAST_PAYMENT
        begun = replace(begun, state=next_state(begun.state, fact))
    return NewYear(closed, start_transfer(begun, estate.owners), before.holdings)
