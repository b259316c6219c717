"""Finance's facts as data: deposits of a contract, arrears and funds of an estate; everything counts its versions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kit.events import ReceivedEvent
from kit.ids import new_id


@dataclass
class DepositFacts:
    """What finance announces of a contract's deposits, one for each contract year."""

    contract_id: str = field(default_factory=lambda: new_id("ctr"))
    estate_id: str = field(default_factory=lambda: new_id("est"))
    deposit_ids: dict[int, str] = field(default_factory=lambda: defaultdict(lambda: new_id("dep")))
    versions: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def demanded(self, *, year: int = 1) -> ReceivedEvent:
        """F7: the provider is to pay; nothing that the registry reacts to."""
        return self._fact(
            "demanded",
            year,
            basisArea="20000.00",
            ratePerM2="1.00",
            computed="20000.00",
            demanded="20000.00",
            clamp="NONE",
            custodyKind="STREET_DESIGNATED",
            dueOn=f"{2023 + year}-03-01",
        )

    def overdue(self, *, year: int = 1, missing: str = "20000.00", due_on: str | None = None) -> ReceivedEvent:
        """F9: the due day is over and money is missing."""
        return self._fact("overdue", year, dueOn=due_on or f"{2023 + year}-03-01", missing=missing)

    def held(self, *, year: int = 1) -> ReceivedEvent:
        """F8: all that was demanded is paid."""
        return self._fact("held", year, amount="20000.00", custodyAccountId="cus_1")

    def released(self, *, year: int = 1) -> ReceivedEvent:
        """The provider got the deposit back."""
        return self._fact("released", year, **_claim("RELEASE"))

    def forfeited(self, *, year: int = 1) -> ReceivedEvent:
        """What was still held was taken."""
        return self._fact("forfeited", year, **_claim("FORFEITURE"))

    def _fact(self, event: str, year: int, **data: Any) -> ReceivedEvent:
        deposit_id = self.deposit_ids[year]
        self.versions[deposit_id] += 1
        return _event(
            f"deposit.{event}",
            deposit_id,
            self.versions[deposit_id],
            occurredOn=f"{2023 + year}-03-02",
            estateId=self.estate_id,
            depositId=deposit_id,
            contractId=self.contract_id,
            contractYear=year,
            **data,
        )


@dataclass
class EstateMoneyFacts:
    """What finance announces of an estate's arrears, its funds and their uses."""

    estate_id: str = field(default_factory=lambda: new_id("est"))
    fund_id: str = field(default_factory=lambda: new_id("mfd"))
    use_id: str = field(default_factory=lambda: new_id("mus"))
    versions: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def crossed(self, direction: str, as_of: str, *, ratio: str | None = "0.2000") -> ReceivedEvent:
        """F6: the arrears reached the threshold, or fell below it; no ratio where nothing is due."""
        measured = {} if ratio is None else {"ratio": ratio}
        return self._fact(
            "arrears.threshold_crossed",
            self.estate_id,
            occurredOn=as_of,
            asOf=as_of,
            threshold="0.2000",
            direction=direction,
            **measured,
        )

    def custody_moved(self, moved_on: str, *, to: str = "OWNERS_MAINTENANCE", amount: str = "5000.00") -> ReceivedEvent:
        """F17: the fund moved whole."""
        return self._fact(
            "maintenance.custody_moved",
            self.fund_id,
            occurredOn=moved_on,
            fundId=self.fund_id,
            to=to,
            amount=amount,
            **{"from": "HOUSING_AUTHORITY_MAINTENANCE"},
        )

    def proposed(self, *buildings: str, emergency: bool = False) -> ReceivedEvent:
        """F15: a use was proposed to the owners of some buildings; none named is the whole estate."""
        return self._fact(
            "maintenance.use_proposed",
            self.use_id,
            occurredOn="2026-02-01",
            fundId=self.fund_id,
            useId=self.use_id,
            scopeBuildingIds=list(buildings),
            budget="30000.00",
            purpose="1号楼屋面防水维修",
            emergency=emergency,
        )

    def paid(self) -> ReceivedEvent:
        """F16: the fund paid."""
        return self._report("use_paid", "2026-02-20")

    def allocated(self) -> ReceivedEvent:
        """F16: the cost is allocated to doors."""
        return self._report("allocated", "2026-02-21")

    def published(self) -> ReceivedEvent:
        """F16: the allocation is published."""
        return self._report("published", "2026-02-22")

    def _report(self, event: str, on: str) -> ReceivedEvent:
        return self._fact(
            f"maintenance.{event}",
            self.use_id,
            occurredOn=on,
            fundId=self.fund_id,
            useId=self.use_id,
            paid="28000.00",
            remainder="0.03",
            allocationsHash="a" * 64,
        )

    def _fact(self, event: str, aggregate_id: str, **data: Any) -> ReceivedEvent:
        self.versions[aggregate_id] += 1
        return _event(event, aggregate_id, self.versions[aggregate_id], estateId=self.estate_id, **data)


def _event(event: str, aggregate_id: str, version: int, **data: Any) -> ReceivedEvent:
    return ReceivedEvent(
        id=new_id("evt"),
        type=f"finance.{event}",
        district="360702",
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
        data=data,
    )


def _claim(kind: str) -> dict[str, Any]:
    return {
        "claimId": "clm_1",
        "kind": kind,
        "amount": "20000.00",
        "reason": "OTHER",
        "approvals": ["STREET", "COMMUNITY"],
        "bankRef": "OUT-1",
    }
