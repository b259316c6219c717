"""The federated schema of one service, and its printed form.

::

    # services/registry/graphql/schema.py
    SCHEMA = build_schema(query=Query, mutation=Mutation, types=(Street, Community))

Types that the service only extends are listed in `types` when no field of the service leads to them.
"""

import inspect
from collections.abc import Iterable, Iterator
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from graphql.validation import NoSchemaIntrospectionCustomRule
from strawberry.extensions import MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from kit.errors import ValidationFailed
from kit.graphql.door import RequestContext
from kit.graphql.scalars import SCALARS

FEDERATION_VERSION: Final = "2.9"
MOST_TOKENS = 20_000  # A gateway fetch of a screen has some hundreds.
CACHED_DOCUMENTS = 256
MOST_REPRESENTATIONS = 10_000


class IntrospectionGate(SchemaExtension):
    """Refuses introspection unless the request's door allows it."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context.context
        if not (isinstance(context, RequestContext) and context.door.introspection):
            self.execution_context.validation_rules += (NoSchemaIntrospectionCustomRule,)
        yield


class Schema(strawberry.federation.Schema):
    """A strawberry federation schema whose entities answer one by one: one bad key nulls itself, not its neighbours."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing here: `kit.graphql.faults` logs each fault once, with its trace and without personal data."""

    def entities_resolver(
        self, info: strawberry.Info[Any, Any], representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Answer `_entities`: one awaitable, value, null or error per representation, in the order asked."""
        if len(representations) > MOST_REPRESENTATIONS:
            raise ValidationFailed(
                f"_entities answers at most {MOST_REPRESENTATIONS} representations", value=len(representations)
            )
        return [self._entity(info, representation) for representation in representations]

    def _entity(self, info: strawberry.Info[Any, Any], representation: Any) -> Any:
        try:
            type_name = representation["__typename"]
            definition = self.schema_converter.type_map[type_name].definition
            resolve = definition.origin.resolve_reference  # type: ignore[union-attr]
        except (TypeError, KeyError, AttributeError):
            return ValidationFailed("no entity of this service", path=("representations",), value=representation)
        keys = {name: value for name, value in representation.items() if name != "__typename"}
        try:
            inspect.signature(resolve).bind(info=info, **keys)
        except TypeError:
            found_by = ", ".join(sorted(map(str, keys))) or "nothing"
            return ValidationFailed(f"{type_name} is not found by {found_by}", path=("representations",))
        return resolve(info=info, **keys)


def build_schema(
    *, query: type, mutation: type | None = None, subscription: type | None = None, types: Iterable[type] = ()
) -> Schema:
    """Return the service's federation schema with the kit's scalars."""
    return Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=tuple(types),
        config=StrawberryConfig(scalar_map=SCALARS),
        federation_version=FEDERATION_VERSION,
        extensions=[
            IntrospectionGate,
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        ],
    )


def print_sdl(schema: strawberry.Schema) -> str:
    """Return the schema as the subgraph's SDL, ending with one newline: what is committed and composed."""
    return schema.as_str().rstrip() + "\n"
