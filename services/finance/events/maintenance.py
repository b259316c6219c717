"""What finance announces of maintenance funds: deposits, matches, doors below their line, custody, statements."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from kit.events import Event
from kit.money import Fen
from kit.ratio import Ratio, ratio_half_up
from policy.vocabulary import CustodyKind
from services.finance.domain.maintenance_fund import FundDeposit, MaintenanceFund, SubAccount
from services.finance.domain.maintenance_match import Match
from services.finance.domain.maintenance_statement import PublishedStatement


@dataclass(frozen=True, kw_only=True)
class MaintenanceDepositConfirmed(Event):
    """The custodian confirmed what was paid into a maintenance fund for one part, under one receipt.

    A first deposit has a rate per m², a top-up has none.
    """

    type: ClassVar[str] = "finance.maintenance.deposit_confirmed"

    estate_id: str
    fund_id: str
    part_id: str
    amount: Fen
    rate: Fen | None = None
    has_lift: bool
    receipt_no: str

    @classmethod
    def of(cls, fund: MaintenanceFund, deposit: FundDeposit, *, policy_id: str) -> Self:
        """Return the fact of a confirmed deposit (F12)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=deposit.paid_on,
            policy_id=policy_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            part_id=deposit.part_id,
            amount=deposit.amount,
            rate=deposit.rate,
            has_lift=deposit.has_lift,
            receipt_no=deposit.receipt_no,
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceMatched(Event):
    """District finance matched the deposits that were confirmed by the end of a period."""

    type: ClassVar[str] = "finance.maintenance.matched"

    estate_id: str
    fund_id: str
    period: str
    matched_amount: Fen
    deposit_ids: tuple[str, ...]

    @classmethod
    def of(cls, fund: MaintenanceFund, match: Match, *, paid_on: date) -> Self:
        """Return the fact of a paid match (F13)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=paid_on,
            policy_id=match.explanation.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            period=match.period,
            matched_amount=match.amount,
            deposit_ids=tuple(deposit_id for deposit_id, _ in match.lines),
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceTopUpRequired(Event):
    """A door's balance fell below the line of its first deposit; announced once a part and month."""

    type: ClassVar[str] = "finance.maintenance.topup_required"

    estate_id: str
    fund_id: str
    part_id: str
    balance: Fen
    first_deposit: Fen
    ratio: Ratio

    @classmethod
    def of(cls, fund: MaintenanceFund, sub: SubAccount, *, balance: Fen, on: date, policy_id: str) -> Self:
        """Return the fact of a door that is to be topped up (F14); its first deposit is above zero."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=on,
            policy_id=policy_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            part_id=sub.part_id,
            balance=balance,
            first_deposit=sub.first_deposit,
            ratio=ratio_half_up(balance, sub.first_deposit),
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceCustodyMoved(Event):
    """A maintenance fund moved to the account of its owners' congress; doors and pool are unchanged."""

    type: ClassVar[str] = "finance.maintenance.custody_moved"

    estate_id: str
    fund_id: str
    from_: CustodyKind
    to: CustodyKind
    amount: Fen

    @classmethod
    def of(cls, fund: MaintenanceFund, *, from_: CustodyKind, to: CustodyKind, moved_on: date) -> Self:
        """Return the fact of a fund that moved whole (F17)."""
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=moved_on,
            policy_id=fund.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            from_=from_,
            to=to,
            amount=fund.balance,
        )


@dataclass(frozen=True, kw_only=True)
class MaintenanceStatementPublished(Event):
    """The yearly statement of a fund is published; it reconciles with the bank. Interest includes other income."""

    type: ClassVar[str] = "finance.maintenance.statement_published"

    estate_id: str
    fund_id: str
    year: int
    revision: int
    opening: Fen
    deposits: Fen
    matches: Fen
    interest: Fen
    uses: Fen
    refunds: Fen
    closing: Fen

    @classmethod
    def of(cls, fund: MaintenanceFund, published: PublishedStatement) -> Self:
        """Return the fact of a published statement (F18)."""
        statement = published.statement
        return cls(
            district=fund.district,
            aggregate_id=fund.id,
            occurred_on=published.published_on,
            policy_id=fund.policy_version_id,
            estate_id=fund.estate_id,
            fund_id=fund.id,
            year=statement.year,
            revision=published.revision,
            opening=statement.opening,
            deposits=statement.deposits,
            matches=statement.matches,
            interest=statement.interest,
            uses=statement.uses,
            refunds=statement.refunds,
            closing=statement.closing,
        )
