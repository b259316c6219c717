"""From a validated operation to a plan: find paths, build fetches, run the passes."""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from gateway.planner.budget import PlanningBudget
from gateway.planner.build_fetch_steps import FetchBuilder
from gateway.planner.find_paths import PathFinder
from gateway.planner.passes.merge_same_entity import merge_same_entity
from gateway.planner.passes.share_requests import share_requests
from gateway.planner.plan import Plan
from gateway.planner.query_tree import QueryTree
from gateway.supergraph.model import Supergraph


def make_plan(
    supergraph: Supergraph,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    condition_values: Mapping[str, Any],
    override_labels: frozenset[str] = frozenset(),
    forbidden: frozenset[tuple[str, str]] = frozenset(),
) -> Plan:
    """Return the plan of the operation for these values of its skip and include variables.

    `override_labels` are the labels of progressive overrides that hold for the request; `forbidden` are the fields the
    caller may not ask: they are planned into no fetch.

    Raises PlanTooLarge when the operation exceeds the planner's budget, and PlanningError when the supergraph gives
    no way to one of its fields.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    budget = PlanningBudget()
    tree = QueryTree(supergraph, operation, fragments, condition_values, budget, forbidden)
    finder = PathFinder(supergraph, tree, override_labels)
    fetches = FetchBuilder(supergraph, tree, finder, operation.operation).build()
    fetches = merge_same_entity(fetches)
    return Plan(
        operation=operation.operation.value,
        root=tree.root,
        levels=share_requests(fetches),
        introspection=tree.introspection,
        forbidden=tree.forbidden_paths() if forbidden else [],
    )
