"""The public match of the old-estate fund: which deposits a period takes, and what is posted for them (ZG-30)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import Duplicate, PreconditionMissing, StateConflict, ValidationFailed
from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, sum_fen
from policy.instruments.maintenance_fund import MaintenanceFundPolicy
from policy.vocabulary import Cadence
from services.finance.domain.maintenance_fund import DepositStatus, FundDeposit, match_of

_FORMS = {
    Cadence.MONTHLY: re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])"),
    Cadence.QUARTERLY: re.compile(r"(?P<year>[0-9]{4})-Q(?P<quarter>[1-4])"),
    Cadence.YEARLY: re.compile(r"(?P<year>[0-9]{4})"),
}
_EXAMPLES = {Cadence.MONTHLY: "2024-03", Cadence.QUARTERLY: "2024-Q1", Cadence.YEARLY: "2024"}


class NotAMatchPeriod(ValidationFailed):
    """The text is no period of the district's cadence."""


class MatchPeriodNotOver(StateConflict):
    """Deposits of the period may still be confirmed."""


class AlreadyMatched(Duplicate):
    """The deposit, or the period of the fund, was matched before; each is matched once (ZG-30)."""


class NothingToMatch(PreconditionMissing):
    """No confirmed deposit of the fund waits for its match."""


@dataclass(frozen=True)
class Match:
    """What district finance pays for one fund and period: the deposits with their match, and the sum, in fen."""

    period: str
    lines: tuple[tuple[str, Fen], ...]
    amount: Fen
    explanation: Explanation


def last_day_of(period: str, cadence: Cadence, *, path: Sequence[str] = ()) -> date:
    """Return the last day of a period such as "2024-Q1"; raises NotAMatchPeriod for another form."""
    found = _FORMS[cadence].fullmatch(period)
    if found is None:
        raise NotAMatchPeriod(f"a period is written like {_EXAMPLES[cadence]!r}", path=path, value=period)
    parts = found.groupdict()
    month = int(parts.get("month") or 3 * int(parts.get("quarter") or 4))
    year = int(parts["year"])
    if year == 0:
        raise NotAMatchPeriod("there is no year 0", path=path, value=period)
    return date(year, month, monthrange(year, month)[1])


def match_deposits(
    deposits: Sequence[FundDeposit],
    *,
    period: str,
    policy: MaintenanceFundPolicy,
    today: date,
    path: Sequence[str] = (),
) -> Match:
    """Return the match of all confirmed deposits paid by the period's end that have none yet (ZG-30).

    A deposit that was confirmed too late for its own period is taken by the next one. Interest, transfers and uses are
    not matched: only deposits come here. Raises MatchPeriodNotOver, NothingToMatch, AlreadyMatched.
    """
    last = last_day_of(period, policy.match_cadence, path=path)
    if last >= today:
        raise MatchPeriodNotOver(f"{period} ends on {last.isoformat()}", path=path, value=period)
    for deposit in deposits:
        if deposit.match_period is not None:
            raise AlreadyMatched(f"matched in {deposit.match_period}", path=path, value=deposit.receipt_no)
    taken = [one for one in deposits if one.status is DepositStatus.CONFIRMED and one.paid_on <= last]
    if not taken:
        raise NothingToMatch("no confirmed deposit waits for its match", path=path, value=period)
    lines = tuple((one.id, match_of(one.amount, policy.match_ratio)) for one in taken)
    amount = sum_fen(match for _, match in lines)
    return Match(period, lines, amount, _explain(taken, amount, period, policy))


def _explain(deposits: Sequence[FundDeposit], amount: Fen, period: str, policy: MaintenanceFundPolicy) -> Explanation:
    return Explanation(
        formula="Σ confirmedDeposit × matchRatio",
        inputs=(
            ExplainedValue(
                name="Σ confirmedDeposit",
                value=format_money(sum_fen(one.amount for one in deposits)),
                unit="yuan",
                source=f"deposits confirmed by the end of {period}",
            ),
            ExplainedValue(name="deposits", value=str(len(deposits)), source="receipts"),
        ),
        parameters=policy.explained("match_ratio", "match_base", "match_cadence", "match_credited_to"),
        result=format_money(amount),
        clause=policy.source.clause or "",
        document=policy.source.document,
        policy_version_id=policy.source.policy_version_id,
        rounding="each deposit's match half-up to the fen",
    )
