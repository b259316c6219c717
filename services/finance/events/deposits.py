"""What finance announces of performance deposits: demanded, paid, moved, overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from kit.area import Area
from kit.events import Event
from kit.money import Fen, sum_fen
from policy.vocabulary import CustodyKind
from services.finance.domain.deposit import PerformanceDeposit
from services.finance.domain.deposit_amount import ClampReason
from services.finance.domain.deposit_transfer import Move


@dataclass(frozen=True, kw_only=True)
class _OfDeposit:
    estate_id: str
    deposit_id: str
    contract_id: str
    contract_year: int


def _deposit_facts(deposit: PerformanceDeposit, *, occurred_on: date) -> dict[str, Any]:
    return {
        "district": deposit.district,
        "aggregate_id": deposit.id,
        "occurred_on": occurred_on,
        "policy_id": deposit.policy_version_id,
        "estate_id": deposit.estate_id,
        "deposit_id": deposit.id,
        "contract_id": deposit.contract_id,
        "contract_year": deposit.contract_year,
    }


@dataclass(frozen=True, kw_only=True)
class DepositDemanded(_OfDeposit, Event):
    """A provider is to pay the deposit of a contract year.

    Announced again with other amounts when an area heard late changes a demand that nobody has paid yet.
    """

    type: ClassVar[str] = "finance.deposit.demanded"

    basis_area: Area
    rate_per_m2: Fen
    computed: Fen
    demanded: Fen
    clamp: ClampReason
    custody_kind: CustodyKind
    due_on: date

    @classmethod
    def of(cls, deposit: PerformanceDeposit) -> Self:
        """Return the fact of a deposit that is demanded; raises ValueError for one that is not."""
        demanded_on, basis_area, rate, computed = (
            deposit.demanded_on, deposit.basis_area, deposit.rate_per_m2, deposit.computed,
        )  # fmt: skip
        demanded, clamp, custody = deposit.demanded, deposit.clamp, deposit.first_custody
        if (
            demanded_on is None or basis_area is None or rate is None or computed is None
            or demanded is None or clamp is None or custody is None
        ):  # fmt: skip
            raise ValueError(f"deposit {deposit.id} is {deposit.state.value}, not demanded")
        return cls(
            **_deposit_facts(deposit, occurred_on=demanded_on),
            basis_area=basis_area,
            rate_per_m2=rate,
            computed=computed,
            demanded=demanded,
            clamp=clamp,
            custody_kind=custody,
            due_on=deposit.due_on,
        )


@dataclass(frozen=True, kw_only=True)
class DepositPaidInPart(_OfDeposit, Event):
    """A part of what was demanded is paid: `amount` so far, `missing` is still due."""

    type: ClassVar[str] = "finance.deposit.paid_in_part"

    amount: Fen
    missing: Fen
    custody_account_id: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, custody_account_id: str, paid_on: date) -> Self:
        """Return the fact of a payment that is not the last; raises ValueError for a deposit that is not demanded."""
        if deposit.demanded is None:
            raise ValueError(f"deposit {deposit.id} is {deposit.state.value}, not demanded")
        return cls(
            **_deposit_facts(deposit, occurred_on=paid_on),
            amount=deposit.paid,
            missing=Fen(deposit.demanded - deposit.paid),
            custody_account_id=custody_account_id,
        )


@dataclass(frozen=True, kw_only=True)
class DepositHeld(_OfDeposit, Event):
    """All that was demanded is paid; the account is the one that took the last payment."""

    type: ClassVar[str] = "finance.deposit.held"

    amount: Fen
    custody_account_id: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, custody_account_id: str, paid_on: date) -> Self:
        """Return the fact of the last payment of a deposit."""
        return cls(
            **_deposit_facts(deposit, occurred_on=paid_on),
            amount=deposit.paid,
            custody_account_id=custody_account_id,
        )


@dataclass(frozen=True, kw_only=True)
class DepositTransferStarted(_OfDeposit, Event):
    """The congress is formed: what the street holds of the deposit is to move to the owners' account."""

    type: ClassVar[str] = "finance.deposit.transfer_started"

    from_custody: CustodyKind
    to_custody: CustodyKind
    amount: Fen

    @classmethod
    def of(cls, deposit: PerformanceDeposit) -> Self:
        """Return the fact of a deposit that began to move; the amount is what streets hold of it."""
        return cls(
            **_deposit_facts(deposit, occurred_on=deposit.state_since),
            from_custody=CustodyKind.STREET_DESIGNATED,
            to_custody=CustodyKind.OWNERS_PUBLIC,
            amount=sum_fen(holding.amount for holding in deposit.held_by_street),
        )


@dataclass(frozen=True, kw_only=True)
class DepositAccountMissing(_OfDeposit, Event):
    """The congress is formed and has no public account yet: the deposit stays with the street (A-5), told every day."""

    type: ClassVar[str] = "finance.deposit.account_missing"

    waiting_since: date
    amount: Fen

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, noticed_on: date) -> Self:
        """Return the day's reminder of a deposit that waits for the account; the amount is what streets hold."""
        return cls(
            **_deposit_facts(deposit, occurred_on=noticed_on),
            waiting_since=deposit.state_since,
            amount=sum_fen(holding.amount for holding in deposit.held_by_street),
        )


@dataclass(frozen=True, kw_only=True)
class DepositTransferred(_OfDeposit, Event):
    """The deposit moved to the owners' account by a bank transfer; its sum is unchanged."""

    type: ClassVar[str] = "finance.deposit.transferred"

    from_custody: CustodyKind
    to_custody: CustodyKind
    amount: Fen
    bank_ref: str

    @classmethod
    def of(cls, deposit: PerformanceDeposit, moves: Sequence[Move], *, bank_ref: str) -> Self:
        """Return the fact of a deposit that has moved by these moves."""
        return cls(
            **_deposit_facts(deposit, occurred_on=deposit.state_since),
            from_custody=CustodyKind.STREET_DESIGNATED,
            to_custody=CustodyKind.OWNERS_PUBLIC,
            amount=sum_fen(move.amount for move in moves),
            bank_ref=bank_ref,
        )


@dataclass(frozen=True, kw_only=True)
class DepositOverdue(_OfDeposit, Event):
    """The due day is over and money of the deposit is missing; the contract goes on (P1)."""

    type: ClassVar[str] = "finance.deposit.overdue"

    due_on: date
    missing: Fen

    @classmethod
    def of(cls, deposit: PerformanceDeposit, *, noticed_on: date) -> Self:
        """Return the fact of a deposit that is overdue."""
        return cls(
            **_deposit_facts(deposit, occurred_on=noticed_on),
            due_on=deposit.due_on,
            missing=deposit.missing,
        )
