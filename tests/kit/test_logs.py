"""Logs are JSON lines with a trace id and without personal data."""

import io
import json
import logging
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from kit.logs import JsonFormatter, without_personal_data


def logged(message: str, *arguments: object, **options: Any) -> dict[str, Any]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("registry"))
    logger = logging.Logger("anju.test")
    logger.addHandler(handler)
    logger.error(message, *arguments, **options)
    line: dict[str, Any] = json.loads(stream.getvalue())
    return line


@pytest.mark.parametrize(
    "text",
    [
        "11010119900307123X",
        "110101199003071234",
        "13812345678",
        "+86 138 1234 5678",
        "138-1234-5678",
        "0797-8123456",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "chen@example.com",
        "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1In0.c2ln",
    ],
)
def test_numbers_addresses_and_tokens_of_people_are_masked(text: str) -> None:
    assert without_personal_data(f"业主 {text}, asked") == "业主 ***, asked"
    assert without_personal_data(f"业主{text}，来访") == "业主***，来访"


def test_a_password_in_an_address_is_masked() -> None:
    assert without_personal_data("mongodb://anju:s3cret@db:27017/x") == "mongodb://***@db:27017/x"


@pytest.mark.parametrize(
    "text",
    [
        "est_01920f3c5b7a7c1e9d2f3a4b5c6d7e8f",
        "360702-v1",
        "2025-03-01T08:00:00.000Z",
        "RegistryContractSigned at 20000.00 yuan",
        "port 27017",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
    ],
)
def test_ids_dates_and_amounts_stay_readable(text: str) -> None:
    assert without_personal_data(text) == text


def test_a_line_is_json_with_the_fields_that_came_along() -> None:
    line = logged("paid %s", "est_1", extra={"attempt": 2, "phone": "13812345678", "rows": [1]})

    assert line["message"] == "paid est_1"
    assert (line["level"], line["service"], line["attempt"], line["phone"]) == ("ERROR", "registry", 2, "***")
    assert "rows" not in line
    assert "traceId" not in line


def test_a_line_inside_a_trace_names_it() -> None:
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        line = logged("working")

    assert line["traceId"] == format(span.get_span_context().trace_id, "032x")


def test_an_exception_is_logged_by_type_and_place_never_by_its_text() -> None:
    try:
        raise ValueError("业主张三, 110101199003071234")
    except ValueError:
        line = logged("fault", exc_info=True)

    assert line["exception"] == "ValueError"
    assert line["stack"][0].endswith("test_an_exception_is_logged_by_type_and_place_never_by_its_text")
    assert "张三" not in json.dumps(line, ensure_ascii=False)
