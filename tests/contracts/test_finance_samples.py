"""The samples of finance's facts that the registry is tested with keep the schemas that finance publishes by."""

import pytest

from kit.events import ReceivedEvent
from tests.heard import committed_schemas
from tests.registry.finance_facts import DepositFacts


def samples() -> list[ReceivedEvent]:
    facts = DepositFacts()
    return [facts.demanded(), facts.overdue(), facts.held(), facts.released(), facts.forfeited()]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.type)
def test_a_sample_keeps_the_published_schema(sample: ReceivedEvent) -> None:
    committed_schemas().check(sample.type, sample.data)
