"""Finance's facts about the deposits of a contract, as data; every deposit counts its versions."""

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
        return ReceivedEvent(
            id=new_id("evt"),
            type=f"finance.deposit.{event}",
            district="360702",
            aggregate_id=deposit_id,
            aggregate_version=self.versions[deposit_id],
            time=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
            data={
                "occurredOn": f"{2023 + year}-03-02",
                "estateId": self.estate_id,
                "depositId": deposit_id,
                "contractId": self.contract_id,
                "contractYear": year,
                **data,
            },
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
