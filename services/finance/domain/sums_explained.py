"""How the sums that are shown came about: of an estate's bills, of a part's account, of a year's public revenue."""

from collections.abc import Sequence
from typing import Final

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money, sum_fen
from kit.ratio import format_ratio
from services.finance.domain.fee_summary import FeeSummary
from services.finance.domain.public_revenue import PublicRevenue

DOCUMENT: Final = "《中华人民共和国民法典》"
FEES_CLAUSE: Final = "第九百四十四条"
REVENUE_CLAUSE: Final = "第二百八十二条"


def explain_collection(summary: FeeSummary, *, policy_version_id: str) -> Explanation:
    """Return how the collection rate of a period came about; its result is empty where nothing was billed."""
    rate = summary.collection_rate
    return Explanation(
        formula="collected ÷ billed",
        inputs=(
            ExplainedValue("collected", format_money(summary.collected), "yuan", "payments on these bills"),
            ExplainedValue("billed", format_money(summary.billed), "yuan", f"bills of {summary.period}"),
        ),
        parameters=(),
        result="" if rate is None else format_ratio(rate),
        clause=FEES_CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
        rounding="half-up to four digits",
    )


def explain_balance(*, prepaid: Fen, owed: Fen, bill_count: int, policy_version_id: str) -> Explanation:
    """Return how the balance of a part's fee account came about."""
    return Explanation(
        formula="prepaid − Σ outstanding",
        inputs=(
            ExplainedValue("prepaid", format_money(prepaid), "yuan", "payments"),
            ExplainedValue("Σ outstanding", format_money(owed), "yuan", f"{bill_count} bills"),
        ),
        parameters=(),
        result=format_money(Fen(prepaid - owed)),
        clause=FEES_CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )


def explain_year(revenues: Sequence[PublicRevenue], *, policy_version_id: str) -> Explanation:
    """Return how the net public revenue of a year came about (Civil Code, art. 282)."""
    gross, cost = sum_fen(one.gross for one in revenues), sum_fen(one.cost for one in revenues)
    return Explanation(
        formula="Σ gross − Σ cost",
        inputs=(
            ExplainedValue("Σ gross", format_money(gross), "yuan", f"{len(revenues)} incomes"),
            ExplainedValue("Σ cost", format_money(cost), "yuan", "documents that prove it"),
        ),
        parameters=(),
        result=format_money(sum_fen(one.net for one in revenues)),
        clause=REVENUE_CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )
