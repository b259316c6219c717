"""What the tests of a cut-over do: an old estate with all kinds of money, and the file that it begins with."""

from typing import Any

import httpx

from kit.caller import SYSTEM_CALLER, Caller, Role
from kit.ids import new_id
from kit.ledger.store import account_states
from policy.vocabulary import IncomeEarmark
from services.finance.domain.custody_money import fees_held_id, revenue_held_id
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.domain.revenue_ledger import purse_id
from services.finance.store.bills import find_bills_of_parts
from services.finance.store.custody_accounts import find_accounts_of_owners
from services.finance.store.fee_accounts import find_accounts_of_parts
from services.finance.store.maintenance_funds import sub_accounts_of_fund
from tests.finance.file_client import file_client, token_of
from tests.finance.funds import FundEstate
from tests.heard import ZHANGGONG, HeardService, caller

OFFICE = caller(Role.DISTRICT_OFFICE, f"district:{ZHANGGONG}")
EVERYTHING = SYSTEM_CALLER.scope
HEADERS = "district,estateId,partId,fund,balance,asOf"
MORE_HEADERS = f"{HEADERS},objectId,custodyAccountId,firstDeposit,dueOn"
REVERSE = """
    mutation ($input: ReverseOpeningInput!) {
      reverseOpening(input: $input) { cutOver { id asOf state billIds } errors { code path value message } }
    }
"""


async def upload(
    finance: HeardService, *lines: str, headers: str = HEADERS, by: Caller = OFFICE, dry: bool = False
) -> tuple[int, Any]:
    """Bring the file in and return the status with the answer, or with the codes and paths of its refusals."""
    body = "\r\n".join((headers, *lines)).encode()
    async with file_client(finance, by) as client:
        answer: httpx.Response = await client.post(
            "/opening-balances", params={"dryRun": "true"} if dry else {}, content=body, headers=token_of(by)
        )
    content = answer.json()
    if "errors" not in content:
        return answer.status_code, content
    return answer.status_code, [
        (one["extensions"]["code"], one["extensions"].get("path", [])) for one in content["errors"]
    ]


class LegacyEstate:
    """An old estate with a fund, a served contract with a deposit, and its owners' account."""

    def __init__(self, finance: HeardService) -> None:
        self.finance = finance
        self.funds = FundEstate(finance)
        self.owners = ""

    async def begin(self) -> None:
        facts = self.funds.facts
        await self.funds.register(**{"101": "60.00", "h201": "90.00"})
        await self.funds.open_old_fund()
        await self.finance.hear(
            *(facts.ownership_transferred(part, to={new_id("own"): "1.0000"}) for part in self.funds.parts.values()),
            facts.contract_signed(),
            facts.service_started(),
            facts.congress_formed(),
            facts.owners_account_opened(),
        )
        found = await find_accounts_of_owners(self.finance.mongo, [facts.estate_id], scope=EVERYTHING)
        self.owners = found[facts.estate_id].id

    def line(self, fund: str, balance: str, door: str | None = None, as_of: str = "2024-12-31", more: str = "") -> str:
        part = "" if door is None else self.funds.parts[door]
        return f"{ZHANGGONG},{self.funds.facts.estate_id},{part},{fund},{balance},{as_of}{more}"

    def run_of(self, period: str) -> dict[str, Any]:
        """Return what a bill run of a period is asked with."""
        due_on = f"{int(period[:4]) + 2}-12-31"
        return {"estateId": self.funds.facts.estate_id, "period": period, "items": ["PROPERTY"], "dueOn": due_on}

    @property
    def handed_over(self) -> tuple[str, ...]:
        """What the registry hands over of the estate."""
        return (
            self.line("MAINTENANCE_FUND", "1234.50", "101"),
            self.line("MAINTENANCE_FUND", "0.00", "h201"),
            self.line("FUND_POOL", "1000.00"),
            self.line("ARREARS", "120.00", "101"),
            self.line("PREPAID_FEE", "30.00", "h201"),
            self.line("DEPOSIT", "10000.00"),
            self.line("PUBLIC_REVENUE", "500.00"),
        )

    async def holds(self) -> dict[str, int]:
        """Return what the estate's ledger accounts hold, by what they are; those that are not open hold nothing."""
        facts, fund_id = self.funds.facts, self.funds.fund_id
        subs = await sub_accounts_of_fund(self.finance.mongo, fund_id, scope=EVERYTHING)
        purse = IncomeEarmark.PROJECT_SERVICE
        names = {
            "fund's bank": bank_account_id(self.funds.custody_id),
            "pool": pool_account_id(fund_id),
            **{sub.door_number: door_account_id(sub.id) for sub in subs},
            "owners' bank": bank_account_id(self.owners),
            "fees there": fees_held_id(self.owners, facts.estate_id),
            "revenue there": revenue_held_id(self.owners, facts.estate_id, purse),
            "purse": purse_id(facts.estate_id, purse),
        }
        states = await account_states(self.finance.mongo, list(names.values()), scope=EVERYTHING)
        return {name: states[id_].balance_fen for name, id_ in names.items() if id_ in states}

    async def fees(self) -> tuple[list[tuple[str, int, bool]], dict[str, int]]:
        """Return the source, amount and standing of the bills, and what is prepaid, by door."""
        mongo, parts = self.finance.mongo, list(self.funds.parts.values())
        bills = await find_bills_of_parts(mongo, parts, scope=EVERYTHING)
        accounts = await find_accounts_of_parts(mongo, parts, scope=EVERYTHING)
        doors = {part: door for door, part in self.funds.parts.items()}
        found = [bill for of_part in bills.values() for bill in of_part]
        return (
            [(bill.source.value, bill.outstanding, bill.cancelled_on is None) for bill in found],
            {doors[part]: account.prepaid_total for part, account in accounts.items() if account.prepaid},
        )


async def legacy_estate(finance: HeardService) -> LegacyEstate:
    legacy = LegacyEstate(finance)
    await legacy.begin()
    return legacy
