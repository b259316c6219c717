"""Answer what clients ask of the schema itself: at the root, and wherever a field answers the query type again."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)

from gateway.executor.errors import ErrorCollector
from gateway.executor.representations import JsonObject, ObjectFinder
from gateway.executor.run_plan import static_path
from gateway.planner.query_tree import QueryField
from gateway.supergraph.model import Supergraph


class IntrospectionAnswers:
    """Prepared once per plan; puts its answers into the gathered data, under the keys of their fields."""

    def __init__(
        self,
        asked: Sequence[QueryField],
        operation: OperationDefinitionNode,
        document: DocumentNode,
        supergraph: Supergraph,
    ) -> None:
        self.schema: GraphQLSchema = supergraph.public_schema
        self._asked = [(one, ObjectFinder(one.position, _narrowing(one), supergraph)) for one in asked]
        selections = [_renamed(node, f"_{number}") for number, one in enumerate(asked) for node in one.introspection]
        alone = OperationDefinitionNode(
            operation=OperationType.QUERY,
            name=operation.name,
            variable_definitions=operation.variable_definitions,
            directives=(),
            selection_set=SelectionSetNode(selections=tuple(selections)),
        )
        fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self._document = DocumentNode(definitions=(alone, *fragments))

    def answer(self, variables: Mapping[str, Any], data: JsonObject, errors: ErrorCollector) -> None:
        """Put the answers to every object of which they are asked; what cannot be answered is told in `errors`."""
        result = execute_sync(self.schema, self._document, variable_values=dict(variables))
        answered = result.data or {}
        for number, (one, finder) in enumerate(self._asked):
            for holder in finder.objects(data):
                holder[one.key] = answered.get(f"_{number}")
        for error in result.errors or ():
            first, *below = error.path or ["_0"]
            one, _ = self._asked[int(str(first)[1:])]
            path = [*static_path(one.position), one.response_name or one.name, *below]
            errors.add(error.message, path=path, code="GRAPHQL_VALIDATION_FAILED")


def _narrowing(one: QueryField) -> str | None:
    return None if one.type_condition == one.position.type_name else one.type_condition


def _renamed(node: FieldNode, alias: str) -> FieldNode:
    return FieldNode(
        alias=NameNode(value=alias),
        name=node.name,
        arguments=node.arguments,
        directives=(),
        selection_set=node.selection_set,
    )
