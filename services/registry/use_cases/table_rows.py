"""Tables of other columns than a ledger's, out of a workbook or a CSV file: each row under headers that are named."""

from collections.abc import Sequence
from typing import BinaryIO

from kit.tables.cells import is_blank
from kit.tables.reading import TableFileRefused, tables
from services.registry.domain.ledger import columns_of
from services.registry.domain.ledger_cells import RawRow


def table_rows(file: BinaryIO, *, required: Sequence[str], optional: Sequence[str]) -> list[RawRow]:
    """Return the rows below the first line of a small file, its first sheet of a workbook.

    Every row has all the named columns; one that the file lacks is empty. Raises TableFileRefused when a required
    column is missing, when a column is none of those named, or when the file cannot be read.
    """
    lines = list(next(tables(file), ()))
    headers = columns_of(lines[0][1]) if lines else {}
    missing = [header for header in required if header not in headers]
    if missing:
        raise TableFileRefused(f"the table lacks the columns {'、'.join(missing)}", value="、".join(headers))
    foreign = [header for header in headers if header not in (*required, *optional)]
    if foreign:
        raise TableFileRefused(f"the table has columns that are not taken: {'、'.join(foreign)}", value=foreign[0])
    width = max(len(cells) for _, cells in lines)
    columns = {header: headers.get(header, width) for header in (*required, *optional)}
    return [
        RawRow("表", number, columns, cells) for number, cells in lines[1:] if any(not is_blank(cell) for cell in cells)
    ]
