"""Signed calls: who signed, within which window of time, and what is refused without saying why."""

from datetime import UTC, datetime

import pytest

from kit.signatures import WINDOW_SECONDS, SignatureRefused, require_signature, signature_of

SECRET = "s" * 32
SECRETS = {"icbc": SECRET, "ccb": "c" * 32}
NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
BODY = b'{"amount":"1.00"}'


def headers(*, sender: str = "icbc", secret: str = SECRET, sent: str = "", body: bytes = BODY) -> dict[str, str]:
    timestamp = sent or str(int(NOW.timestamp()))
    return {
        "x-anju-sender": sender,
        "x-anju-timestamp": timestamp,
        "x-anju-signature": signature_of(secret, timestamp=timestamp, body=body),
    }


def is_believed(signed: dict[str, str], body: bytes = BODY) -> bool:
    try:
        return require_signature(signed, body, secrets=SECRETS, now=NOW) == "icbc"
    except SignatureRefused as refused:
        assert (refused.status, refused.code) == (401, "UNAUTHENTICATED")
        return False


def test_a_signature_is_the_hmac_of_instant_and_body() -> None:
    # printf '1.body' | openssl dgst -sha256 -hmac ssssssssssssssssssssssssssssssss
    assert signature_of(SECRET, timestamp="1", body=b"body") == (
        "6b9c16ba54a18ce2b8ccf7be3d67ea465e7f93804963564ef69abe8841f6870c"
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-WINDOW_SECONDS - 1, False),
        (-WINDOW_SECONDS, True),
        (0, True),
        (WINDOW_SECONDS, True),
        (WINDOW_SECONDS + 1, False),
    ],
)
def test_a_call_is_believed_within_its_window_of_time(seconds: int, expected: bool) -> None:
    assert is_believed(headers(sent=str(int(NOW.timestamp()) + seconds))) is expected


def test_capital_letters_of_the_signature_are_the_same() -> None:
    signed = headers()

    assert is_believed(signed | {"x-anju-signature": signed["x-anju-signature"].upper()})


@pytest.mark.parametrize(
    "signed",
    [
        {},
        headers(secret="t" * 32),
        headers(sender="ccb"),
        headers(sender="unknown"),
        headers(body=BODY + b" "),
        headers() | {"x-anju-timestamp": str(int(NOW.timestamp()) + 1)},
        headers() | {"x-anju-timestamp": "now"},
        headers() | {"x-anju-timestamp": "9" * 400},
        headers() | {"x-anju-signature": ""},
        headers() | {"x-anju-signature": "é"},
    ],
)
def test_every_other_call_is_refused(signed: dict[str, str]) -> None:
    assert not is_believed(signed)
