"""GraphQL over HTTP: read a request, choose the answer's media type and status."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import orjson

from gateway.pipeline import Answer

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
_JSON_TYPES = {JSON: f"{JSON}; charset=utf-8", GRAPHQL_RESPONSE: f"{GRAPHQL_RESPONSE}; charset=utf-8"}

# By their colons and commas, those in strings too: to read so many takes some milliseconds, one long text does not.
JSON_MEMBERS_MAX = 12_000
JSON_VALUES_MAX = 60_000


class RequestRefused(Exception):
    """An HTTP request that is no GraphQL request."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        well_formed: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self._well_formed = well_formed

    def status_for(self, media_type: str) -> int:
        """Return the status; clients of plain JSON get 200 when only the GraphQL request was refused."""
        return 200 if self._well_formed and media_type == JSON else self.status

    def answer(self) -> dict[str, Any]:
        """Return the refusal as a GraphQL answer."""
        return {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}

    def body(self) -> bytes:
        """Return the refusal as the body of a GraphQL answer."""
        return orjson.dumps(self.answer())


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """The parameters of a GraphQL request, checked."""

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    extensions: dict[str, Any]
    document_id: str | None = None


Batch = list[RequestParameters | RequestRefused]


def read_post(content_type: str | None, body: bytes, batch_max: int = 0) -> RequestParameters | Batch:
    """Return the parameters of a POST body, of a batch one by one; raises RequestRefused.

    Without a `batch_max` batches are refused whole; a member of a batch that is no request is refused alone.
    """
    media_type, _, rest = (content_type or "").partition(";")
    if media_type.strip().lower() != JSON:
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the request as {JSON}.", {"accept-post": JSON})
    charset = rest.partition("charset=")[2].strip().strip('"').lower()
    if charset not in {"", "utf-8", "utf8"}:
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request in UTF-8.")
    if body.count(b":") > JSON_MEMBERS_MAX:
        raise RequestRefused(413, "BODY_TOO_LARGE", f"The request body has more than {JSON_MEMBERS_MAX} members.")
    if body.count(b",") > JSON_VALUES_MAX:
        raise RequestRefused(413, "BODY_TOO_LARGE", f"The request body has more than {JSON_VALUES_MAX} values.")
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, "MALFORMED_JSON", "The request body is not JSON.") from error
    if isinstance(sent, list):
        return _batch(sent, batch_max)
    if not isinstance(sent, dict):
        raise RequestRefused(400, "BAD_REQUEST", "The request body is not a JSON object.")
    return read_parameters(sent)


def _batch(sent: list[Any], batch_max: int) -> Batch:
    if batch_max == 0:
        raise RequestRefused(400, "BATCHING_DISABLED", "Batches of requests are not served; send them one by one.")
    if not sent:
        raise RequestRefused(400, "BAD_REQUEST", "The batch is empty.")
    if len(sent) > batch_max:
        raise RequestRefused(
            400, "BATCH_TOO_LARGE", f"The batch has {len(sent)} requests; at most {batch_max} are answered."
        )
    members: Batch = []
    for one in sent:
        try:
            if not isinstance(one, dict):
                raise RequestRefused(400, "BAD_REQUEST", "The request is not a JSON object.")
            members.append(read_parameters(one))
        except RequestRefused as refusal:
            members.append(refusal)
    return members


def read_get(query_string: bytes) -> RequestParameters:
    """Return the parameters of a GET; raises RequestRefused."""
    try:
        raw = parse_qs(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except (UnicodeDecodeError, ValueError) as error:
        raise RequestRefused(400, "BAD_REQUEST", "The query string cannot be read.") from error
    sent: dict[str, Any] = {name: values[-1] for name, values in raw.items()}
    for name in ("variables", "extensions"):
        if name in sent:
            try:
                sent[name] = orjson.loads(sent[name] or "null")
            except orjson.JSONDecodeError as error:
                raise RequestRefused(400, "MALFORMED_JSON", f"The parameter {name} is not JSON.") from error
    if sent.get("operationName") == "":
        sent["operationName"] = None
    return read_parameters(sent)


def read_parameters(sent: dict[str, Any]) -> RequestParameters:
    """Return the parameters of a decoded request, checked; raises RequestRefused."""
    query, name = sent.get("query"), sent.get("operationName")
    variables, extensions = sent.get("variables"), sent.get("extensions")
    if query is not None and not isinstance(query, str):
        raise RequestRefused(400, "BAD_REQUEST", "The parameter query is not a string.")
    if name is not None and not isinstance(name, str):
        raise RequestRefused(400, "BAD_REQUEST", "The parameter operationName is not a string.")
    if variables is not None and not isinstance(variables, dict):
        raise RequestRefused(400, "BAD_REQUEST", "The parameter variables is not an object.")
    if extensions is not None and not isinstance(extensions, dict):
        raise RequestRefused(400, "BAD_REQUEST", "The parameter extensions is not an object.")
    document_id = sent.get("documentId")
    if document_id is not None and not isinstance(document_id, str):
        raise RequestRefused(400, "BAD_REQUEST", "The parameter documentId is not a string.")
    return RequestParameters(query, name, variables or {}, extensions or {}, document_id)


@lru_cache(maxsize=64)
def choose_media_type(accept: str | None) -> str | None:
    """Return the media type to answer in, or None when the client accepts neither."""
    if accept is None or not accept.strip():
        return JSON
    best: tuple[float, int, str] | None = None
    for position, part in enumerate(accept.split(",")):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        media_range = media_range.lower()
        chosen = {"*/*": JSON, "application/*": JSON, JSON: JSON, GRAPHQL_RESPONSE: GRAPHQL_RESPONSE}.get(media_range)
        if chosen is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, position, chosen)
    return best[2] if best else None


def content_type_of(media_type: str) -> str:
    """Return the content-type header's value."""
    return _JSON_TYPES[media_type]


def status_of(answer: Answer, media_type: str) -> int:
    """Return the status: plain JSON clients get 200 for every well-formed request, others 4xx when refused."""
    if answer.mutation_refused:
        return 405
    if answer.executed or media_type == JSON:
        return 200
    return 400
