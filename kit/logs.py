"""Logs as JSON lines on standard error, each with its trace id, none with personal data.

Code logs ids, codes and counts. What slips in all the same is masked here: telephone numbers, identity-card numbers,
bank accounts, tokens and passwords in URIs. Names cannot be recognised, so no line is built from an input's text.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

from kit.telemetry import current_trace_id

MASK = "***"
LONGEST_MESSAGE = 4000

# ASCII classes: Chinese text writes no space between a word and a number.
_PERSONAL = (
    # An identity card has 17 digits and a check digit or X; no boundary, so that "id110101…" is masked too.
    re.compile(
        r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)", re.ASCII
    ),
    # Bank accounts and cards, also in groups of four.
    re.compile(r"(?<![\w.-])\d{4}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,7})?(?![\w.-])", re.ASCII),
    # Mobile numbers, with or without +86; landlines with an area code.
    re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\w.])", re.ASCII),
    re.compile(r"(?<![\w.])0\d{2,3}-\d{7,8}(?![\w.])", re.ASCII),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII),
    # Signed tokens.
    re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*", re.ASCII),
)
_PASSWORD_IN_URI = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")

_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def without_personal_data(text: str) -> str:
    """Return `text` with whatever looks like a person's number, address or secret replaced by three asterisks."""
    text = _PASSWORD_IN_URI.sub(MASK, text)
    for pattern in _PERSONAL:
        text = pattern.sub(MASK, text)
    return text


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; `extra` fields that are texts, numbers or booleans come along."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": without_personal_data(record.getMessage()[:LONGEST_MESSAGE]),
        }
        trace_id = current_trace_id()
        if trace_id is not None:
            line["traceId"] = trace_id
        for name, value in vars(record).items():
            if name not in _OWN_FIELDS and isinstance(value, str | int | float | bool):
                line[name] = without_personal_data(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__qualname__
            line["stack"] = _places(record)
        return json.dumps(line, ensure_ascii=False)


def _places(record: logging.LogRecord) -> list[str]:
    # File, line and function of each frame; no source text and no exception text, which may quote an input.
    places = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def set_up_logs(service: str, level: str, *, stream: TextIO | None = None) -> None:
    """Send every log of the process through `JsonFormatter`; access logs are left to the metrics."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"
    for name in ("httpx", "httpcore", "pymongo", "nats"):
        logging.getLogger(name).setLevel(logging.WARNING)
