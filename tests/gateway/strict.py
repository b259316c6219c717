"""What other GraphQL servers refuse and the one the tests run lets pass."""

from graphql import SelectionSetNode, Visitor, parse, visit


class _EmptySelections(Visitor):
    def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
        """Raise for a selection set without selections: the grammar has none."""
        if not node.selections:
            raise AssertionError("a selection set is empty")


def check_sent(query: str) -> None:
    """Raise AssertionError for a request that a subgraph would refuse."""
    try:
        visit(parse(query), _EmptySelections())
    except AssertionError as refusal:
        raise AssertionError(f"{refusal}: {query}") from None
