"""What facts about contracts, modes and owners do to the fees: who is billed, and to whom it is owed, follows them.

Bills that were made out before a fact was heard are corrected to what it says; the same fact again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from kit.caller import Scope
from kit.ledger.store import account_states, change_areas
from kit.money import Fen
from kit.mongo import UnitOfWork
from policy.vocabulary import ManagementMode
from services.finance.domain.bill import BillSource, FeeBill, Payee
from services.finance.domain.bill_correction import Correction, cut_at, cut_by_area, cut_by_owner, cut_by_service
from services.finance.domain.estate import Estate
from services.finance.domain.fee_ledger import accounts_of
from services.finance.domain.service_period import EstateMode, FeeContract, service_spells
from services.finance.domain.visibility import areas_of_estate
from services.finance.events import ReceivableMovedToTrust
from services.finance.store.bill_runs import move_runs_of_estate, note_changed_parts, take_months_of_bills
from services.finance.store.bills import (
    find_bills_of_contracts_after,
    find_bills_of_parts,
    find_bills_reaching,
    move_bills_of_estate,
)
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import move_fee_accounts
from services.finance.store.fee_payments import move_payments_of_estate
from services.finance.store.fee_rates import move_rates_of_estate
from services.finance.store.fee_service import (
    find_estate_service,
    find_fee_contracts,
    move_fee_service,
    remove_mode,
    save_fee_contract,
    save_mode,
)
from services.finance.store.fee_spendings import move_fee_spendings_of_estate
from services.finance.store.parts import find_part
from services.finance.use_cases.fee_corrections import correct_bills, total_of
from services.finance.use_cases.fee_places import estate_areas
from services.finance.use_cases.fee_prepaid import set_prepaid_aside

_EVERYTHING = Scope.everything()
_ONE_DAY = timedelta(days=1)


async def take_fee_contract(work: UnitOfWork, contract: FeeContract) -> None:
    """Keep a signed contract with its items; one that is known keeps what was heard since."""
    known = (await find_fee_contracts(work, [contract.id], scope=_EVERYTHING)).get(contract.id)
    if known is not None:
        contract = replace(
            contract,
            started_on=known.started_on,
            ended_on=known.ended_on,
            handover_refused=known.handover_refused,
        )
    await save_fee_contract(work, contract)


async def start_fee_contract(work: UnitOfWork, contract_id: str, started_on: date) -> None:
    """Keep the day from which fees are owed under the contract.

    What was billed for days from then on, by the estate's own rates or as post-termination service, follows it; the
    bills of a contract that still serves wait for the fact of its end.
    """
    known = (await find_fee_contracts(work, [contract_id], scope=_EVERYTHING)).get(contract_id)
    if known is None:
        return
    await save_fee_contract(work, replace(known, started_on=started_on))
    await _follow_service(work, known.estate_id, started_on, to_trust=True, is_of_serving=False)


async def end_fee_contract(
    work: UnitOfWork, contract_id: str, *, ended_on: date, superseded: bool, handover_refused: bool = False
) -> None:
    """Keep the end of the contract, and take back what was billed beyond it (arts. 949, 950).

    On the day of a successor the old contract no longer serves. What was prepaid for unserved time becomes prepaid
    money of the part, to be refunded (interpretation, art. 3).
    """
    known = (await find_fee_contracts(work, [contract_id], scope=_EVERYTHING)).get(contract_id)
    if known is None:
        return
    await save_fee_contract(work, replace(known, ended_on=ended_on, handover_refused=handover_refused))
    estate = await find_estate(work, known.estate_id, scope=_EVERYTHING)
    if estate is None:
        return
    last = ended_on - _ONE_DAY if superseded else ended_on
    bills = await find_bills_of_contracts_after(work, {contract_id: last}, scope=_EVERYTHING)
    regular = [cut_at(bill, last) for bill in bills.get(contract_id, []) if not _is_after_the_end(bill, last)]
    await correct_bills(work, estate, regular, reason=f"合同终止 {contract_id}")


async def change_mode(
    work: UnitOfWork, *, estate_id: str, district: str, street_id: str, community_id: str, mode: EstateMode
) -> None:
    """Keep the mode from its day on, and let the service days from then on be owed to whom it says (G-28, P10).

    What moves to a trust fund is announced (F27).
    """
    areas = areas_of_estate(district=district, street_id=street_id, community_id=community_id, estate_id=estate_id)
    await save_mode(work, estate_id, mode, areas=areas)
    await _follow_service(work, estate_id, mode.effective_on, to_trust=mode.mode is ManagementMode.TRUST)


async def take_mode_back(work: UnitOfWork, *, estate_id: str, effective_on: date) -> None:
    """Forget the mode that was announced for that day; the one before holds on."""
    await remove_mode(work, estate_id, effective_on)
    await _follow_service(work, estate_id, effective_on, to_trust=False)


async def change_debtors_of_part(work: UnitOfWork, *, part_id: str, since: date) -> None:
    """Make the bills of a part out to those who owed its fees on their days, from that day on (P13).

    What is prepaid stays with those who prepaid it: it is set aside for them.
    """
    part = await find_part(work, part_id, scope=_EVERYTHING)
    estate = None if part is None else await find_estate(work, part.estate_id, scope=_EVERYTHING)
    if part is None or estate is None:
        return
    await note_changed_parts(work, estate.id, [part_id])
    bills = (await find_bills_of_parts(work, [part_id], scope=_EVERYTHING, reaching=since)).get(part_id, [])
    corrections = [cut_by_owner(bill, part.fee_debtors) for bill in bills if bill.can_change]
    await correct_bills(work, estate, corrections, reason=f"产权转移 {since.isoformat()}")
    before = part.debtors_on(since - _ONE_DAY)
    if before and before != part.debtors_on(since):
        await set_prepaid_aside(work, estate, part, since)


async def change_area_of_part(work: UnitOfWork, *, part_id: str, since: date) -> None:
    """Make the bills of a part out by the area that it had on their days, from that day on."""
    part = await find_part(work, part_id, scope=_EVERYTHING)
    if part is None or not part.measured:
        return
    estate = await find_estate(work, part.estate_id, scope=_EVERYTHING)
    if estate is None:
        return
    await note_changed_parts(work, estate.id, [part_id])
    bills = (await find_bills_of_parts(work, [part_id], scope=_EVERYTHING, reaching=since)).get(part_id, [])
    measured = sorted(part.measured.items())
    corrections = [cut_by_area(bill, measured) for bill in bills if bill.can_change]
    await correct_bills(work, estate, corrections, reason=f"面积变更 {since.isoformat()}")


async def move_fee_records(work: UnitOfWork, estate_id: str) -> None:
    """Let the grants of the estate's place see its fees: it was moved to another street or community."""
    estate = await find_estate(work, estate_id, scope=_EVERYTHING)
    if estate is None:
        return
    areas = estate_areas(estate)
    place = {"street_id": estate.street_id, "community_id": estate.community_id}
    await move_fee_service(work, estate.id, areas=areas)
    await move_rates_of_estate(work, estate.id, areas=areas)
    await move_runs_of_estate(work, estate.id, areas=areas)
    await move_bills_of_estate(work, estate.id, **place)
    await move_payments_of_estate(work, estate.id, **place)
    await move_fee_spendings_of_estate(work, estate.id, areas=areas)
    await move_fee_accounts(work, estate.id, **place, areas=areas)
    service = await find_estate_service(work, estate, scope=_EVERYTHING)
    possible = [
        account.id
        for creditor in service.creditors
        for account in accounts_of(estate.id, creditor, district=estate.district, estate_name="", areas=areas)
    ]
    for account_id in await account_states(work, possible, scope=_EVERYTHING):
        await change_areas(work, account_id, areas)


async def _follow_service(
    work: UnitOfWork, estate_id: str, since: date, *, to_trust: bool, is_of_serving: bool = True
) -> None:
    """Let the service days from `since` on be owed to whom they are owed by what is known now.

    With `to_trust` what comes to a trust fund is announced (F27). Without `is_of_serving` the bills of contracts that
    serve on that day are left as they are. What is moved is billed: no run bills it again by the rates of who has it
    now (DH-38).
    """
    estate = await find_estate(work, estate_id, scope=_EVERYTHING)
    if estate is None:
        return
    service = await find_estate_service(work, estate, scope=_EVERYTHING)
    serving = {one.id for one in service.contracts if one.serves_on(since)}
    corrections: list[Correction] = []
    for bill in await find_bills_reaching(work, estate_id, since, scope=_EVERYTHING):
        if is_of_serving or bill.contract_id not in serving:
            spells = service_spells(service, from_=max(bill.from_, since), to=bill.to)
            corrections.append(cut_by_service(bill, spells))
    made = await correct_bills(work, estate, corrections, reason=f"服务或管理模式变更 {since.isoformat()}")
    await take_months_of_bills(work, estate_id, made, areas=estate_areas(estate))
    moved = [bill for bill in made if bill.creditor.payee is Payee.TRUST_FUND]
    if to_trust and moved:
        _announce_moved(work, estate, since, moved)


def _announce_moved(work: UnitOfWork, estate: Estate, cutover_on: date, moved: Sequence[FeeBill]) -> None:
    total: Fen = total_of(moved)
    work.announce(
        ReceivableMovedToTrust(
            district=estate.district,
            aggregate_id=estate.id,
            occurred_on=cutover_on,
            estate_id=estate.id,
            cutover_on=cutover_on,
            bill_ids=tuple(bill.id for bill in moved),
            total=total,
        )
    )


def _is_after_the_end(bill: FeeBill, last: date) -> bool:
    """Whether it bills post-termination service, which begins after the end."""
    return bill.source is BillSource.POST_TERMINATION and bill.from_ > last
