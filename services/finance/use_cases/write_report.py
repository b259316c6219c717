"""Write a table of finance to a workbook: what a download does."""

import asyncio
from pathlib import Path

from kit.tables.writing import WorkbookWriter
from services.finance.domain.report import TABLES, ReportKind
from services.finance.use_cases.reports import SOURCES
from services.finance.use_cases.reports.asked import Asked


async def write_report(kind: ReportKind, asked: Asked, path: Path) -> int:
    """Write the table as far as the caller sees it to a new workbook at the path, and return how many rows it has."""
    table = TABLES[kind]
    writer = WorkbookWriter(path, table.title, table.columns)
    rows = 0
    try:
        async for page in SOURCES[kind](asked):
            # In a thread: a page of a workbook takes tens of milliseconds, and requests must not wait for it.
            await asyncio.to_thread(writer.write, page)
            rows += len(page)
    finally:
        # Also of an order that was refused: a workbook that is never closed keeps its file open.
        await asyncio.to_thread(writer.close)
    return rows
