"""One place that tells a broken unique index from every other fault of a write."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import BulkWriteError, DuplicateKeyError

from kit.errors import Refusal

_DUPLICATE_KEY = 11000


@contextmanager
def refused_when_taken(refusal: Refusal) -> Iterator[None]:
    """Raise the refusal when the write breaks a unique index; every other fault passes through."""
    try:
        yield
    except DuplicateKeyError as error:
        raise refusal from error
    except BulkWriteError as error:
        if any(fault.get("code") != _DUPLICATE_KEY for fault in (error.details or {}).get("writeErrors", ({},))):
            raise
        raise refusal from error
