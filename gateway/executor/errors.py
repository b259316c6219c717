"""Errors as the client sees them."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger(__name__)

ALL_EXTENSIONS = "*"

MASKED_MESSAGE = "Unexpected error."
_NEVER_SHOWN = frozenset({"stacktrace", "exception"})


@dataclass(slots=True)
class ErrorCollector:
    """Gathers the errors of one request; of subgraphs' extensions those named by `extensions_shown`, or all by `*`."""

    mask_messages: bool = False
    extensions_shown: Collection[str] = (ALL_EXTENSIONS,)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, message: str, *, path: list[str | int] | None = None, code: str, subgraph: str | None = None) -> None:
        """Add an error of the gateway's own."""
        extensions: dict[str, Any] = {"code": code}
        if subgraph is not None:
            extensions["serviceName"] = subgraph
        error: dict[str, Any] = {"message": message, "extensions": extensions}
        if path is not None:
            error["path"] = path
        self.errors.append(error)

    def add_from_subgraph(self, error: Any, *, path: list[str | int] | None, subgraph: str) -> None:
        """Add an error that a subgraph answered; a message without a code is internal and may be masked."""
        given = error if isinstance(error, dict) else {}
        extensions = dict(given["extensions"]) if isinstance(given.get("extensions"), dict) else {}
        code = extensions.get("code")
        extensions = self._shown(extensions)
        message = given.get("message")
        if not isinstance(message, str):
            message = MASKED_MESSAGE
        if self.mask_messages and code in (None, "INTERNAL_SERVER_ERROR"):
            # Clients learn nothing of it, so the operators must.
            logger.warning("subgraph %s answered an internal error: %.300s", subgraph, message)
            message = MASKED_MESSAGE
            extensions = {}
        extensions["code"] = code if isinstance(code, str) else "DOWNSTREAM_SERVICE_ERROR"
        extensions["serviceName"] = subgraph
        answered: dict[str, Any] = {"message": message, "extensions": extensions}
        if path is not None:
            answered["path"] = path
        self.errors.append(answered)

    def _shown(self, extensions: dict[str, Any]) -> dict[str, Any]:
        if ALL_EXTENSIONS in self.extensions_shown:
            return {name: value for name, value in extensions.items() if name not in _NEVER_SHOWN}
        return {name: extensions[name] for name in self.extensions_shown if name in extensions}
