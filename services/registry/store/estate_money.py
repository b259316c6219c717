"""How an estate's document carries what finance announced of its arrears and funds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kit.days import text_of
from kit.money import Fen
from kit.ratio import Ratio
from policy.vocabulary import CustodyKind
from services.registry.domain.arrears_mark import ArrearsCrossing, ThresholdDirection
from services.registry.domain.fund_custody import FundCustody


def crossing_document(crossing: ArrearsCrossing | None) -> dict[str, Any] | None:
    """Return the latest crossing of the threshold of arrears as it is stored; None before one is known."""
    if crossing is None:
        return None
    return {
        "as_of": text_of(crossing.as_of),
        "direction": crossing.direction.value,
        "ratio": crossing.ratio,
        "threshold": crossing.threshold,
    }


def crossing_of(document: Mapping[str, Any] | None) -> ArrearsCrossing | None:
    """Return the latest crossing that is stored."""
    if document is None:
        return None
    return ArrearsCrossing(
        as_of=date.fromisoformat(document["as_of"]),
        direction=ThresholdDirection(document["direction"]),
        ratio=_ratio(document["ratio"]),
        threshold=_ratio(document["threshold"]),
    )


def custody_documents(custodies: Sequence[FundCustody]) -> list[dict[str, Any]]:
    """Return where the funds are kept as it is stored."""
    return [
        {
            "fund_id": one.fund_id,
            "custody": one.custody.value,
            "amount": one.amount,
            "moved_on": text_of(one.moved_on),
            "version": one.version,
        }
        for one in custodies
    ]


def custodies_of(documents: Sequence[Mapping[str, Any]]) -> tuple[FundCustody, ...]:
    """Return where the funds are kept, as it is stored."""
    return tuple(
        FundCustody(
            fund_id=one["fund_id"],
            custody=CustodyKind(one["custody"]),
            amount=Fen(one["amount"]),
            moved_on=date.fromisoformat(one["moved_on"]),
            version=one["version"],
        )
        for one in documents
    )


def _ratio(whole: int | None) -> Ratio | None:
    return None if whole is None else Ratio(whole)
