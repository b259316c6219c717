"""DOOR 3, for files and banks: tables go out and bank files come in over plain HTTP, with the caller's token.

::

    GET  /reports/{name}?district=360702[&estate=est_…][&year=2026][&asOf=2026-03-31]
                        [&period=2026-03]    a table as a workbook
    GET  /maintenance-funds/{id}/statements/{year}    the yearly notice of a fund as a PDF
    POST /custody-accounts/{id}/statements    a bank's statement, .xlsx or .csv; answers what was new
    POST /opening-balances[?dryRun=true]    what estates held at the cut-over, .xlsx or .csv; answers what began
    POST /bank-callbacks    a bank says that money came in; signed by the bank instead of a token
"""

import asyncio
import io
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from kit.caller import Caller
from kit.clock import business_date
from kit.days import iso_day
from kit.errors import Refusal, ValidationFailed
from kit.graphql.request import BAD_REQUEST, RequestRefused, correlation_id_of, read_body
from kit.http_routes import HttpRoute, status_of
from kit.mongo import UnitOfWork, run_unit_of_work
from kit.service import Running
from kit.signatures import require_signature
from kit.tables.refusals import RowsRefused
from kit.tables.writing import WORKBOOK_TYPE
from services.finance.domain.bank_callback import CallbackState, callback_of
from services.finance.domain.report import TABLES, ReportOrder, report_kind_of
from services.finance.use_cases.draw_statement import NAMES, draw_statement
from services.finance.use_cases.import_openings import ImportedOpenings, import_openings, read_openings
from services.finance.use_cases.import_statement import ImportedStatement, import_statement, read_statement
from services.finance.use_cases.notice_of_statement import notice_of_statement
from services.finance.use_cases.reports.asked import Asked
from services.finance.use_cases.take_bank_callback import bank_caller, take_bank_callback
from services.finance.use_cases.write_report import write_report

CHUNK_BYTES: Final = 64 * 1024
LONGEST_FILE_BYTES: Final = 5 * 1024 * 1024
LONGEST_CALLBACK_BYTES: Final = 16 * 1024
MOST_TOLD_ROWS: Final = 100
"""How many wrong rows of a statement are told one by one; the others are counted."""
_EARLIEST_YEAR: Final = 1990

AnyRunning = Running[Any]


def routes(
    words: Callable[[Enum], str], bank_secrets: Callable[[AnyRunning], Mapping[str, str]]
) -> tuple[HttpRoute[AnyRunning], ...]:
    """Return the paths; `words` gives an enum value in Chinese, `bank_secrets` each bank's secret by its name."""

    async def signing_bank(request: Request, running: AnyRunning) -> Caller:
        body = await read_body(request, LONGEST_CALLBACK_BYTES)
        bank = require_signature(request.headers, body, secrets=bank_secrets(running), now=running.clock.now())
        request.state.signed_body = body
        request.state.bank = bank
        return bank_caller(bank)

    async def download_report(request: Request, running: AnyRunning, caller: Caller) -> Response:
        kind = report_kind_of(request.path_params["name"])
        order = report_order(request, today=business_date(running.clock.now()))
        directory = tempfile.TemporaryDirectory(prefix="anju-report-")
        path = Path(directory.name) / "table.xlsx"
        try:
            await write_report(kind, Asked(running.mongo, order, caller.scope, words), path)
        except BaseException:
            directory.cleanup()
            raise
        name = f"{TABLES[kind].title}-{order.district}-{order.day.isoformat()}.xlsx"
        return download(path, directory, name=name)

    async def upload_statement(request: Request, running: AnyRunning, caller: Caller) -> Response:
        body = await read_body(request, LONGEST_FILE_BYTES)
        account_id = request.path_params["id"]
        today = business_date(running.clock.now())

        async def act(work: UnitOfWork) -> ImportedStatement:
            return await import_statement(work, account_id, statement)

        try:
            statement = await asyncio.to_thread(read_statement, io.BytesIO(body), account_id=account_id, today=today)
            imported = await run_unit_of_work(
                running.mongo, caller, act, clock=running.clock, correlation_id=correlation_id_of(request)
            )
        except RowsRefused as refusal:
            told = {"errors": _told(refusal.rows[:MOST_TOLD_ROWS]), "refusedRows": len(refusal.rows)}
            return JSONResponse(told, status_code=status_of(refusal.rows[0]))
        answer = {
            "statementId": imported.statement_id,
            "newLines": imported.new_lines,
            "unchangedLines": imported.unchanged_lines,
            "openExceptions": imported.open_exceptions,
        }
        return JSONResponse(answer, status_code=201 if imported.new_lines else 200)

    async def upload_openings(request: Request, running: AnyRunning, caller: Caller) -> Response:
        dry_run = _flag(request.query_params.get("dryRun"))
        body = await read_body(request, LONGEST_FILE_BYTES)
        file = await asyncio.to_thread(read_openings, io.BytesIO(body), clock=running.clock)
        imported = await import_openings(
            running.mongo,
            caller,
            file,
            clock=running.clock,
            correlation_id=correlation_id_of(request),
            dry_run=dry_run,
        )
        return _openings_answer(imported, dry_run=dry_run)

    return (
        HttpRoute("/reports/{name}", "GET", download_report),
        HttpRoute("/maintenance-funds/{id}/statements/{year}", "GET", download_notice),
        HttpRoute("/custody-accounts/{id}/statements", "POST", upload_statement),
        HttpRoute("/opening-balances", "POST", upload_openings),
        HttpRoute("/bank-callbacks", "POST", take_callback, signed_by=signing_bank),
    )


async def download_notice(request: Request, running: AnyRunning, caller: Caller) -> Response:
    """Answer the yearly notice of a maintenance fund as a PDF for the board."""
    today = business_date(running.clock.now())
    year = _year(request.path_params["year"], today=today)
    assert year is not None
    fund_id = request.path_params["id"]
    notice = await notice_of_statement(running.mongo, fund_id, year, scope=caller.scope, today=today)
    content = await asyncio.to_thread(draw_statement, notice)
    name = f"{notice.estate_name}-{NAMES[notice.kind]}-{year}.pdf"
    return Response(content, media_type="application/pdf", headers=_download_headers(name))


async def take_callback(request: Request, running: AnyRunning, caller: Caller) -> Response:
    """Answer what became of a bank's call-back: POSTED, or REFUSED with the code of the refusal."""
    callback = callback_of(request.state.bank, _json_object(request.state.signed_body))
    taken = await take_bank_callback(
        running.mongo, caller, callback, clock=running.clock, correlation_id=correlation_id_of(request)
    )
    answer = {"state": taken.state.value, "bankRef": callback.bank_ref}
    if taken.state is CallbackState.REFUSED:
        answer |= {"code": str(taken.code), "message": str(taken.message)}
    return JSONResponse(answer)


def _told(refusals: Sequence[Refusal]) -> list[dict[str, object]]:
    """Return refusals in the form in which GraphQL tells them."""
    return [
        {"message": one.message, "extensions": {"code": one.code, "path": list(one.path), "value": one.value}}
        for one in refusals
    ]


def _openings_answer(imported: ImportedOpenings, *, dry_run: bool) -> JSONResponse:
    """Answer what began, or every row that stands against it; a dry run tells rows without being refused."""
    errors = _told(imported.refused)
    began = {"opened": imported.opened, "unchanged": imported.unchanged}
    if dry_run:
        return JSONResponse({"dryRun": True, **began, "rows": errors})
    if errors:
        return JSONResponse({"errors": errors}, status_code=status_of(imported.refused[0]))
    return JSONResponse(began, status_code=201 if imported.opened else 200)


def report_order(request: Request, *, today: date) -> ReportOrder:
    """Return what the query of a request asks a table for; raises ValidationFailed naming the parameter."""
    asked = request.query_params
    district = asked.get("district", "")
    if not (len(district) == 6 and district.isascii() and district.isdigit()):
        raise ValidationFailed("district is a six-digit area code", path=("district",), value=district)
    return ReportOrder(
        district=district,
        today=today,
        estate_id=asked.get("estate"),
        year=_year(asked.get("year"), today=today),
        as_of=_day(asked.get("asOf")),
        period=asked.get("period"),
    )


def download(path: Path, directory: "tempfile.TemporaryDirectory[str]", *, name: str) -> StreamingResponse:
    """Return a file as a download in chunks; its directory is removed when the last one is sent, or nobody reads on."""

    async def chunks() -> AsyncIterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    yield chunk
        finally:
            directory.cleanup()

    return StreamingResponse(
        chunks(),
        media_type=WORKBOOK_TYPE,
        headers={"content-length": str(path.stat().st_size), **_download_headers(name)},
    )


def _download_headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }


def _json_object(body: bytes) -> dict[str, object]:
    try:
        members = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400, BAD_REQUEST, "the body is no JSON") from None
    if not isinstance(members, dict):
        raise RequestRefused(400, BAD_REQUEST, "the body is a JSON object")
    return members


def _year(text: str | None, *, today: date) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _EARLIEST_YEAR <= int(text) <= today.year):
        raise ValidationFailed(f"year is from {_EARLIEST_YEAR} to this one", path=("year",), value=text)
    return int(text)


def _flag(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise ValidationFailed("dryRun is true or false", path=("dryRun",), value=text)
    return text == "true"


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        raise ValidationFailed("asOf is a day such as 2026-03-31", path=("asOf",), value=text)
    return day
