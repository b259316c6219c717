"""What of a subgraph's error reaches clients: the listed extensions, never a stack trace, no internal message."""

from typing import Any

import pytest

from gateway.executor.errors import ALL_EXTENSIONS, MASKED_MESSAGE, ErrorCollector
from gateway.settings import GatewaySettings, settings_from_environment

FROM_SUBGRAPH = {
    "message": "no such estate",
    "extensions": {"code": "NOT_FOUND", "value": "est_1", "sql": "SELECT", "stacktrace": ["a.py:1"], "exception": {}},
}


def told(error: Any, **options: Any) -> dict[str, Any]:
    """Return the error as the client gets it."""
    collector = ErrorCollector(**options)
    collector.add_from_subgraph(error, path=["estate"], subgraph="registry")
    return collector.errors[0]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (("code", "value"), {"code": "NOT_FOUND", "value": "est_1", "serviceName": "registry"}),
        (("stacktrace",), {"stacktrace": ["a.py:1"], "code": "NOT_FOUND", "serviceName": "registry"}),
        ((), {"code": "NOT_FOUND", "serviceName": "registry"}),
        ((ALL_EXTENSIONS,), {"code": "NOT_FOUND", "value": "est_1", "sql": "SELECT", "serviceName": "registry"}),
    ],
)
def test_only_listed_extensions_go_out(shown: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert told(FROM_SUBGRAPH, extensions_shown=shown)["extensions"] == expected


@pytest.mark.parametrize("code", [None, "INTERNAL_SERVER_ERROR"])
def test_an_internal_error_is_masked_with_all_it_says(code: str | None) -> None:
    error = {"message": "password wrong", "extensions": {"code": code, "value": "10.0.0.5"}}

    masked = told(error, mask_messages=True)

    assert masked["message"] == MASKED_MESSAGE
    assert masked["extensions"] == {"code": code or "DOWNSTREAM_SERVICE_ERROR", "serviceName": "registry"}


@pytest.mark.parametrize("error", [None, 7, [], {"message": 7}, {"message": "m", "extensions": "e"}])
def test_what_is_no_error_becomes_one(error: Any) -> None:
    assert told(error)["extensions"] == {"code": "DOWNSTREAM_SERVICE_ERROR", "serviceName": "registry"}


def test_the_list_comes_from_the_environment_and_holds_no_internals_by_default() -> None:
    given = settings_from_environment({"ANJU_GATEWAY_ERROR_EXTENSIONS": "code, hint"})

    assert given["error_extensions"] == ("code", "hint")
    assert GatewaySettings.__dataclass_fields__["error_extensions"].default == (
        "code",
        "value",
        "inputPath",
        "traceId",
    )
