"""An estate begins with what it held on the day of the cut-over: dated postings, reconciled with the bank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kit.caller import Scope
from kit.ids import new_id
from kit.ledger.store import book_balance, open_account, open_accounts, post, standing_assertions
from kit.ledger.transfers import Posting, Transfer, period_of
from kit.money import ZERO_FEN, Fen, add_fen, sum_fen
from kit.mongo import UnitOfWork
from kit.tables.refusals import RowsRefused
from policy.vocabulary import IncomeEarmark
from services.finance.domain.bill import Creditor, FeeBill
from services.finance.domain.billing_period import parse_period
from services.finance.domain.books import BOOK_OF_CUSTODY, deposits_book, fees_book, maintenance_book, revenue_book
from services.finance.domain.custody import HELD_FOR, CustodyAccount, HeldFor
from services.finance.domain.custody_money import fees_held_id, held_account, revenue_held_id
from services.finance.domain.cut_over import (
    CUT_OVER_PREFIX,
    AlreadyOpened,
    CutOver,
    LivePostings,
    OpenedDeposit,
    OpenedPrepaid,
    bill_id,
    opening_bill,
)
from services.finance.domain.deposit import pay_deposit
from services.finance.domain.deposit_ledger import bank_account_id, liability_account_id, payment_transfers
from services.finance.domain.estate import Estate, EstateUnknown
from services.finance.domain.fee_ledger import billed, digest_of, prepaid_id, receivable_id, received
from services.finance.domain.fee_payment import FeeAccount
from services.finance.domain.maintenance_fund import SUB_ACCOUNT_PREFIX, MaintenanceFund, SubAccount
from services.finance.domain.maintenance_ledger import (
    changes_of_fund,
    door_account,
    door_account_id,
    in_postings,
    incoming,
    pool_account_id,
)
from services.finance.domain.maintenance_statement import FundEntry
from services.finance.domain.opening import (
    FUND,
    EstateOpening,
    OpeningItem,
    OpeningRefused,
    OpeningRow,
    check_bank_balances,
    opening_key,
    refused_row,
)
from services.finance.domain.part import Part
from services.finance.domain.revenue_ledger import bank_id, purse_accounts, purse_id
from services.finance.store.bills import bill_areas, bill_document, insert_bills
from services.finance.store.cut_overs import find_standing_cut_over, insert_cut_over, moved_fund_by, was_posted_by
from services.finance.store.estates import find_estate
from services.finance.store.fee_accounts import add_to_summary, find_accounts_of_parts, save_fee_account
from services.finance.store.maintenance_funds import (
    insert_sub_account,
    save_fund,
    save_sub_account,
    sub_accounts_of_fund,
)
from services.finance.store.maintenance_movements import keep_movements
from services.finance.use_cases.fee_places import estate_areas, open_fee_accounts, place_of_part
from services.finance.use_cases.opening_claims import (
    Claim,
    DepositClaim,
    EstateBooks,
    FeeClaim,
    FundClaim,
    RevenueClaim,
    books_of_estate,
    claims_of,
)
from services.finance.use_cases.reconcile_account import assert_day, reconcile
from services.finance.use_cases.record_deposit_payment import keep_paid_deposit

_EVERYTHING = Scope.everything()


@dataclass
class _Opening:
    """An opening as it is being posted: what each step added to it."""

    cut_over: CutOver
    estate: Estate
    areas: tuple[str, ...]
    posted: int = 0
    fund_postings: list[tuple[str, str]] = field(default_factory=list)
    posting_ids: list[str] = field(default_factory=list)

    async def post(self, work: UnitOfWork, book: str, transfers: Sequence[Transfer], memo: str) -> str:
        """Post the transfers of the day under the opening's next number, and return the posting's id."""
        self.posted += 1
        posted = await post(
            work,
            Posting(
                book=book,
                key=opening_key(self.cut_over.id, self.posted),
                transfers=tuple(transfers),
                occurred_on=self.cut_over.as_of,
                memo=f"期初余额 {memo}",
                district=self.estate.district,
            ),
        )
        return posted.id

    async def hold(self, work: UnitOfWork, account: CustodyAccount, held_id: str, amount: Fen) -> None:
        """Post that a custody account holds an amount of fees or of a purse."""
        await open_account(work, held_account(held_id, account, self.estate, areas=self.areas))
        transfer = Transfer(bank_account_id(account.id), held_id, amount)
        book = BOOK_OF_CUSTODY[account.kind](account.district)
        self.posting_ids.append(await self.post(work, book, [transfer], held_id))


async def open_estate(work: UnitOfWork, opening: EstateOpening) -> CutOver | None:
    """Post what an estate held, claim by claim, and return its opening; None if it began with the same before.

    Raises EstateUnknown, AlreadyOpened for an estate that began otherwise, RowsRefused with every row that means
    nothing here, LivePostings for what was posted by that day, OpeningDiffers where the bank says otherwise,
    PeriodLocked.
    """
    estate = await find_estate(work, opening.estate_id, scope=work.caller.scope)
    if estate is None:
        first = opening.rows[0]
        raise EstateUnknown("no such estate", path=(f"row {first.number}",), value=opening.estate_id)
    known = await find_standing_cut_over(work, estate.id, scope=_EVERYTHING)
    if known is not None and known.digest == opening.digest:
        return None
    if known is not None:
        raise AlreadyOpened(f"the estate began with {known.id}", path=(estate.id,), value=known.as_of.isoformat())
    books = await books_of_estate(work, estate, opening)
    claims, refused = await claims_of(work, books, opening.rows)
    refused += await _live(work, estate, claims)
    if refused:
        raise RowsRefused(refused)
    cut_over = CutOver(new_id(CUT_OVER_PREFIX), estate.district, estate.id, opening.as_of, opening.digest)
    state = _Opening(cut_over, estate, estate_areas(estate))
    await _open_funds(work, state, [one for one in claims if isinstance(one, FundClaim)])
    deposits = [await _open_deposit(work, state, one) for one in claims if isinstance(one, DepositClaim)]
    fees = [one for one in claims if isinstance(one, FeeClaim)]
    bills, prepaid = await _open_fees(work, state, fees)
    revenue = [await _open_purse(work, state, one) for one in claims if isinstance(one, RevenueClaim)]
    opened = replace(
        cut_over,
        fund_postings=tuple(state.fund_postings),
        posting_ids=tuple(state.posting_ids),
        bill_count=len(bills),
        deposits=tuple(deposits),
        prepaid=tuple(prepaid),
        revenue=tuple(revenue),
    )
    await insert_cut_over(work, opened, areas=state.areas)
    await _reconcile(work, books, opening, claims)
    return opened


async def _live(work: UnitOfWork, estate: Estate, claims: Sequence[Claim]) -> list[OpeningRefused]:
    """Return the first row of each fund, deposit, creditor or purse that was posted to by the day of the cut-over."""
    refused: list[OpeningRefused] = []
    looked_at: set[str] = set()
    for claim in claims:
        row = claim.row
        for place in _places(estate, claim):
            if place in looked_at:
                continue
            looked_at.add(place)
            if isinstance(claim, FundClaim):
                is_live = await moved_fund_by(work, claim.fund.id, row.as_of, scope=_EVERYTHING)
            else:
                is_live = await was_posted_by(work, place, row.as_of)
            if is_live:
                live = LivePostings(f"{place} was posted to by {row.as_of.isoformat()}")
                refused.append(refused_row(row, FUND, f"{live.code}: {live.message}", place))
    return refused


def _places(estate: Estate, claim: Claim) -> tuple[str, ...]:
    """Return the ledger accounts that nothing may be posted to before a claim; of a fund, the fund."""
    match claim:
        case FundClaim():
            return (claim.fund.id,)
        case DepositClaim():
            return (liability_account_id(claim.deposit.id, claim.account.id),)
        case FeeClaim():
            return (receivable_id(estate.id, claim.creditor), prepaid_id(estate.id, claim.creditor))
        case RevenueClaim():
            return (purse_id(estate.id, claim.earmark),)


async def _open_funds(work: UnitOfWork, state: _Opening, claims: Sequence[FundClaim]) -> None:
    for fund in dict.fromkeys(claim.fund for claim in claims):
        of_fund = [claim for claim in claims if claim.fund == fund]
        doors = await _doors(work, state, fund, [(one.part, one.row) for one in of_fund if one.part is not None])
        shares = [
            (pool_account_id(fund.id) if one.part is None else door_account_id(doors[one.part.id]), one.row.balance)
            for one in of_fund
        ]
        book = maintenance_book(fund.district)
        for part in in_postings(incoming(fund.custody_account_id, shares)):
            posting_id = await state.post(work, book, part, f"维修资金 {fund.id}")
            await keep_movements(
                work,
                fund,
                changes_of_fund(part),
                posting_id=posting_id,
                kind=FundEntry.OPENING,
                day=state.cut_over.as_of,
                areas=state.areas,
            )
            state.fund_postings.append((fund.id, posting_id))
        opened = sum_fen(amount for _, amount in shares)
        await save_fund(work, replace(fund, balance=add_fen(fund.balance, opened)))


async def _doors(
    work: UnitOfWork, state: _Opening, fund: MaintenanceFund, doors: Sequence[tuple[Part, OpeningRow]]
) -> dict[str, str]:
    """Return the sub-account of each part, opened where it has none; without first deposit that is the balance."""
    known = {sub.part_id: sub for sub in await sub_accounts_of_fund(work, fund.id, scope=_EVERYTHING)}
    new = []
    for part, row in doors:
        assert part.facts is not None
        first_deposit = row.balance if row.first_deposit is None else row.first_deposit
        if part.id in known:
            sub = known[part.id]
            if sub.first_deposit == 0:
                await save_sub_account(work, replace(sub, first_deposit=first_deposit, closed_on=None))
            continue
        sub = SubAccount(
            id=new_id(SUB_ACCOUNT_PREFIX),
            fund_id=fund.id,
            estate_id=fund.estate_id,
            part_id=part.id,
            building_id=part.facts.building_id,
            door_number=part.facts.door_number,
            area=part.facts.area,
            has_lift=part.facts.has_lift,
            first_deposit=first_deposit,
            opened_on=row.as_of,
        )
        own = (f"part:{part.id}", *(f"owner:{owner_id}" for owner_id in sorted(part.owner_ids)))
        await insert_sub_account(work, sub, areas=state.areas, own=own)
        new.append(door_account(fund, sub, areas=state.areas))
        known[part.id] = sub
    if new:
        await open_accounts(work, new)
    return {part.id: known[part.id].id for part, _ in doors}


async def _open_deposit(work: UnitOfWork, state: _Opening, claim: DepositClaim) -> OpenedDeposit:
    deposit, account, amount = claim.deposit, claim.account, claim.row.balance
    transfers = payment_transfers(deposit.id, account_id=account.id, amount=amount)
    posting_id = await state.post(work, deposits_book(account.district), transfers, f"履约保证金 {deposit.id}")
    state.posting_ids.append(posting_id)
    paid = pay_deposit(
        deposit,
        account_id=account.id,
        kind=account.kind,
        amount=amount,
        paid_on=claim.row.as_of,
        posting_id=posting_id,
    )
    await keep_paid_deposit(work, paid, state.estate, account_id=account.id, paid_on=claim.row.as_of, was=deposit.state)
    return OpenedDeposit(deposit.id, account.id, amount)


async def _open_fees(
    work: UnitOfWork, state: _Opening, claims: Sequence[FeeClaim]
) -> tuple[list[FeeBill], list[OpenedPrepaid]]:
    """Make out a bill for each part that owed, keep what others had prepaid, and post both by creditor."""
    estate = state.estate
    owed = [claim for claim in claims if claim.row.item is OpeningItem.ARREARS]
    prepaid = [claim for claim in claims if claim.row.item is OpeningItem.PREPAID_FEE]
    bills = [
        opening_bill(
            claim.row,
            id_=bill_id(state.cut_over.id, number),
            run_id=state.cut_over.id,
            estate=estate,
            part=claim.part,
            debtors=claim.debtors,
            creditor=claim.creditor,
        )
        for number, claim in enumerate(owed, start=1)
    ]
    if not claims:
        return [], []
    await open_fee_accounts(work, estate, [claim.creditor for claim in claims])
    place = place_of_part(estate)
    await insert_bills(
        work,
        [
            bill_document(bill, areas=bill_areas(place, part_id=bill.part_id, owner_ids=bill.owner_ids))
            for bill in bills
        ],
    )
    transfers = [
        billed(estate.id, creditor, amount)
        for creditor, amount in _by_creditor((bill.creditor, bill.amount) for bill in bills).items()
    ]
    for creditor, amount in _by_creditor((one.creditor, one.row.balance) for one in prepaid).items():
        transfers += received(estate.id, creditor, settled=ZERO_FEN, prepaid=amount)
    digest = digest_of((bill.id, bill.amount) for bill in bills)
    state.posting_ids.append(
        await state.post(work, fees_book(estate.district), transfers, f"物业费 {len(bills)} {digest}")
    )
    if bills:
        await add_to_summary(
            work,
            estate.id,
            parse_period(period_of(state.cut_over.as_of)),
            billed=sum_fen(bill.amount for bill in bills),
            areas=state.areas,
        )
    for account in dict.fromkeys(claim.account for claim in prepaid if claim.account is not None):
        there = sum_fen(claim.row.balance for claim in prepaid if claim.account == account)
        await state.hold(work, account, fees_held_id(account.id, estate.id), there)
    return bills, [await _open_prepaid(work, state, claim) for claim in prepaid]


async def _open_prepaid(work: UnitOfWork, state: _Opening, claim: FeeClaim) -> OpenedPrepaid:
    part, amount = claim.part, claim.row.balance
    accounts = await find_accounts_of_parts(work, [part.id], scope=_EVERYTHING)
    account = accounts.get(part.id, FeeAccount(part.id, state.estate.id)).with_prepaid(claim.creditor, amount)
    areas = bill_areas(place_of_part(state.estate), part_id=part.id, owner_ids=sorted(part.owner_ids))
    await save_fee_account(work, account, areas=areas)
    return OpenedPrepaid(part.id, claim.creditor, amount)


async def _open_purse(work: UnitOfWork, state: _Opening, claim: RevenueClaim) -> tuple[IncomeEarmark, Fen]:
    estate, earmark, amount = state.estate, claim.earmark, claim.row.balance
    await open_accounts(work, purse_accounts(estate, earmark, areas=state.areas))
    transfer = Transfer(bank_id(estate.id, earmark), purse_id(estate.id, earmark), amount)
    state.posting_ids.append(
        await state.post(work, revenue_book(estate.district), [transfer], f"公共收益 {earmark.value}")
    )
    if claim.account is not None:
        await state.hold(work, claim.account, revenue_held_id(claim.account.id, estate.id, earmark), amount)
    return earmark, amount


async def _reconcile(work: UnitOfWork, books: EstateBooks, opening: EstateOpening, claims: Sequence[Claim]) -> None:
    """Compare each account with what the bank says: of an account of the estate alone all that it holds by the book.

    What the file says of such an account is asserted for that day; of an account of a street or district it is the
    estate's share, which is the sum of the claims.
    """
    sums: dict[str, Fen] = {}
    for claim in claims:
        if claim.account is not None:
            sums[claim.account.id] = add_fen(sums.get(claim.account.id, ZERO_FEN), claim.row.balance)
    said = {row.account_id: row.balance for row in opening.rows if row.item is OpeningItem.BANK_BALANCE}
    period = period_of(opening.as_of)
    held, standing = dict(sums), {}
    for account_id in sorted(sums.keys() | {id_ for id_ in said if id_ is not None}):
        account = books.accounts[account_id]
        if HELD_FOR[account.kind] is HeldFor.ESTATE:
            ledger_account = bank_account_id(account_id)
            held[account_id] = await book_balance(work, ledger_account, opening.as_of)
            for assertion in await standing_assertions(work, ledger_account, period, scope=_EVERYTHING):
                if assertion.day == opening.as_of:
                    standing[account_id] = assertion.statement_fen
    check_bank_balances(held, opening.rows, standing=standing)
    for account_id in sorted(sums):
        account = books.accounts[account_id]
        if account_id in said and HELD_FOR[account.kind] is HeldFor.ESTATE:
            await assert_day(work, account, opening.as_of, said[account_id])
        await reconcile(work, account, period)


def _by_creditor(amounts: Iterable[tuple[Creditor, Fen]]) -> dict[Creditor, Fen]:
    sums: dict[Creditor, Fen] = {}
    for creditor, amount in amounts:
        sums[creditor] = add_fen(sums.get(creditor, ZERO_FEN), amount)
    return sums
