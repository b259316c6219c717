"""How the bank's interest on a fund is shared: by each account's daily balances since the last interest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kit.errors import ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, share_floor, sum_fen

CLAUSE = "第二十七条"
DOCUMENT = "《住宅专项维修资金管理办法》（建设部、财政部令第165号）"


class InterestDayTaken(ValidationFailed):
    """Interest up to that day was shared out already, or the day lies in the future."""


@dataclass(frozen=True)
class Movement:
    """A change of an account's balance on the bank's day, in fen; negative for money that went out."""

    account_id: str
    day: date
    change: Fen


@dataclass(frozen=True)
class InterestShares:
    """What each account gets of the interest, in fen; `to_pool` includes what the floors leave."""

    by_account: Mapping[str, Fen]
    to_pool: Fen


def fen_days(movements: Iterable[Movement], *, since: date, until: date) -> dict[str, int]:
    """Return the sum of each account's daily closing balances, from `since` to the day before `until`, in fen-days.

    Money earns from the day it arrives, and not on the day it leaves. The same on every order of the movements.
    """
    weights: dict[str, int] = {}
    for movement in movements:
        days = (until - max(movement.day, since)).days
        if days > 0:
            weights[movement.account_id] = weights.get(movement.account_id, 0) + movement.change * days
    return weights


def share_interest(amount: Fen, weights: Mapping[str, int], *, pool_account_id: str) -> InterestShares:
    """Return the interest by account, in proportion to the fen-days, floored; the remainder stays in the pool.

    If nobody held anything, all of it stays in the pool. An account with nothing, or less, gets nothing.
    """
    positive = {account_id: weight for account_id, weight in weights.items() if weight > 0}
    whole = sum(positive.values())
    doors = {
        account_id: share_floor(amount, weight, whole)
        for account_id, weight in sorted(positive.items())
        if account_id != pool_account_id
    }
    given = {account_id: share for account_id, share in doors.items() if share > 0}
    return InterestShares(given, Fen(amount - sum_fen(given.values())))


def check_interest_day(paid_on: date, *, interest_to: date, today: date, path: Sequence[str] = ()) -> None:
    """Raise InterestDayTaken unless the bank's day is after the last interest and not in the future."""
    if not interest_to < paid_on <= today:
        raise InterestDayTaken(
            f"interest is recorded for a day after {interest_to.isoformat()}, today or earlier",
            path=path,
            value=paid_on.isoformat(),
        )


def explain_interest(
    amount: Fen, shares: InterestShares, *, since: date, until: date, policy_version_id: str
) -> Explanation:
    """Return how the interest was shared between the doors and the pool."""
    return Explanation(
        formula="floor(interest × fenDays ÷ Σ fenDays)",
        inputs=(
            ExplainedValue(name="interest", value=format_money(amount), unit="yuan", source="bank"),
            ExplainedValue(
                name="days", value=f"{since.isoformat()} – {(until - timedelta(days=1)).isoformat()}", source="bank"
            ),
            ExplainedValue(
                name="toDoors",
                value=format_money(sum_fen(shares.by_account.values())),
                unit="yuan",
                source=f"{len(shares.by_account)} doors",
            ),
            ExplainedValue(name="toPool", value=format_money(shares.to_pool), unit="yuan", source="the remainder"),
        ),
        parameters=(),
        result=format_money(amount),
        clause=CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
        rounding="shares down to the fen, the remainder to the estate's pool",
    )
