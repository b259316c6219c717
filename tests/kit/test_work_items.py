"""Work items that a reaction opens itself, on the real store."""

from datetime import UTC, datetime

import pytest

from kit.caller import SYSTEM_CALLER
from kit.clock import FixedClock
from kit.dead_letters import list_work_items
from kit.errors import InstrumentNotAvailable
from kit.events import ReceivedEvent
from kit.mongo import Mongo, UnitOfWork, run_unit_of_work
from kit.work_items import open_work_item

pytestmark = pytest.mark.store


def heard(event_id: str) -> ReceivedEvent:
    return ReceivedEvent(
        id=event_id,
        type="registry.policy.published",
        district="610703",
        aggregate_id="610703-v1",
        aggregate_version=1,
        time=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
        data={"occurredOn": "2026-03-05"},
    )


async def test_the_same_refusal_of_the_same_thing_is_one_item_that_people_see(mongo: Mongo, clock: FixedClock) -> None:
    refusal = InstrumentNotAvailable("no document in force provides deposit", path=("district",), value="610703")

    for event_id, contract_id in (("evt_1", "ctr_1"), ("evt_2", "ctr_1"), ("evt_2", "ctr_2")):

        async def act(work: UnitOfWork, event_id: str = event_id, contract_id: str = contract_id) -> None:
            await open_work_item(
                work,
                listener="finance_from_registry",
                event=heard(event_id),
                refusal=refusal,
                aggregate_id=contract_id,
            )

        await run_unit_of_work(mongo, SYSTEM_CALLER, act, clock=clock)

    items = await list_work_items(mongo)
    assert sorted((item.aggregate_id, item.event_id, item.code, item.value) for item in items) == [
        ("ctr_1", "evt_1", "INSTRUMENT_NOT_AVAILABLE", "610703"),
        ("ctr_2", "evt_2", "INSTRUMENT_NOT_AVAILABLE", "610703"),
    ]
