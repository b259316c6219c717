"""Correction of many estates by a file: which facts a row may correct, and why somebody does it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from kit.errors import ValidationFailed
from kit.tables.cells import is_blank
from services.registry.domain import ledger
from services.registry.domain.estate import EstateFacts
from services.registry.domain.ledger_cells import (
    RawRow,
    area_cell,
    count_cell,
    day_or_year_cell,
    require_plain,
    text_cell,
    word_cell,
)

SHORTEST_REASON: Final = 2
CORRECTED_COLUMNS: Final = (
    ledger.ESTATE_NAME,
    ledger.ENCLOSURE,
    ledger.ESTATE_KIND,
    ledger.BUILT_ON,
    ledger.APPROVED_GROSS_AREA,
    ledger.MANAGED_AREA,
    ledger.HOUSEHOLDS,
)
"""What a row may correct; an empty cell leaves the fact as it is."""

HEADER_OF_FACT: Final = {
    "name": ledger.ESTATE_NAME,
    "enclosure": ledger.ENCLOSURE,
    "kind": ledger.ESTATE_KIND,
    "builtOn": ledger.BUILT_ON,
    "builtYear": ledger.BUILT_ON,
    "approvedGrossArea": ledger.APPROVED_GROSS_AREA,
    "managedArea": ledger.MANAGED_AREA,
    "householdCount": ledger.HOUSEHOLDS,
}
"""The column of each fact, by the name that a refusal's path has for it."""


class ReasonMissing(ValidationFailed):
    """Nobody corrects many records without saying why."""


@dataclass(frozen=True)
class CorrectionRow:
    """One row: the estate's code, and the facts it states."""

    code: str
    stated: dict[str, Any]

    def corrected(self, facts: EstateFacts) -> EstateFacts:
        """Return the facts with those of the row in their place."""
        return replace(facts, **self.stated)


def checked_reason(reason: str | None) -> str:
    """Return why the records are corrected; raises ReasonMissing for less than two characters."""
    text = (reason or "").strip()
    if len(text) < SHORTEST_REASON:
        raise ReasonMissing("say why these records are corrected", path=("input", "reason"), value=reason)
    return text


def check_effective(effective_on: date, *, today: date) -> None:
    """Raise ValidationFailed for a day to come: a correction says what holds, not what will."""
    if effective_on > today:
        raise ValidationFailed(
            "a correction holds from today at the latest", path=("input", "effectiveOn"), value=effective_on
        )


def read_correction_row(row: RawRow) -> CorrectionRow:
    """Return a row's corrections; raises ValidationFailed with the header as its path, also when it states none."""
    require_plain(row)
    stated: dict[str, Any] = {}
    if not is_blank(row.value(ledger.ESTATE_NAME)):
        stated["name"] = text_cell(row, ledger.ESTATE_NAME)
    if not is_blank(row.value(ledger.ENCLOSURE)):
        stated["enclosure"] = word_cell(row, ledger.ENCLOSURE, ledger.ENCLOSURES)
    if not is_blank(row.value(ledger.ESTATE_KIND)):
        stated["kind"] = word_cell(row, ledger.ESTATE_KIND, ledger.ESTATE_KINDS)
    if not is_blank(row.value(ledger.BUILT_ON)):
        stated["built_on"], stated["built_year"] = day_or_year_cell(row, ledger.BUILT_ON)
    if not is_blank(row.value(ledger.APPROVED_GROSS_AREA)):
        stated["approved_gross_area"] = area_cell(row, ledger.APPROVED_GROSS_AREA)
    if not is_blank(row.value(ledger.MANAGED_AREA)):
        stated["managed_area"] = area_cell(row, ledger.MANAGED_AREA)
    if not is_blank(row.value(ledger.HOUSEHOLDS)):
        stated["household_count"] = count_cell(row, ledger.HOUSEHOLDS)
    if not stated:
        raise ValidationFailed("the row corrects nothing", path=(ledger.ESTATE_CODE,))
    return CorrectionRow(text_cell(row, ledger.ESTATE_CODE), stated)
