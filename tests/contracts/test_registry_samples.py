"""The samples of the registry's facts that listeners are tested with keep the schemas that it publishes by."""

import pytest

from kit.events import ReceivedEvent
from tests.heard import RegistryFacts, committed_schemas

ITEM = {
    "code": "CLEANING",
    "inside": True,
    "standard": "每日一次",
    "price": "0.60",
    "priceUnit": "m2/month",
    "menu": "L1",
    "costCentre": "INSIDE",
}


def samples() -> list[ReceivedEvent]:
    facts = RegistryFacts()
    terms = {"method": "LUMP_SUM", "interval": "MONTH"}
    return [
        facts.estate_registered(),
        facts.congress_formed(),
        facts.owners_account_opened(),
        facts.decision_closed(),
        facts.provider_registered(),
        facts.provider_in_pool(),
        facts.provider_in_pool("pool_left", "2026-03-03"),
        facts.contract_signed(items=[ITEM], fee_terms=terms, bundle_id="bnd_1"),
        facts.service_started(),
        facts.exit_step("NOTICE", "2025-12-01", earliest_end_on="2026-01-30"),
        *(facts.exit_step(step, "2026-01-10") for step in ("AUDIT", "RESELECT", "HANDOVER", "BUFFER")),
        facts.contract_terminated(),
        facts.contract_terminated(handover_accepted=False, cause="HANDOVER_REFUSED"),
        facts.contract_superseded("ctr_2"),
        facts.bundle_formed("est_1", "est_2", bundle_id="bnd_1"),
    ]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.type)
def test_a_sample_keeps_the_published_schema(sample: ReceivedEvent) -> None:
    committed_schemas().check(sample.type, sample.data)
