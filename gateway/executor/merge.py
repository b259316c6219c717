"""Merge a subgraph's answer into the data gathered so far."""

from typing import Any


def merge_object(target: dict[str, Any], answer: dict[str, Any]) -> None:
    """Add the answer's values to the target; objects are merged, lists item by item, a value replaces null."""
    for key, value in answer.items():
        known = target.get(key)
        if known is None:
            target[key] = value
        elif known is not value and value is not None:
            target[key] = _merge_value(known, value)


def _merge_value(known: Any, value: Any) -> Any:
    if isinstance(known, dict) and isinstance(value, dict):
        merge_object(known, value)
        return known
    if isinstance(known, list) and isinstance(value, list) and len(known) == len(value):
        return [
            item if before is None else before if item is None else _merge_value(before, item)
            for before, item in zip(known, value, strict=True)
        ]
    return value if not isinstance(known, dict | list) else known
