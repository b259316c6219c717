"""The limits in the order of what they cost to check: the document once, then only what variables decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.limits.cost import CostAccount, evaluate
from gateway.limits.counts import Counter
from gateway.limits.outline import OutlineReader, Polynomial
from gateway.limits.refusal import at_most
from gateway.limits.repeats import Comparisons
from gateway.limits.tokens import read_tokens
from gateway.planner.plan import Plan
from gateway.settings import QueryLimits
from gateway.supergraph.model import Supergraph


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
        self._reader = OutlineReader(supergraph.costs, supergraph.roots, limits.list_size_assumed)

    def check_document(self, document: str) -> VariableCosts:
        """Return what is left to check per request; raises LimitExceeded, without parsing the document."""
        limits = self.limits
        outline = self._reader.read(read_tokens(document, limits.characters, limits.tokens))
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
        if limits.field_comparisons:
            comparisons = Comparisons(outline, limits.field_comparisons)
            for definition in (*outline.operations, *outline.fragments.values()):
                comparisons.add(definition)
        left: VariableCosts = {}
        if limits.cost or limits.list_size:
            account = CostAccount(outline, limits.list_size_assumed)
            for operation in outline.operations:
                cost = account.cost_of(operation)
                if cost.keys() <= {()}:
                    at_most("cost", limits.cost, cost.get((), 0))
                else:
                    left[operation.name] = VariableCost(cost, operation.size_defaults)
        return left

    def check_variables(self, cost: VariableCost, variables: Mapping[str, Any]) -> None:
        """Raise LimitExceeded when these variables ask for too much."""
        total, longest = evaluate(cost.cost, variables, cost.size_defaults, self.limits.list_size_assumed)
        at_most("list_size", self.limits.list_size, longest)
        at_most("cost", self.limits.cost, total)

    def check_plan(self, plan: Plan) -> None:
        """Raise LimitExceeded when the plan asks the subgraphs too often."""
        at_most("subgraph_requests", self.limits.subgraph_requests, sum(map(len, plan.levels)))
