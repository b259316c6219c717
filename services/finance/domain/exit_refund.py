"""What was paid for service beyond a contract's end, prepared from the notice of the exit on (P14).

Once the contract has ended the bills themselves are cut and the money is prepaid, to be refunded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, sum_fen
from services.finance.domain.bill import FeeBill
from services.finance.domain.bill_correction import cut_at, remade

CLAUSE: Final = "第三条"
DOCUMENT: Final = "《最高人民法院关于审理物业服务纠纷案件适用法律若干问题的解释》"


@dataclass(frozen=True)
class ExitRefund:
    """What goes back for one part, in fen: paid on bills that reach beyond the last day, less the fee until then."""

    part_id: str
    door_number: str
    last_day: date
    paid: Fen
    fee: Fen

    @property
    def amount(self) -> Fen:
        """What was paid for unserved time."""
        return Fen(self.paid - self.fee)


def exit_refunds(bills: Sequence[FeeBill], *, last_day: date) -> tuple[ExitRefund, ...]:
    """Return the refunds of a contract that ends on that day, by door; a part with nothing to go back is left out.

    `bills` are the contract's bills that reach beyond the day.
    """
    by_part: dict[str, list[FeeBill]] = {}
    for bill in bills:
        by_part.setdefault(bill.part_id, []).append(bill)
    refunds = [
        ExitRefund(
            part_id,
            of_part[0].door_number,
            last_day,
            paid=sum_fen(bill.paid for bill in of_part),
            fee=sum_fen(min(_fee_until(bill, last_day), bill.paid) for bill in of_part),
        )
        for part_id, of_part in by_part.items()
    ]
    found = [refund for refund in refunds if refund.amount > 0]
    return tuple(sorted(found, key=lambda refund: (refund.door_number, refund.part_id)))


def _fee_until(bill: FeeBill, last_day: date) -> Fen:
    """Return what the bill comes to until that day, in fen."""
    correction = cut_at(bill, last_day)
    return sum_fen(one.amount for one in remade(correction, [bill.id] * len(correction.pieces), on=last_day))


def explain_refund(refund: ExitRefund, *, policy_version_id: str) -> Explanation:
    """Return how a part's refund came about (interpretation, art. 3)."""
    day = refund.last_day.isoformat()
    return Explanation(
        formula="paid − fee",
        inputs=(
            ExplainedValue("paid", format_money(refund.paid), "yuan", f"payments of bills that reach beyond {day}"),
            ExplainedValue("fee", format_money(refund.fee), "yuan", f"of these bills until {day}"),
        ),
        parameters=(),
        result=format_money(refund.amount),
        clause=CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )
