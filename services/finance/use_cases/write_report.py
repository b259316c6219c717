"""Write a table of finance to a workbook: what a download does."""

import asyncio
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from kit.caller import Scope
from kit.mongo import Reader
from kit.tables.writing import WorkbookWriter
from services.finance.domain.report import TABLES, ReportKind, ReportOrder
from services.finance.use_cases.reports import SOURCES


async def write_report(
    reader: Reader, kind: ReportKind, order: ReportOrder, path: Path, *, scope: Scope, words: Callable[[Enum], str]
) -> int:
    """Write the table as far as the scope sees it to a new workbook at the path, and return how many rows it has."""
    table = TABLES[kind]
    writer = WorkbookWriter(path, table.title, table.columns)
    rows = 0
    async for page in SOURCES[kind].rows(reader, order, scope, words):
        # In a thread: a page of a workbook takes tens of milliseconds, and requests must not wait for it.
        await asyncio.to_thread(writer.write, page)
        rows += len(page)
    await asyncio.to_thread(writer.close)
    return rows
