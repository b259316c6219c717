"""The samples of finance's facts that the registry is tested with keep the schemas that finance publishes by."""

import pytest

from kit.events import ReceivedEvent
from tests.heard import committed_schemas
from tests.registry.finance_facts import DepositFacts, EstateMoneyFacts


def samples() -> list[ReceivedEvent]:
    facts, estate = DepositFacts(), EstateMoneyFacts()
    return [
        *(facts.demanded(), facts.overdue(), facts.held(), facts.released(), facts.forfeited()),
        *(estate.crossed("UP", "2026-01-31"), estate.crossed("DOWN", "2026-02-28", ratio=None)),
        *(estate.proposed(), estate.proposed("bld_1", emergency=True)),
        *(estate.paid(), estate.allocated(), estate.published(), estate.custody_moved("2026-02-01")),
    ]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.type)
def test_a_sample_keeps_the_published_schema(sample: ReceivedEvent) -> None:
    committed_schemas().check(sample.type, sample.data)
