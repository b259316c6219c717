"""Somebody at a desk: asks and writes through the gateway with a token, and keeps count of the idempotency keys."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from deploy.local.plan import GATEWAY
from deploy.local.ports import HOST
from tests.system.platform_run import PlatformRun

PAYLOAD = "policyVersionId replayed events { id type } warnings { code } errors { code message path value }"
ANSWER_SECONDS = 60.0


class NotAcknowledged(Exception):
    """The write was not answered with a payload: whether it happened is unknown, and the same key asks again."""


@dataclass(frozen=True)
class Answer:
    """What the gateway answered: the status and the two parts of a GraphQL response."""

    status: int
    data: Any
    errors: list[dict[str, Any]]

    @property
    def error_codes(self) -> list[str]:
        """The code of each error, in order."""
        return [error["extensions"]["code"] for error in self.errors]


class Clerk:
    """A caller of the platform; writes get a new idempotency key unless they bring one."""

    def __init__(self, platform: PlatformRun, *roles: str, scopes: tuple[str, ...] = ("*",), subject: str) -> None:
        self.platform = platform
        self.url = f"http://{HOST}:{platform.ports[GATEWAY]}/graphql"
        self.headers = {"authorization": f"Bearer {platform.token(*roles, scopes=scopes, subject=subject)}"}
        self._client = httpx.Client(timeout=ANSWER_SECONDS)

    def ask(self, document: str, *, headers: dict[str, str] | None = None, **variables: Any) -> Answer:
        """Send a document and return the answer; raises NotAcknowledged when there is none."""
        try:
            response = self._client.post(
                self.url, json={"query": document, "variables": variables}, headers=self.headers | (headers or {})
            )
        except httpx.TransportError as problem:
            raise NotAcknowledged(str(problem)) from problem
        body = response.json()
        return Answer(response.status_code, body.get("data"), body.get("errors") or [])

    def read(self, document: str, **variables: Any) -> Any:
        """Return the data of a query that is answered without any error."""
        answer = self.ask(document, **variables)
        assert answer.errors == [], answer.errors
        return answer.data

    def write(self, mutation: str, selection: str = "", *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        """Send a mutation and return its payload; raises NotAcknowledged when the answer holds none."""
        name = mutation[0].upper() + mutation[1:]
        answer = self.ask(
            f"mutation {name}($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} {PAYLOAD} }} }}",
            input={"idempotencyKey": key or uuid.uuid4().hex, **fields},
        )
        payload = None if answer.data is None else answer.data[mutation]
        if payload is None:
            raise NotAcknowledged(f"{answer.status}: {answer.errors}")
        assert isinstance(payload, dict)
        return payload

    def do(self, mutation: str, selection: str = "", *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        """Write, and return the payload of a mutation that is not refused."""
        payload = self.write(mutation, selection, key=key, **fields)
        assert payload["errors"] == [], payload["errors"]
        return payload

    def refusal(self, mutation: str, **fields: Any) -> tuple[str, str, str | None]:
        """Write what is to be refused, and return the one refusal's code, path and value."""
        payload = self.write(mutation, **fields)
        assert len(payload["errors"]) == 1, payload
        error = payload["errors"][0]
        return error["code"], ".".join(error["path"]), error["value"]
