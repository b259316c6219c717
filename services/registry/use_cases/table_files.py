"""The registry's lists as table files: which writer and which media type each kind of file has."""

from collections.abc import Sequence
from pathlib import Path

from kit.tables.writing import CsvWriter, TableWriter, WorkbookWriter
from services.registry.domain.content import MediaType
from services.registry.domain.export import TableFormat


def table_writer(path: Path, table_format: TableFormat, *, title: str, headers: Sequence[str]) -> TableWriter:
    """Return a writer of a new file at the path."""
    if table_format is TableFormat.XLSX:
        return WorkbookWriter(path, title, headers)
    return CsvWriter(path, headers)


def media_type_of(table_format: TableFormat) -> MediaType:
    """Return the media type of a table file."""
    return MediaType.WORKBOOK if table_format is TableFormat.XLSX else MediaType.CSV
