"""One request from top to bottom: parse, validate, plan, execute, answer."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    parse,
    print_ast,
    validate,
    value_from_ast_untyped,
)
from graphql.execution.values import get_variable_values

from gateway.bounded_cache import BoundedCache
from gateway.executor.errors import ALL_EXTENSIONS, ErrorCollector
from gateway.executor.fast_projection import FastProjection, NeedsExactShaping
from gateway.executor.introspection import IntrospectionAnswers
from gateway.executor.project_response import Projection, ResponseWriter
from gateway.executor.run_plan import CompiledPlan, Execution, compile_plan, run_event, run_plan
from gateway.executor.subgraph_client import SubgraphAnswer, SubgraphClient
from gateway.limits.check import LimitChecker, VariableCosts
from gateway.limits.faults import DocumentWrong
from gateway.limits.refusal import LimitExceeded
from gateway.planner.errors import PlanningError, PlanTooLarge
from gateway.planner.make_plan import make_plan
from gateway.planner.plan import Plan, print_plan
from gateway.planner.query_tree import Position
from gateway.settings import QueryLimits
from gateway.supergraph.authorization import ANONYMOUS, Access, Authorization, Coordinate
from gateway.supergraph.model import Supergraph
from gateway.telemetry import NO_TRACING, PLAN_CACHE, SPAN_EXECUTE, SPAN_PLAN, SPAN_PREPARE, SPAN_SHAPE, Tracing
from gateway.validation_rules import RULES

PLAN_CACHE_HIT = PLAN_CACHE.labels("hit")
PLAN_CACHE_MISS = PLAN_CACHE.labels("miss")
VALIDATION_ERRORS_MAX = 20
# What remembering a document and its errors costs, as remembering so many characters more does.
CHARACTERS_PER_DOCUMENT, CHARACTERS_PER_ERROR = 60, 40


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A well-formed GraphQL request."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False
    access: Access = ANONYMOUS
    timeout_seconds: float | None = None
    show_plan: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The response's fields. `executed` tells a refused request from one whose fields were asked."""

    body: dict[str, Any]
    executed: bool
    mutation_refused: bool = False


@dataclass(slots=True)
class PreparedOperation:
    """One operation of a document, with what of its variables decides about the plan."""

    node: OperationDefinitionNode
    definitions: dict[str, VariableDefinitionNode]
    condition_variables: tuple[str, ...]


@dataclass(slots=True)
class PreparedDocument:
    """A document that was parsed and validated."""

    document: DocumentNode | None
    normalised: str
    errors: list[dict[str, Any]]
    operations: dict[str | None, PreparedOperation] = field(default_factory=dict)
    variable_costs: VariableCosts = field(default_factory=dict)
    cacheable: bool = True


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A compiled plan with its projection and the introspection it answers itself."""

    compiled: CompiledPlan
    projection: Projection
    fast: FastProjection
    introspection: IntrospectionAnswers | None
    fields: int


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document that was answered, with what else than it decided about its plans."""

    query: str
    plans: tuple[tuple[str | None, tuple[bool, ...], frozenset[str], frozenset[Coordinate]], ...]


class _Labels:
    """Decides per request which progressive overrides hold: `percent(n)` by chance, others by the settings."""

    def __init__(self, labels: frozenset[str], chosen: frozenset[str]) -> None:
        self._always = labels & chosen
        self._percent = {
            label: float(label[8:-1])
            for label in sorted(labels)
            if label.startswith("percent(") and label.endswith(")") and label[8:-1].replace(".", "", 1).isdigit()
        }

    def draw(self) -> frozenset[str]:
        """Return the labels that hold for one request."""
        if not self._percent:
            return self._always
        return self._always | {label for label, percent in self._percent.items() if random.random() * 100 < percent}


class Pipeline:
    """Answers GraphQL requests over one supergraph."""

    def __init__(
        self,
        supergraph: Supergraph,
        client: SubgraphClient,
        *,
        introspection: bool = True,
        mask_messages: bool = False,
        error_extensions: tuple[str, ...] = (ALL_EXTENSIONS,),
        documents_max: int = 2_000,
        document_characters_max: int = 150_000,
        plan_fields_max: int = 8_000,
        request_timeout_seconds: float = 60.0,
        tracing: Tracing = NO_TRACING,
        reject_forbidden: bool = False,
        override_labels: frozenset[str] = frozenset(),
        limits: QueryLimits | None = None,
    ) -> None:
        self.limits = LimitChecker(supergraph, limits or QueryLimits())
        self.reject_forbidden = reject_forbidden
        self.authorization = Authorization(supergraph)
        self._labels = _Labels(supergraph.override_labels(), override_labels)
        self.tracing = tracing
        self.supergraph = supergraph
        self.client = client
        self.introspection = introspection
        self.mask_messages = mask_messages
        self.error_extensions = error_extensions
        self.request_timeout_seconds = request_timeout_seconds
        self.names = {graph: subgraph.name for graph, subgraph in supergraph.subgraphs.items()}
        self._documents: BoundedCache[PreparedDocument] = BoundedCache(
            documents_max,
            document_characters_max,
            lambda query, known: len(query) + CHARACTERS_PER_DOCUMENT + CHARACTERS_PER_ERROR * len(known.errors),
        )
        self._plans: BoundedCache[PreparedPlan] = BoundedCache(
            documents_max, plan_fields_max, lambda _key, prepared: prepared.fields
        )

    async def answer(self, request: GraphQLRequest) -> Answer:
        """Return the answer; never raises for what a client or a subgraph does."""
        if not self.tracing.enabled:
            return await self._answer(request)
        with self.tracing.request(request.headers):
            return await self._answer(request)

    def recent_documents(self, number_max: int) -> list[DocumentRecord]:
        """Return the documents used most recently, so that another pipeline can be warmed with them."""
        plans: dict[str, list[Any]] = {}
        for (normalised, *rest), _ in self._plans.recent(number_max):
            plans.setdefault(normalised, []).append(tuple(rest))
        return [
            DocumentRecord(query, tuple(plans.get(prepared.normalised, ())))
            for query, prepared in self._documents.recent(number_max)
            if not prepared.errors
        ]

    def warm(self, records: Sequence[DocumentRecord]) -> None:
        """Prepare and plan these documents; what this supergraph refuses is refused again when it is asked."""
        for record in reversed(records):
            prepared = self.prepare(record.query)
            if prepared.cacheable:
                self._documents.put(record.query, prepared)
            for name, values, labels, forbidden in record.plans:
                operation = prepared.operations.get(name)
                if operation is None or len(values) != len(operation.condition_variables):
                    continue
                conditions = dict(zip(operation.condition_variables, values, strict=True))
                with suppress(PlanTooLarge, PlanningError):
                    key = (prepared.normalised, name, values, labels, forbidden)
                    self._plans.put(key, self._make_plan(prepared, operation, conditions, labels, forbidden))

    async def _answer(self, request: GraphQLRequest) -> Answer:
        resolved = self.resolve(request)
        return resolved if isinstance(resolved, Answer) else await self._run(request, resolved)

    def resolve(self, request: GraphQLRequest, *, streaming: bool = False) -> "Answer | PreparedPlan":
        """Return the plan to run, or the answer that refuses the request."""
        prepared = self._document(request.query)
        if prepared.errors or prepared.document is None:
            return Answer({"errors": prepared.errors}, executed=False)
        operation = prepared.operations.get(request.operation_name)
        if operation is None:
            message = (
                "Must provide operation name if query contains multiple operations."
                if request.operation_name is None
                else f'Unknown operation named "{request.operation_name}".'
            )
            return _refused(message, "OPERATION_RESOLUTION_FAILURE")
        kind = operation.node.operation.value
        if kind == "mutation" and request.read_only:
            return Answer(
                _error_body("Mutations are not allowed over GET.", "METHOD_NOT_ALLOWED"), False, mutation_refused=True
            )
        if kind == "subscription" and not streaming:
            return _refused("Subscriptions are not served over this transport.", "SUBSCRIPTION_TRANSPORT")
        try:
            self.limits.check_values(request.variables, carries_files=kind == "mutation")
        except LimitExceeded as refusal:
            return Answer(_limit_body(refusal), executed=False)
        coerced = get_variable_values(
            self.supergraph.public_schema,
            tuple(operation.definitions.values()),
            dict(request.variables),
            max_errors=VALIDATION_ERRORS_MAX,
            hide_suggestions=not self.introspection,
        )
        if isinstance(coerced, list):
            return Answer(
                {"errors": [_format(error, "BAD_USER_INPUT", self.introspection) for error in coerced]}, executed=False
            )
        variable_cost = prepared.variable_costs.get(operation.node.name.value if operation.node.name else None)
        conditions = {
            name: request.variables.get(name, _default(operation.definitions.get(name)))
            for name in operation.condition_variables
        }
        try:
            if variable_cost is not None:
                self.limits.check_variables(variable_cost, request.variables)
            forbidden = self.authorization.forbidden(request.access)
            plan = self._plan(prepared, operation, conditions, forbidden)
            self.limits.check_plan(plan.compiled.plan)
            return plan
        except LimitExceeded as refusal:
            return Answer(_limit_body(refusal), executed=False)
        except PlanTooLarge as refusal:
            return _refused(str(refusal), "PLAN_TOO_LARGE", {"limit": refusal.limit, "what": refusal.what})
        except PlanningError:
            # The message names types and subgraphs; it is for the operator's log, not for clients.
            return _refused("The operation cannot be planned on this supergraph.", "PLANNING_FAILED")

    def _document(self, query: str) -> PreparedDocument:
        prepared = self._documents.get(query)
        if prepared is None:
            with self.tracing.stage(SPAN_PREPARE):
                prepared = self.prepare(query)
            if prepared.cacheable:
                self._documents.put(query, prepared)
        return prepared

    def prepare(self, query: str) -> PreparedDocument:
        """Return the document parsed and validated, or with the errors that refuse it."""
        try:
            variable_costs = self.limits.check_document(query)
        except LimitExceeded as refusal:
            # Refusing again costs less than keeping what may be very large.
            return PreparedDocument(None, "", _limit_body(refusal)["errors"], cacheable=False)
        except DocumentWrong as refusal:
            wrong = [_format(error, "GRAPHQL_VALIDATION_FAILED", self.introspection) for error in refusal.errors()]
            return PreparedDocument(None, "", wrong, cacheable=False)
        try:
            document = parse(query, allow_empty_selection_sets=False)
        except GraphQLError as error:
            return PreparedDocument(None, "", [_format(error, "GRAPHQL_PARSE_FAILED", True)])
        errors = validate(
            self.supergraph.public_schema,
            document,
            RULES,
            max_errors=VALIDATION_ERRORS_MAX,
            hide_suggestions=not self.introspection,
            allow_empty_selection_sets=False,
        )
        if errors:
            return PreparedDocument(
                None, "", [_format(error, "GRAPHQL_VALIDATION_FAILED", self.introspection) for error in errors]
            )
        prepared = PreparedDocument(document, print_ast(document), [], variable_costs=variable_costs)
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        for node in operations:
            one = PreparedOperation(
                node,
                {definition.variable.name.value: definition for definition in node.variable_definitions or ()},
                tuple(sorted(_condition_variables(node, document))),
            )
            if node.name is not None:
                prepared.operations[node.name.value] = one
            if len(operations) == 1:
                prepared.operations[None] = one
        return prepared

    def _plan(
        self,
        prepared: PreparedDocument,
        operation: PreparedOperation,
        conditions: Mapping[str, Any],
        forbidden: frozenset[Coordinate],
    ) -> PreparedPlan:
        name = operation.node.name.value if operation.node.name else None
        labels = self._labels.draw()
        key = (prepared.normalised, name, tuple(bool(value) for value in conditions.values()), labels, forbidden)
        known = self._plans.get(key)
        if known is not None:
            PLAN_CACHE_HIT.inc()
            return known
        PLAN_CACHE_MISS.inc()
        made = self._make_plan(prepared, operation, conditions, labels, forbidden)
        self._plans.put(key, made)
        return made

    def _make_plan(
        self,
        prepared: PreparedDocument,
        operation: PreparedOperation,
        conditions: Mapping[str, Any],
        labels: frozenset[str],
        forbidden: frozenset[Coordinate],
    ) -> PreparedPlan:
        document = prepared.document
        if document is None:
            raise PlanningError("the document was refused")
        with self.tracing.stage(SPAN_PLAN):
            plan = make_plan(self.supergraph, document, operation.node, conditions, labels, forbidden)
        projection = Projection(self.supergraph)
        return PreparedPlan(
            compile_plan(plan, self.supergraph, operation.definitions),
            projection,
            FastProjection(projection),
            IntrospectionAnswers(plan.introspection, operation.node, document, self.supergraph)
            if plan.introspection
            else None,
            _fields_at(plan.root),
        )

    def kind_of(self, query: str, operation_name: str | None) -> OperationType | None:
        """Return what the operation is; None when the document is refused or has no such operation."""
        operation = self._document(query).operations.get(operation_name)
        return None if operation is None else operation.node.operation

    def resolve_stream(self, request: GraphQLRequest) -> "Answer | PreparedPlan":
        """Return the plan to run, subscriptions included, or the answer that refuses the request."""
        with self.tracing.request(request.headers):
            return self.resolve(request, streaming=True)

    async def run(self, request: GraphQLRequest, prepared: PreparedPlan, event: SubgraphAnswer | None = None) -> Answer:
        """Return the answer; of a subscription, that to one event of its subgraph, completed from the others."""
        with self.tracing.request(request.headers):
            return await self._run(request, prepared, event)

    async def _run(
        self, request: GraphQLRequest, prepared: PreparedPlan, event: SubgraphAnswer | None = None
    ) -> Answer:
        errors = ErrorCollector(self.mask_messages, self.error_extensions)
        execution = Execution(self.client, self.names, request.variables, request.headers, errors, {}, self.tracing)
        forbidden = prepared.compiled.plan.forbidden
        for path in forbidden:
            errors.add("Unauthorized field or type.", path=list(path), code="UNAUTHORIZED_FIELD_OR_TYPE")
        if forbidden and self.reject_forbidden:
            return Answer({"errors": errors.errors}, executed=False)
        if prepared.introspection is not None and not self.introspection:
            return _refused("Introspection is turned off.", "INTROSPECTION_DISABLED")
        timeout = self.request_timeout_seconds if request.timeout_seconds is None else request.timeout_seconds
        execution.deadline = asyncio.get_running_loop().time() + timeout
        try:
            with self.tracing.stage(SPAN_EXECUTE):
                async with asyncio.timeout_at(execution.deadline):
                    if event is None:
                        await run_plan(prepared.compiled, execution)
                    else:
                        await run_event(prepared.compiled, event, execution)
        except TimeoutError:
            errors.add(f"The request was not answered in {timeout:g} s.", code="REQUEST_TIMEOUT")
        with self.tracing.stage(SPAN_SHAPE):
            if prepared.introspection is not None:
                prepared.introspection.answer(request.variables, execution.data, errors)
            data = _shape(prepared, execution)
        body: dict[str, Any] = {"data": data}
        if errors.errors:
            body = {"errors": errors.errors, "data": data}
        if request.show_plan:
            body["extensions"] = {"plan": print_plan(prepared.compiled.plan, self.names)}
        return Answer(body, executed=True)


def plan_of(supergraph: Supergraph, query: str, operation_name: str | None = None) -> Plan:
    """Return the plan of a query with every condition variable unset; raises ValueError when the query is refused."""
    document = parse(query)
    errors = validate(supergraph.public_schema, document)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    chosen = [o for o in operations if operation_name is None or (o.name and o.name.value == operation_name)]
    if errors or len(chosen) != 1:
        raise ValueError("; ".join(error.message for error in errors) or "name one operation of the document")
    return make_plan(supergraph, document, chosen[0], {})


def _shape(prepared: PreparedPlan, execution: Execution) -> dict[str, Any] | None:
    root = prepared.compiled.plan.root
    try:
        shaped: dict[str, Any] = prepared.fast.function_for(root, root.type_name)(execution.data)
    except NeedsExactShaping:
        return ResponseWriter(prepared.projection, execution.errors).write(root, execution.data)
    return shaped


def _refused(message: str, code: str, details: Mapping[str, Any] | None = None) -> Answer:
    return Answer(_error_body(message, code, details), executed=False)


def _limit_body(refusal: LimitExceeded) -> dict[str, Any]:
    return _error_body(str(refusal), refusal.code, refusal.extensions())


def _error_body(message: str, code: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code, **(details or {})}}]}


def _format(error: GraphQLError, code: str, with_suggestions: bool) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    if not with_suggestions:
        formatted["message"] = str(formatted["message"]).partition(" Did you mean")[0]
    formatted["extensions"] = {"code": code, **(formatted.get("extensions") or {})}
    return formatted


def _fields_at(position: Position) -> int:
    """Return how many fields the position and those below it have: what a plan's memory grows with."""
    return 1 + sum(_fields_at(one.child) if one.child is not None else 1 for one in position.fields)


def _default(definition: VariableDefinitionNode | None) -> Any:
    if definition is None or definition.default_value is None:
        return None
    return value_from_ast_untyped(definition.default_value)


def _condition_variables(operation: OperationDefinitionNode, document: DocumentNode) -> set[str]:
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    names: set[str] = set()
    visited: set[str] = set()

    def read(directives: tuple[DirectiveNode, ...] | None) -> None:
        for directive in directives or ():
            if directive.name.value in {"skip", "include"}:
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        names.add(argument.value.name.value)

    def visit(selection_set: SelectionSetNode | None) -> None:
        for selection in selection_set.selections if selection_set else ():
            read(tuple(selection.directives or ()))
            if isinstance(selection, FieldNode | InlineFragmentNode):
                visit(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                visit(fragments[selection.name.value].selection_set)

    visit(operation.selection_set)
    return names
