"""Why the platform could not be brought up, in words for the person who typed `make up`."""

from __future__ import annotations

from collections.abc import Sequence


class UnableToRun(Exception):
    """The platform cannot run as asked; the message says which part and why, `log_lines` what it last said."""

    def __init__(self, message: str, *, log_lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.log_lines = tuple(log_lines)


class PortTaken(UnableToRun):
    """Another process listens where one of ours should."""


class DirectoryTaken(UnableToRun):
    """Another run is at work in the same state directory."""


class ProcessDied(UnableToRun):
    """One of our processes ended by itself."""


class NotReadyInTime(UnableToRun):
    """One of our processes runs but does not become ready."""


class LedgerNotImported(UnableToRun):
    """The demonstration ledger could not be imported."""


class StoryNotTold(UnableToRun):
    """The demonstration city's first contracts could not be made."""
