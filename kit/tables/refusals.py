"""What stands against the rows of a table: the file is refused as a whole, and all wrong rows are told at once."""

from collections.abc import Sequence

from kit.errors import Refusal, ValidationFailed


class RowsRefused(ValidationFailed):
    """Rows of a file cannot be taken, and so nothing of it is; `rows` are the refusals of all of them."""

    def __init__(self, rows: Sequence[Refusal]) -> None:
        """Take the refusals, at least one, and speak as the first of them."""
        super().__init__(rows[0].message, path=rows[0].path, value=rows[0].value)
        self.rows = tuple(rows)
