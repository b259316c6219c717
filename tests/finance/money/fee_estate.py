"""One estate whose fees are billed under one contract: what the books and callers must show of it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from kit.caller import Scope
from kit.ids import new_id
from services.finance.store.bills import find_bills_of_parts
from services.finance.store.fee_accounts import find_accounts_of_parts
from services.finance.use_cases.verify_fees import verify_fees
from tests.finance.fees import ITEM, MANAGER, served_estate
from tests.finance.money.bank import Bank
from tests.finance.money.city import Answer, City
from tests.finance.money.fee_bills import PARKING, Bill
from tests.finance.money.fee_model import AREAS, FIRST_RATE_ON, RATES, SPACE_FEE, FeeBook
from tests.heard import ZHANGGONG, RegistryFacts

EVERYTHING = Scope.everything()
SPACES = {"code": PARKING, "inside": True, "standard": "二级", "price": SPACE_FEE, "priceUnit": "元/个/月"}


class FeeEstate:
    """An estate whose provider collects by itself, but whose trust fund has a custody account."""

    def __init__(self, city: City, bank: Bank) -> None:
        self.city, self.bank = city, bank
        self.facts = RegistryFacts()
        self.parts: list[str] = []
        self.book = FeeBook(lambda: city.today)
        self.measured: dict[date, tuple[int, int]] = {}
        self.custody = ""
        self.expenses: dict[str, int] = {}

    async def found(self) -> None:
        served = await served_estate(self.city.finance, *AREAS, items=(ITEM, SPACES))
        self.facts, self.parts = served.facts, served.parts
        book = self.book
        book.owners = [[(FIRST_RATE_ON, owner)] for owner in served.owners]
        book.service.provider = f"PROVIDER:{self.facts.provider_id}"
        book.service.trust = f"TRUST_FUND:{self.facts.contract_id}"
        space = {"itemCode": PARKING, "unit": "PER_SPACE_MONTH", "rate": SPACE_FEE}
        property_ = {"itemCode": "PROPERTY", "unit": "PER_M2_MONTH", "rate": RATES[0]}
        assert (await served.set_rates(rates=[property_, space]))["errors"] == []
        book.rates = [(FIRST_RATE_ON, RATES[0])]
        self.custody = await self.city.open_account("TRUST_FUND", estateId=self.facts.estate_id)
        self.bank.opens(self.custody)

    def accounts(self) -> Mapping[str, int]:
        """Receivable, collected and written off on one side, a creditor's claim and the prepaid money on the other."""
        book, held = self.book, {}
        for creditor in book.creditors:
            its = [bill for bill in book.bills if bill.creditor == creditor]
            receivable, written_off = sum(bill.owed for bill in its), sum(bill.written_off for bill in its)
            prepaid = sum(one.held_by(creditor) for one in book.prepaid)
            collected = book.collected[creditor]
            whose = f"{self.facts.estate_id}:{creditor}"
            held[f"fee-receivable:{whose}"] = receivable
            held[f"fee-collected:{whose}"] = collected
            held[f"fee-prepaid:{whose}"] = prepaid
            held[f"fee-written-off:{whose}"] = written_off
            held[f"fee-claim:{whose}"] = receivable + collected + written_off - prepaid
        held[f"custody-holds:{self.custody}:FEES:{self.facts.estate_id}"] = self.in_custody
        return held

    @property
    def in_custody(self) -> int:
        """What the trust fund's account holds of the fees."""
        paid_in = sum(one.amount - one.refunded for one in self.book.payments.values() if one.custody)
        return paid_in - sum(self.expenses.values())

    async def check_shown(self) -> None:
        mongo = self.city.mongo
        found = await find_bills_of_parts(mongo, self.parts, scope=EVERYTHING)
        accounts = await find_accounts_of_parts(mongo, self.parts, scope=EVERYTHING)
        for part, part_id in enumerate(self.parts):
            stored = sorted(
                (
                    one.item_code,
                    one.from_,
                    one.to,
                    one.owner_ids[0],
                    f"{one.creditor.payee}:{one.creditor.id}",
                    one.amount,
                    one.paid,
                    one.dunning.value,
                    one.is_disputed,
                    one.written_off,
                )
                for one in found.get(part_id, ())
                if one.cancelled_on is None
            )
            assert stored == sorted(one.content for one in self.book.standing(part))
            if part_id in accounts:
                shown = (accounts[part_id].prepaid_total, accounts[part_id].set_aside_total)
                prepaid = self.book.prepaid[part]
                assert shown == (sum(prepaid.now.values()), sum(prepaid.aside.values()))
        assert await verify_fees(mongo, ZHANGGONG) == [], await verify_fees(mongo, ZHANGGONG)

    def asked_of_bill(self, bill: Bill, mutation: str, **values: Any) -> Callable[[], Awaitable[Answer]]:
        """Return what asks a mutation of a bill as it stands now, whose id the product is asked for first."""
        key, stands = new_id("key"), bill.cancelled_on is None

        async def ask() -> Answer:
            ask_now = self.city.mutation(
                mutation,
                by=MANAGER,
                selects="bill { id }",
                billId=await self._id_of(bill, stands=stands),
                idempotencyKey=key,
                **values,
            )
            return await ask_now()

        return ask

    async def _id_of(self, bill: Bill, *, stands: bool) -> str:
        """Return the bill's id: of those taken back, which one of several alike is all the same."""
        if not bill.id:
            part_id = self.parts[bill.part]
            found = await find_bills_of_parts(self.city.mongo, [part_id], scope=EVERYTHING)
            known = {one.id for one in self.book.bills}
            mine = (bill.item, bill.from_, bill.to, bill.amount, (bill.owner,), bill.creditor)
            bill.id = next(
                one.id
                for one in found[part_id]
                if (
                    one.item_code,
                    one.from_,
                    one.to,
                    one.amount,
                    one.owner_ids,
                    f"{one.creditor.payee}:{one.creditor.id}",
                )
                == mine
                and (one.cancelled_on is None) is stands
                and one.id not in known
            )
        return bill.id
