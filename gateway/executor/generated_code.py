"""Functions made from source at plan time. Values come in by name, so that plans of one shape share compiled code."""

from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any


def build_function(name: str, lines: list[str], values: dict[str, Any]) -> Callable[..., Any]:
    """Return the function `name` that the lines define, with `values` as its globals.

    Only the gateway's own words may stand in the lines; names from schemas and queries are string literals or values.
    """
    exec(_compiled("\n".join(lines), name), values)
    function: Callable[..., Any] = values[name]
    return function


@lru_cache(maxsize=4096)
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<generated {name}>", "exec")
