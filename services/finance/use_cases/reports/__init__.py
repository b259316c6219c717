"""Where the rows of each table come from; a new table is one entry here and one in `domain/report.py`."""

from collections.abc import Callable, Mapping
from typing import Final

from services.finance.domain.report import ReportKind
from services.finance.use_cases.reports.arrears_list import arrears_list_rows
from services.finance.use_cases.reports.asked import Asked, Rows
from services.finance.use_cases.reports.deposit_register import deposit_register_rows
from services.finance.use_cases.reports.fee_collection import fee_collection_rows
from services.finance.use_cases.reports.maintenance_statement import maintenance_statement_rows
from services.finance.use_cases.reports.public_revenue import public_revenue_rows

SOURCES: Final[Mapping[ReportKind, Callable[[Asked], Rows]]] = {
    ReportKind.DEPOSIT_REGISTER: deposit_register_rows,
    ReportKind.MAINTENANCE_STATEMENT: maintenance_statement_rows,
    ReportKind.ARREARS_LIST: arrears_list_rows,
    ReportKind.PUBLIC_REVENUE: public_revenue_rows,
    ReportKind.FEE_COLLECTION: fee_collection_rows,
}
"""Gives the rows of a table, a page at a time, as far as the caller's scope sees them."""
