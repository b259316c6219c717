"""What planning may cost: large operations are planned, hostile ones refused with the bound in the error."""

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.planner.budget import PlanningBudget
from gateway.planner.errors import PlanTooLarge
from gateway.planner.query_tree import QueryTree
from tests.gateway.federation import Federation, Subgraph

IMPLEMENTATIONS = 70
TYPES = [f"T{number}" for number in range(IMPLEMENTATIONS)]


def implementations(fields: str) -> str:
    """Return the SDL of all the types."""
    return " ".join(f'type {name} implements N @key(fields: "id") {{ id: ID! {fields} }}' for name in TYPES)


WIDE = Federation(
    nodes=Subgraph(f"type Query {{ nodes: [N] }} interface N {{ id: ID! next: N }} {implementations('next: N')}"),
    names=Subgraph(f"interface N {{ id: ID! name: String }} {implementations('name: String')}"),
)


def test_a_field_of_seventy_implementations_in_another_subgraph_is_one_request() -> None:
    plan = WIDE.plan("{ nodes { name } }")

    assert plan.count("Together(names)") == 1
    assert plan.count("by { id } =>") == IMPLEMENTATIONS


def test_two_hundred_aliases_are_one_fetch() -> None:
    aliases = " ".join(f"a{number}: id" for number in range(200))

    assert WIDE.plan(f"{{ nodes {{ {aliases} }} }}").count("Fetch(") == 1


def test_a_chain_of_thirty_in_one_subgraph_is_one_fetch() -> None:
    chain = "next { " * 30 + "id" + " }" * 30

    assert WIDE.plan(f"{{ nodes {{ {chain} }} }}").count("Fetch(") == 1


def test_fragments_that_double_at_every_level_are_refused_by_the_bound_they_pass() -> None:
    levels = range(15)
    doubling = " ".join(
        f"fragment F{level} on N {{ a: next {{ ...F{level + 1} }} b: next {{ ...F{level + 1} }} }}" for level in levels
    )
    query = f"{{ nodes {{ ...F0 }} }} {doubling} fragment F15 on N {{ id }}"

    with pytest.raises(PlanTooLarge, match="the operation needs more than 20000 planned fields"):
        WIDE.plan(query)


@pytest.mark.parametrize(("allowed", "refused"), [(3, False), (2, True)])
def test_the_number_of_fields_is_bounded(allowed: int, refused: bool) -> None:
    operation = parse("{ nodes { id name } }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    budget = PlanningBudget(fields_max=allowed)

    if refused:
        with pytest.raises(PlanTooLarge, match="more than 2 planned fields"):
            QueryTree(WIDE.supergraph, operation, {}, {}, budget)
    else:
        assert len(QueryTree(WIDE.supergraph, operation, {}, {}, budget).root.fields) == 1


def test_the_ways_to_reach_fields_are_bounded() -> None:
    budget = PlanningBudget(places_max=2)
    budget.use_place()
    budget.use_place()

    with pytest.raises(PlanTooLarge, match="more than 2 ways to reach its fields"):
        budget.use_place()
