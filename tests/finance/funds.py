"""What the tests of maintenance funds do: an old estate with doors, its fund, and every step of a use."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kit.caller import SYSTEM_CALLER, Caller, Role
from kit.cloud_events import write_message
from kit.event_schemas import EventSchemas
from kit.events import Event, ReceivedEvent
from kit.ids import new_id
from kit.inbox import Delivery
from kit.ledger.store import account_states
from services.finance.domain.deposit_ledger import bank_account_id
from services.finance.domain.maintenance_ledger import door_account_id, pool_account_id
from services.finance.store.maintenance_funds import find_fund, sub_accounts_of_fund
from tests.heard import HeardService, RegistryFacts, caller

FINANCE_BUREAU = caller(Role.FINANCE_BUREAU)
HOUSING_BUREAU = caller(Role.HOUSING_BUREAU)
COMMITTEE = caller(Role.COMMITTEE)
EVERYTHING = SYSTEM_CALLER.scope

FUND = """
    id kind openedOn balance poolBalance contributed matched policyVersionId custody { id kind }
    subAccounts(first: 50) { id doorNumber firstDeposit balance topUpRequired }
    topUpList { doorNumber }
    explanation { result inputs { name value } }
"""
DOOR = """
    id firstDeposit balance
    deposits { amount receiptNo status ratePerM2 collector match matchPeriod explanation { result } }
"""
HOW = "explanation { formula result clause }"
USE = """
    id state scope budget settled paid remainder approvedBy decisionId filingNo annulledOn publishedOn
    shares { doorNumber share covered shortfall explanation { result } } explanation { result inputs { value } }
"""
ANSWER = "errors { code path value } warnings { code } events { type } replayed policyVersionId"

# What the tests' commands select of their payloads.
SELECTED = {
    "openMaintenanceFund": f"maintenanceFund {{ {FUND} }}",
    "confirmMaintenanceDeposit": f"maintenanceFund {{ {FUND} }} subAccount {{ {DOOR} }} depositId {HOW}",
    "refundMaintenanceDeposit": f"maintenanceFund {{ {FUND} }} subAccount {{ {DOOR} }} depositId",
    "runMatch": f"maintenanceFund {{ {FUND} }} {HOW}",
    "postFundIncome": f"maintenanceFund {{ {FUND} }} {HOW}",
    "moveFundCustody": f"maintenanceFund {{ {FUND} }}",
    "closeSubAccount": f"maintenanceFund {{ {FUND} }} subAccount {{ id firstDeposit balance closedOn }}",
    "publishStatement": f"maintenanceFund {{ {FUND} }}",
}
INPUTS = {
    "scopeUse": "UseStepInput",
    "withdrawUse": "UseStepInput",
    "startUseWork": "DatedUseStepInput",
    "allocateUse": "DatedUseStepInput",
    "publishUse": "DatedUseStepInput",
}


@dataclass(frozen=True, kw_only=True)
class TakeoverInspected(Event):
    """The shared parts were inspected at a take-over."""

    type = "inspection.takeover.inspected"

    estate_id: str
    takeover_id: str
    contract_id: str
    accepted: bool
    defects: int


@dataclass(frozen=True, kw_only=True)
class AcceptanceDone(Event):
    """A renovation was accepted, or was not."""

    type = "inspection.acceptance.done"

    estate_id: str
    campaign_id: str | None = None
    adoption_id: str | None = None
    result: str


INSPECTION_SCHEMAS = EventSchemas.of([TakeoverInspected, AcceptanceDone])


@dataclass
class FundEstate:
    """An estate with parts of two buildings, one of them with a lift, and what is done to its funds."""

    finance: HeardService
    facts: RegistryFacts = field(default_factory=RegistryFacts)
    parts: dict[str, str] = field(default_factory=dict)
    custody_id: str = ""
    fund_id: str = ""
    counter: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def low(self) -> str:
        """The building without a lift."""
        return f"bld_{self.facts.estate_id.removeprefix('est_')}"

    @property
    def high(self) -> str:
        """The building with a lift."""
        return self.low[:-1] + ("0" if self.low[-1] != "0" else "1")

    async def register(self, *, built_on: str | None = "1998-05-01", **doors: str) -> None:
        """Let the registry tell of the estate and its parts: doors of `high` begin with "h"."""
        registered = self.facts.estate_registered()
        data = {**registered.data, **({} if built_on is None else {"builtOn": built_on})}
        self.parts = {door: new_id("prt") for door in doors}
        await self.finance.hear(
            self.facts.policy_published(),
            replace(registered, data=data),
            *(
                self.facts.part_registered(
                    self.parts[door],
                    door=door,
                    area=area,
                    has_lift=door.startswith("h"),
                    building=self.high if door.startswith("h") else self.low,
                )
                for door, area in doors.items()
            ),
        )

    def rules_effective(self, effective_on: str = "2024-01-01") -> ReceivedEvent:
        """R29: the district's rules for the fund of old estates."""
        return self.facts.fact(
            "registry.document.effective",
            new_id("doc"),
            effective_on,
            documentId="doc_1",
            kind="MAINTENANCE_FUND_MEASURES",
            subjectKind="DISTRICT",
            subjectId=self.facts.district,
            version=1,
            effectiveOn=effective_on,
            signOffs=[{"department": "HOUSING_SECURITY_CENTRE", "signedOn": effective_on}],
        )

    def vote_opened(self, use_id: str, buildings: list[str], *, matter: str = "USE_MAINTENANCE_FUND") -> ReceivedEvent:
        """R13: the owners of these buildings decide on the use."""
        return self.facts.fact(
            "registry.decision.opened",
            self.facts.decision_id,
            "2025-03-01",
            **self.facts.place,
            decisionId=self.facts.decision_id,
            matter=matter,
            special=False,
            scopeBuildingIds=buildings,
            subjectRef=use_id,
            rollHash="0" * 64,
            noticeOn="2025-03-01",
            votingTo="2025-03-20",
        )

    def vote_closed(self, use_id: str, outcome: str = "passed", *, on: str = "2025-03-21") -> ReceivedEvent:
        """R14: how they decided."""
        closed = self.facts.decision_closed(outcome, on)
        return replace(closed, data={**closed.data, "matter": "USE_MAINTENANCE_FUND", "subjectRef": use_id})

    def vote_annulled(self) -> ReceivedEvent:
        """R15: a court annulled the decision."""
        return self.facts.fact(
            "registry.decision.annulled",
            self.facts.decision_id,
            "2025-08-01",
            **self.facts.place,
            decisionId=self.facts.decision_id,
            courtRef="(2025)赣0702民初1号",
            annulledOn="2025-08-01",
        )

    async def inspected(self, takeover_id: str, *, accepted: bool = True) -> None:
        """I16, heard from inspection."""
        await self.hear_inspection(self.takeover_inspected(takeover_id, accepted=accepted))

    def takeover_inspected(self, takeover_id: str, *, accepted: bool = True) -> ReceivedEvent:
        """I16: the shared parts were inspected at a take-over."""
        return self.facts.fact(
            "inspection.takeover.inspected",
            takeover_id,
            "2025-04-20",
            estateId=self.facts.estate_id,
            takeoverId=takeover_id,
            contractId=self.facts.contract_id,
            accepted=accepted,
            defects=0,
        )

    async def acceptance_done(self, adoption_id: str, result: str) -> None:
        """I17, heard from inspection."""
        event = self.facts.fact(
            "inspection.acceptance.done",
            adoption_id,
            "2025-04-20",
            estateId=self.facts.estate_id,
            adoptionId=adoption_id,
            result=result,
        )
        await self.hear_inspection(event)

    async def hear_inspection(self, event: ReceivedEvent) -> None:
        """Take a fact of inspection in."""
        inbox = replace(self.finance.inbox, source="inspection", schemas=INSPECTION_SCHEMAS)
        await inbox.take_in([Delivery(next(self.counter), write_message(event))])

    async def open_account(self, kind: str, **place: str) -> str:
        """Open a custody account and return its id."""
        query = """
            mutation ($input: OpenCustodyAccountInput!) {
              openCustodyAccount(input: $input) { custodyAccount { id } errors { code path value } }
            }
        """
        values = {
            "idempotencyKey": new_id("key"),
            "kind": kind,
            "holder": "维修资金专户",
            "bankAccount": "6222 0200 0000 0000 456",
            "openedOn": "2024-01-01",
        }
        answer = (await self.finance.ask(query, by=FINANCE_BUREAU, input=values | place))["openCustodyAccount"]
        assert answer["errors"] == []
        return str(answer["custodyAccount"]["id"])

    async def write(self, name: str, *, by: Caller = FINANCE_BUREAU, **values: Any) -> dict[str, Any]:
        """Run a mutation of maintenance funds and return its payload."""
        selected = SELECTED.get(name, f"maintenanceUse {{ {USE} }}")
        kind = INPUTS.get(name, f"{name[0].upper()}{name[1:]}Input")
        query = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {selected} {ANSWER} }} }}"
        given = {"idempotencyKey": new_id("key")} | values
        return dict((await self.finance.ask(query, by=by, input=given))[name])

    async def done(self, name: str, *, by: Caller = FINANCE_BUREAU, **values: Any) -> dict[str, Any]:
        """Run a mutation that is not refused; the fund adds up afterwards."""
        answer = await self.write(name, by=by, **values)
        assert answer["errors"] == [], answer["errors"]
        if self.fund_id:
            await self.adds_up()
        return answer

    async def refused(self, name: str, *, by: Caller = FINANCE_BUREAU, **values: Any) -> tuple[str, list[str]]:
        """Run a mutation that is refused and return its code and path; the fund adds up afterwards."""
        answer = await self.write(name, by=by, **values)
        assert len(answer["errors"]) == 1, answer
        if self.fund_id:
            await self.adds_up()
        [error] = answer["errors"]
        return error["code"], error["path"]

    async def open_old_fund(self) -> None:
        """Open the fund of the old estate in the account of district finance."""
        await self.finance.hear(self.rules_effective())
        self.custody_id = await self.open_account("DISTRICT_FINANCE_MAINTENANCE", district=self.facts.district)
        opened = await self.done(
            "openMaintenanceFund",
            kind="OLD_ESTATE",
            estateId=self.facts.estate_id,
            custodyAccountId=self.custody_id,
            openedOn="2024-01-10",
        )
        self.fund_id = opened["maintenanceFund"]["id"]

    async def open_special_fund(self) -> None:
        """Open the fund of Decree 165 in the account of the housing department."""
        self.custody_id = await self.open_account("HOUSING_AUTHORITY_MAINTENANCE", district=self.facts.district)
        opened = await self.done(
            "openMaintenanceFund",
            kind="DECREE_165",
            estateId=self.facts.estate_id,
            custodyAccountId=self.custody_id,
            openedOn="2024-01-10",
        )
        self.fund_id = opened["maintenanceFund"]["id"]

    def deposit(self, door: str, amount: str, rate: str | None, **changes: Any) -> dict[str, Any]:
        """Return the input of a deposit of a door."""
        return {
            "fundId": self.fund_id,
            "partId": self.parts[door],
            "amount": amount,
            "ratePerM2": rate,
            "collector": "COMMITTEE",
            "custodyAccountId": self.custody_id,
            "receiptNo": f"R-{next(self.counter)}",
            "bankRef": new_id("ref"),
            "paidOn": "2024-02-01",
        } | changes

    async def pay_in(self, door: str, amount: str, rate: str | None = None, **changes: Any) -> dict[str, Any]:
        """Confirm a deposit of a door and return the payload."""
        return await self.done("confirmMaintenanceDeposit", **self.deposit(door, amount, rate, **changes))

    def proposal(self, budget: str, *buildings: str, **changes: Any) -> dict[str, Any]:
        """Return the input of a proposed use."""
        return {
            "fundId": self.fund_id,
            "purpose": "屋面防水翻修",
            "work": "REPAIR",
            "concerns": "SHARED_PARTS",
            "scopeBuildingIds": list(buildings),
            "budget": budget,
        } | changes

    async def approved_use(self, budget: str, *buildings: str) -> str:
        """Propose a use, let its owners pass it, file it, and return its id."""
        proposed = await self.done("proposeUse", by=COMMITTEE, **self.proposal(budget, *buildings))
        use_id = str(proposed["maintenanceUse"]["id"])
        await self.done("scopeUse", by=COMMITTEE, useId=use_id)
        self.facts.decision_id = new_id("dec")
        await self.finance.hear(self.vote_opened(use_id, list(buildings)), self.vote_closed(use_id))
        await self.done("approveUse", useId=use_id, filingNo="备-1", filedOn="2025-03-25")
        return use_id

    async def settled_use(self, amount: str, *buildings: str) -> str:
        """Carry a use on to its settlement and return its id."""
        use_id = await self.approved_use(amount, *buildings)
        await self.done("startUseWork", by=COMMITTEE, useId=use_id, on="2025-04-01")
        takeover_id = new_id("tko")
        await self.inspected(takeover_id)
        await self.done("acceptUse", by=COMMITTEE, useId=use_id, acceptanceId=takeover_id, acceptedOn="2025-04-21")
        await self.done("settleUse", by=COMMITTEE, useId=use_id, amount=amount, settledOn="2025-04-25")
        return use_id

    async def fund(self) -> dict[str, Any]:
        """Return the fund as it is shown."""
        query = f"""
            query ($refs: [_Any!]!) {{ _entities(representations: $refs) {{ ... on MaintenanceFund {{ {FUND} }} }} }}
        """
        refs = [{"__typename": "MaintenanceFund", "id": self.fund_id}]
        [fund] = (await self.finance.ask(query, refs=refs))["_entities"]
        return dict(fund)

    async def balances(self) -> dict[str, str]:
        """Return each door's balance, and the pool's."""
        fund = await self.fund()
        doors = {sub["doorNumber"]: sub["balance"] for sub in fund["subAccounts"]}
        return dict(sorted(doors.items())) | {"pool": fund["poolBalance"]}

    async def adds_up(self) -> None:
        """Assert Σ doors + pool = fund, and, this fund being alone in its account, = bank."""
        mongo = self.finance.mongo
        fund = await find_fund(mongo, self.fund_id, scope=EVERYTHING)
        assert fund is not None
        subs = await sub_accounts_of_fund(mongo, self.fund_id, scope=EVERYTHING)
        bank_id = bank_account_id(fund.custody_account_id)
        ids = [pool_account_id(fund.id), *(door_account_id(sub.id) for sub in subs)]
        states = await account_states(mongo, [*ids, bank_id], scope=EVERYTHING)
        balances = [states[id_].balance_fen for id_ in ids]
        assert min(balances) >= 0
        assert sum(balances) == fund.balance == states[bank_id].balance_fen


def day(text: str) -> date:
    """Return the day of an ISO text."""
    return date.fromisoformat(text)
