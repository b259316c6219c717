"""Correct facts of many estates by a file, with a reason; every change is kept with what it was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import Refusal
from kit.events import wire_name
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.correction import (
    CORRECTED_COLUMNS,
    HEADER_OF_FACT,
    check_effective,
    checked_reason,
    read_correction_row,
)
from services.registry.domain.estate import EstateFacts, check_estate_facts
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.text import checked_name
from services.registry.store.corrections import CorrectionRecord, add_corrections
from services.registry.store.estates import EstateRecord, find_estates_by_code
from services.registry.use_cases.import_estates import (
    MOST_ROWS_OF_A_MUTATION,
    LedgerTooLarge,
    decoded_ledger,
    result_data,
)
from services.registry.use_cases.landing.rows import distinct, estate_named, readable, row_result
from services.registry.use_cases.register_estate import as_text, differing_fields, save_and_announce_facts
from services.registry.use_cases.roles import KEEP_ESTATES
from services.registry.use_cases.table_rows import table_rows


@dataclass(frozen=True, kw_only=True)
class CorrectEstates:
    """A table of codes and facts, the day from which they hold, and why."""

    content_base64: str
    effective_on: date
    reason: str | None


async def correct_estates(work: UnitOfWork, command: CorrectEstates) -> Outcome:
    """Correct what the rows state and the registry has otherwise; `details["rows"]` has every row's result.

    A row that is refused changes nothing of its estate; the others hold. Raises ForbiddenActor, ReasonMissing,
    LedgerTooLarge beyond 2 MiB or 2,000 rows, and ValidationFailed for a file that cannot be read.
    """
    work.caller.require_role(*KEEP_ESTATES)
    reason = checked_reason(command.reason)
    check_effective(command.effective_on, today=work.today)
    rows = table_rows(
        decoded_ledger(command.content_base64), required=(ledger.ESTATE_CODE,), optional=CORRECTED_COLUMNS
    )
    if len(rows) > MOST_ROWS_OF_A_MUTATION:
        raise LedgerTooLarge(
            f"one request corrects at most {MOST_ROWS_OF_A_MUTATION} estates",
            path=("input", "contentBase64"),
            value=len(rows),
        )
    results = await _correct(work, rows, effective_on=command.effective_on, reason=reason)
    return Outcome(details={"rows": [result_data(results[row.number]) for row in rows]})


async def _correct(
    work: UnitOfWork, rows: Sequence[RawRow], *, effective_on: date, reason: str
) -> dict[int, RowResult]:
    results: dict[int, RowResult] = {}
    read = readable(rows, read_correction_row, results)
    estates = await find_estates_by_code(work, distinct(row.code for _, row in read), scope=work.caller.scope)
    corrections: list[CorrectionRecord] = []
    seen: set[str] = set()
    for raw, row in read:
        try:
            estate = estate_named(estates, row.code)
            if row.code in seen:
                raise ledger.RowRepeated(
                    "an earlier row corrects this estate", path=(ledger.ESTATE_CODE,), value=row.code
                )
            changed = row.corrected(estate.facts)
            _check(changed, today=work.today)
        except Refusal as refusal:
            results[raw.number] = ledger.rejected(raw, refusal)
            continue
        seen.add(row.code)
        fields = differing_fields(estate.facts, changed)
        if fields:
            await save_and_announce_facts(work, estate, changed, effective_on=effective_on)
            corrections.append(_record(work, estate, changed, fields, effective_on=effective_on, reason=reason))
        results[raw.number] = row_result(raw, RowOutcome.LANDED if fields else RowOutcome.UNCHANGED)
    await add_corrections(work, corrections)
    return results


def _check(facts: EstateFacts, *, today: date) -> None:
    try:
        checked_name(facts.name, path=("input", "name"))
        check_estate_facts(facts, today=today)
    except Refusal as refusal:
        refusal.path = (HEADER_OF_FACT[refusal.path[-1]],)
        raise


def _record(
    work: UnitOfWork,
    estate: EstateRecord,
    changed: EstateFacts,
    fields: Sequence[str],
    *,
    effective_on: date,
    reason: str,
) -> CorrectionRecord:
    return CorrectionRecord(
        id=new_id("cor"),
        estate_id=estate.id,
        effective_on=effective_on,
        reason=reason,
        corrected_by=work.caller.subject,
        corrected_at=work.now,
        before={wire_name(name): as_text(getattr(estate.facts, name)) for name in fields},
        after={wire_name(name): as_text(getattr(changed, name)) for name in fields},
        areas=tuple(estate.areas),
    )
