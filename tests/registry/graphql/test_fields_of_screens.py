"""The twelve queries of real screens find every field that the registry owes them, and something fills it."""

from pathlib import Path
from typing import Any, Final

import yaml
from graphql import FieldNode, GraphQLObjectType, TypeInfo, TypeInfoVisitor, Visitor, build_schema, parse, visit

from gateway.supergraph.read import read_supergraph
from tests.gateway.sketch.stubs import SKETCH

ROOM: Final = Path("services/registry/graphql")
LATER: Final = ("campaignProgress", "CampaignProgress", "CampaignRow")
"""The campaign month: the registry keeps no campaigns yet."""


class FieldsOfService(Visitor):
    """Collects what a query asks of one service, as (type, field)."""

    def __init__(self, supergraph: Any, service: str, info: TypeInfo) -> None:
        super().__init__()
        self.supergraph, self.service, self.info = supergraph, service, info
        self.found: set[tuple[str, str]] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Keep the field if the service answers it."""
        holder, name = self.info.get_parent_type(), node.name.value
        if holder is None or name.startswith("__"):
            return
        graphs = self.supergraph.types[holder.name].fields[name].in_graphs
        if self.service in {self.supergraph.subgraphs[graph].name for graph in graphs}:
            self.found.add((holder.name, name))


def test_every_field_of_a_screen_is_there_and_filled() -> None:
    sketch = read_supergraph((SKETCH / "supergraph.graphql").read_text(encoding="utf-8"))
    asked: set[tuple[str, str]] = set()
    for query in sorted((SKETCH / "queries").glob("*.graphql")):
        info = TypeInfo(sketch.public_schema)
        fields = FieldsOfService(sketch, "registry", info)
        visit(parse(query.read_text(encoding="utf-8")), TypeInfoVisitor(info, fields))
        asked |= fields.found
    own = build_schema((ROOM / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True)
    filled = yaml.safe_load((ROOM / "fields.yaml").read_text(encoding="utf-8"))

    owed = {(holder, name) for holder, name in asked if holder not in LATER and name not in LATER}
    there = {
        (holder, name)
        for holder, name in owed
        if isinstance(found := own.get_type(holder), GraphQLObjectType) and name in found.fields
    }

    assert len(owed) > 50
    assert owed == there
    assert {f"{holder}.{name}" for holder, name in owed if holder != "Query"} <= set(filled)
