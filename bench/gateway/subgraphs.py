"""The subgraphs of all workloads on one port, answered from memory, so that they cost the machine little.

A request that was not seen before is computed by graphql-core, for the public benchmark's four over
`workload/data.json`, for the four of the sketch by its stubs. It is remembered by path and body, so that every
gateway's own entity queries work. `/counts` answers how many requests came.   python -m bench.gateway.subgraphs PORT
"""

import asyncio
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httptools
import uvloop
from graphql import ExecutionResult, GraphQLSchema, build_schema, graphql_sync

from tests.gateway.sketch.stubs import SERVICES, resolve, stub_schema

WORKLOAD = Path(__file__).parent / "workload"
DATA = json.loads((WORKLOAD / "data.json").read_text(encoding="utf-8"))
USERS = {user["id"]: user for user in DATA["users"]}
PRODUCTS = {product["upc"]: product for product in DATA["products"]}
FEDERATION = "scalar _Any\n"
ENTITIES = "_entities(representations: [_Any!]!): [_Entity]!"


def review(row: dict[str, Any]) -> dict[str, Any]:
    """Return a review whose author and product are resolved when asked."""
    return {
        "__typename": "Review",
        "id": row["id"],
        "body": row["body"],
        "product": lambda _info: reviewed(row["upc"]),
        "author": lambda _info: {"__typename": "User", "id": "1", "username": "urigo", "reviews": first_reviews},
    }


def first_reviews(_info: object) -> list[dict[str, Any]]:
    """Return the reviews every user has."""
    return [review(row) for row in DATA["reviews"][:2]]


def reviewed(upc: str) -> dict[str, Any]:
    """Return a product with its reviews."""
    return {
        "__typename": "Product",
        "upc": upc,
        "reviews": lambda _info: [review(row) for row in DATA["reviews"] if row["upc"] == upc],
    }


def review_entity(sent: dict[str, Any]) -> dict[str, Any]:
    """Find any entity of the reviews subgraph."""
    if sent["__typename"] == "Product":
        return reviewed(sent["upc"])
    if sent["__typename"] == "User":
        return {"__typename": "User", "id": sent["id"], "username": "user", "reviews": first_reviews}
    return review(next(row for row in DATA["reviews"] if row["id"] == sent["id"]))


Entity = Callable[[dict[str, Any]], dict[str, Any]]
SUBGRAPHS: dict[str, tuple[str, Entity, dict[str, Any]]] = {
    "accounts": (
        "union _Entity = User type User { id: ID! name: String username: String birthday: Int }"
        f" type Query {{ me: User user(id: ID!): User users: [User] {ENTITIES} }}",
        lambda sent: {"__typename": "User", **USERS[sent["id"]]},
        {"me": DATA["users"][0], "user": lambda _info, **given: USERS.get(given["id"]), "users": DATA["users"]},
    ),
    "products": (
        "union _Entity = Product type Product { upc: String! name: String price: Int weight: Int }"
        f" type Query {{ topProducts(first: Int = 5): [Product] {ENTITIES} }}",
        lambda sent: {"__typename": "Product", **PRODUCTS[sent["upc"]]},
        {"topProducts": lambda _info, first=5: DATA["products"][: 5 if first is None else first]},
    ),
    "inventory": (
        "union _Entity = Product"
        " type Product { upc: String! weight: Int price: Int inStock: Boolean shippingEstimate: Int }"
        f" type Query {{ {ENTITIES} }}",
        lambda sent: {
            "__typename": "Product",
            "upc": sent["upc"],
            "inStock": DATA["inventory"][sent["upc"]],
            "shippingEstimate": None,
        },
        {},
    ),
    "reviews": (
        "union _Entity = User | Product | Review"
        " type Review { id: ID! body: String product: Product author: User }"
        " type User { id: ID! username: String reviews: [Review] }"
        f" type Product {{ upc: String! reviews: [Review] }} type Query {{ {ENTITIES} }}",
        review_entity,
        {},
    ),
}
SCHEMAS: dict[str, GraphQLSchema] = {name: build_schema(FEDERATION + sdl) for name, (sdl, _, _) in SUBGRAPHS.items()}
ANSWERS: dict[tuple[bytes, bytes], bytes] = {}


def answer(path: bytes, body: bytes) -> bytes:
    """Return the whole HTTP response, from memory if it was asked before."""
    known = ANSWERS.get((path, body))
    if known is None:
        sent = json.loads(body)
        result = compute(path.decode().strip("/"), sent["query"], sent.get("variables"))
        known = ANSWERS[path, body] = response(json.dumps(result.formatted, separators=(",", ":")).encode())
    return known


def compute(name: str, query: str, variables: dict[str, Any] | None) -> ExecutionResult:
    """Return the subgraph's answer to a query."""
    if name in SERVICES:
        return graphql_sync(sketch(name), query, {"seed": "Query"}, variable_values=variables, field_resolver=resolve)
    _, entity, roots = SUBGRAPHS[name]
    root: dict[str, Any] = {
        **roots,
        "_entities": lambda _info, representations: [entity(one) for one in representations],
    }
    return graphql_sync(SCHEMAS[name], query, root, variable_values=variables)


@cache
def sketch(name: str) -> GraphQLSchema:
    """Return the schema of one of the sketch's services."""
    return stub_schema(name)


def response(content: bytes) -> bytes:
    """Return an HTTP response with this JSON."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
        len(content),
        content,
    )


class _Connection(asyncio.Protocol):
    """Answers the requests of one connection in order."""

    requests = 0  # Of all connections.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.parser = httptools.HttpRequestParser(self)
        self.path, self.body = b"", b""

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.path += url

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        path, body = self.path, self.body
        self.path, self.body = b"", b""
        if path == b"/counts":
            self.transport.write(response(b"%d" % _Connection.requests))
            return
        _Connection.requests += 1
        self.transport.write(answer(path, body))


async def serve(port: int) -> None:
    """Answer on the port until the process ends."""
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
