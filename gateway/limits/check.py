"""The limits in the order of what they cost to check: the document once, then only what variables decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import get_introspection_query

from gateway.limits.cost import CostAccount, evaluate
from gateway.limits.counts import Counter
from gateway.limits.faults import DocumentWrong, PublicFields
from gateway.limits.fragments import note_fragment_faults, note_operation_faults, note_variable_faults
from gateway.limits.outline import INTROSPECTION, Outline, OutlineReader, Polynomial
from gateway.limits.refusal import at_most
from gateway.limits.repeats import Comparisons
from gateway.limits.tokens import read_tokens
from gateway.planner.plan import Plan
from gateway.settings import QueryLimits
from gateway.supergraph.costs import introspection_costs
from gateway.supergraph.model import FieldCost, Supergraph

# Below it, validation costs little and says more.
TOKENS_CHECKED_MIN = 150
_CONTAINERS = frozenset({dict, list})
# How many times the cost of introspecting everything one document may introspect.
WHOLE_SCHEMAS_MAX = 3


@dataclass(frozen=True, slots=True)
class VariableCost:
    """The cost of one operation whose list sizes are variables."""

    cost: Polynomial
    size_defaults: Mapping[str, int]


# By operation name; operations whose figures no variable changes are not in it.
VariableCosts = dict[str | None, VariableCost]


class LimitChecker:
    """Checks documents, requests and plans against the limits of one supergraph's clients."""

    def __init__(self, supergraph: Supergraph, limits: QueryLimits) -> None:
        self.limits = limits
        costs = _with_introspection(supergraph)
        self._reader = OutlineReader(
            costs, PublicFields(supergraph.public_schema), supergraph.roots, limits.list_size_assumed
        )
        self._introspection_max = 0
        self._introspection_max = WHOLE_SCHEMAS_MAX * self._introspection_cost(get_introspection_query())

    def check_document(self, document: str, *, tokens_checked_min: int = TOKENS_CHECKED_MIN) -> VariableCosts:
        """Return what is left to check per request, without parsing the document.

        Raises LimitExceeded, and DocumentWrong for a document of `tokens_checked_min` tokens that is plainly wrong.
        """
        limits = self.limits
        tokens = read_tokens(document, limits.characters, limits.tokens)
        outline = self._reader.read(tokens)
        at_most("literal_characters", limits.literal_characters, max(map(len, tokens), default=0))
        at_most("operations", limits.operations, len(outline.operations))
        at_most("directives", limits.directives, outline.directives)
        counter = Counter(outline)
        for operation in outline.operations:
            counts = counter.count(operation)
            at_most("depth", limits.depth, counts.depth)
            at_most("root_fields", limits.root_fields, counts.root_fields)
            at_most("aliases", limits.aliases, counts.aliases)
            at_most("fields", limits.fields, counts.fields)
            at_most("list_size", limits.list_size, counts.list_size)
        if len(tokens) >= tokens_checked_min:
            _check_validity(document, tokens, outline)
        if limits.field_comparisons:
            comparisons = Comparisons(outline, limits.field_comparisons)
            for definition in (*outline.operations, *outline.fragments.values()):
                comparisons.add(definition)
        if outline.refused:
            raise DocumentWrong(document, outline.refused)
        return self._costs_left(outline)

    def _costs_left(self, outline: Outline) -> VariableCosts:
        """Return the costs that variables decide; raises LimitExceeded for the others."""
        limits = self.limits
        left: VariableCosts = {}
        if limits.cost or limits.list_size:
            account = CostAccount(outline, limits.list_size_assumed)
            for operation in outline.operations:
                cost, introspection = _apart(account.cost_of(operation))
                at_most("introspection", self._introspection_max, introspection)
                if cost.keys() <= {()}:
                    at_most("cost", limits.cost, cost.get((), 0))
                else:
                    left[operation.name] = VariableCost(cost, operation.size_defaults)
        return left

    def _introspection_cost(self, document: str) -> int:
        outline = self._reader.read(read_tokens(document, 0, 0))
        account = CostAccount(outline, self.limits.list_size_assumed)
        return sum(_apart(account.cost_of(operation))[1] for operation in outline.operations)

    def check_values(self, variables: Mapping[str, Any], *, carries_files: bool = False) -> None:
        """Raise LimitExceeded when the variables hold more than any operation can want.

        A mutation may carry files as texts, which the bound of the whole request bounds.
        """
        text_max = 0 if carries_files else self.limits.variable_characters
        values_max, members_max = self.limits.variable_values, self.limits.variable_members
        number = 0
        waiting: list[Mapping[str, Any] | list[Any]] = [variables]
        while waiting:
            one = waiting.pop()
            number += len(one)
            at_most("variable_values", values_max, number)
            if isinstance(one, Mapping):
                at_most("variable_members", members_max, len(one))
            inner = one.values() if isinstance(one, Mapping) else one
            if text_max:
                at_most("variable_characters", text_max, max((len(v) for v in inner if type(v) is str), default=0))
            if not _CONTAINERS.isdisjoint(map(type, inner)):
                waiting += [value for value in inner if isinstance(value, dict | list)]

    def check_variables(self, cost: VariableCost, variables: Mapping[str, Any]) -> None:
        """Raise LimitExceeded when these variables ask for too much."""
        total, longest = evaluate(cost.cost, variables, cost.size_defaults, self.limits.list_size_assumed)
        at_most("list_size", self.limits.list_size, longest)
        at_most("cost", self.limits.cost, total)

    def check_plan(self, plan: Plan) -> None:
        """Raise LimitExceeded when the plan asks the subgraphs too often."""
        at_most("subgraph_requests", self.limits.subgraph_requests, sum(map(len, plan.levels)))


def _with_introspection(supergraph: Supergraph) -> Mapping[str, Mapping[str, FieldCost]]:
    costs = dict(supergraph.costs)
    for name, fields in introspection_costs(supergraph.public_schema, supergraph.query_type).items():
        costs[name] = {**costs.get(name, {}), **fields}
    return costs


def _apart(cost: Polynomial) -> tuple[Polynomial, int]:
    """Return the cost without introspection, and that of introspection."""
    without = {sizes: amount for sizes, amount in cost.items() if INTROSPECTION not in sizes}
    return without, sum(amount for sizes, amount in cost.items() if INTROSPECTION in sizes)


def _check_validity(document: str, tokens: list[str], outline: Outline) -> None:
    note_operation_faults(outline)
    note_fragment_faults(outline)
    note_variable_faults(outline, tokens)
    if outline.faults.found and not outline.broken:
        raise DocumentWrong(document, outline.faults.found)
