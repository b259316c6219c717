"""How a balance and a statement of a maintenance fund came about, line by line."""

from kit.explanation import ExplainedValue, Explanation
from kit.money import Fen, format_money
from policy.instruments.maintenance_fund import MaintenanceFundPolicy
from services.finance.domain.maintenance_statement import AnnualStatement

DOCUMENT = "《住宅专项维修资金管理办法》（建设部、财政部令第165号）"
CLAUSE_OF_ACCOUNTS = "第十条、第十一条"
STATEMENT_FORMULA = "opening + deposits + matches + interest − uses − refunds"


def explain_statement(statement: AnnualStatement, *, policy_version_id: str) -> Explanation:
    """Return how the closing balance of a statement came about (arts. 30 and 31)."""
    lines = (
        ("opening", statement.opening, "balance before the year"),
        ("deposits", statement.deposits, "receipts"),
        ("matches", statement.matches, "district finance"),
        ("interest", statement.interest, "bank, and income that rolls over"),
        ("uses", statement.uses, "payments to contractors"),
        ("refunds", statement.refunds, "payments back to owners"),
    )
    return Explanation(
        formula=STATEMENT_FORMULA,
        inputs=tuple(ExplainedValue(name, format_money(amount), "yuan", source) for name, amount, source in lines),
        parameters=(),
        result=format_money(statement.closing),
        clause="第三十条、第三十一条",
        document=DOCUMENT,
        policy_version_id=policy_version_id,
    )


def explain_fund(
    *,
    doors: Fen,
    door_count: int,
    pool: Fen,
    balance: Fen,
    policy_version_id: str,
    policy: MaintenanceFundPolicy | None = None,
) -> Explanation:
    """Return how a fund's balance is made of its doors and its pool.

    `policy` is the district's document of the old-estate fund (ZG-28); without one it is the fund of Decree 165.
    """
    source = None if policy is None else policy.source
    return Explanation(
        formula="Σ doors + pool",
        inputs=(
            ExplainedValue("Σ doors", format_money(doors), "yuan", f"{door_count} sub-accounts"),
            ExplainedValue("pool", format_money(pool), "yuan", "ledger"),
        ),
        parameters=(),
        result=format_money(balance),
        clause=CLAUSE_OF_ACCOUNTS if source is None else source.clause or "",
        document=DOCUMENT if source is None else source.document,
        policy_version_id=policy_version_id,
    )
