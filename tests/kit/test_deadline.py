"""The deadline header, read and written."""

import pytest

from kit.deadline import header_value, seconds_granted


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 60.0),
        ("1500", 1.5),
        ("60000", 60.0),
        ("60001", 60.0),  # Nobody gets more than the gateway grants.
        ("0", 0.0),
        ("-5", 60.0),
        ("1.5", 60.0),
        ("soon", 60.0),
        ("٣", 60.0),
        ("9" * 400, 60.0),
    ],
)
def test_a_sender_can_only_shorten_its_time(header: str | None, seconds: float) -> None:
    assert seconds_granted(header, 60.0) == seconds


@pytest.mark.parametrize(("seconds", "header"), [(29.9999, "29999"), (0.001, "1"), (0.0, "1"), (-3.0, "1")])
def test_what_is_left_is_told_in_whole_milliseconds(seconds: float, header: str) -> None:
    assert header_value(seconds) == header
