"""Signed calls of systems that bring no token: HMAC-SHA256 over the instant and the body, within a window of time.

The signature is the hexadecimal HMAC-SHA256, under a secret that both sides hold, of the instant in seconds since 1970
as decimal text, a full stop, and the body as it is sent. The instant is covered too: an old call cannot be sent
again later under a new time.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kit.graphql.request import UNAUTHENTICATED, RequestRefused

WINDOW_SECONDS: Final = 300
"""How far the caller's clock and ours may be apart, the time on the way included."""

FEWEST_SECRET_CHARACTERS: Final = 32

SENDER_HEADER: Final = "x-anju-sender"
TIMESTAMP_HEADER: Final = "x-anju-timestamp"
SIGNATURE_HEADER: Final = "x-anju-signature"

_LONGEST_TIMESTAMP: Final = 12


class SignatureRefused(RequestRefused):
    """The call is not signed by a known sender, or not now; which of them it is, is not told."""

    def __init__(self) -> None:
        super().__init__(401, UNAUTHENTICATED, "the call is not signed by a known sender, or its time is over")


def signature_of(secret: str, *, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at an instant."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def require_signature(headers: Mapping[str, str], body: bytes, *, secrets: Mapping[str, str], now: datetime) -> str:
    """Return the name of the sender that signed the body; raises SignatureRefused for every other call."""
    sender = headers.get(SENDER_HEADER, "")
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    signature = headers.get(SIGNATURE_HEADER, "")
    secret = secrets.get(sender)
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIMESTAMP
    if secret is None or not is_number or not signature.isascii():
        raise SignatureRefused
    expected = signature_of(secret, timestamp=timestamp, body=body)
    is_signed = hmac.compare_digest(expected, signature.lower())
    if not is_signed or abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRefused
    return sender
