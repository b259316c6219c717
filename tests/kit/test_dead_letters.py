"""What people see and do on the command line about events that a service could not take in."""

import argparse
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kit.clock import FixedClock, SystemClock
from kit.cloud_events import write_message
from kit.dead_letters import DeadLetterUnknown, add_commands, list_dead_letters, redeliver, show_dead_letter
from kit.events import ReceivedEvent
from kit.inbox import Delivery, Inbox
from kit.mongo import Mongo
from kit.reactions import Reactions
from tests.messaging import SCHEMAS, Listener, heard_note, service_database
from tests.servers import MongoServer

pytestmark = pytest.mark.store


@pytest.fixture
async def store(mongo_server: MongoServer, fresh_database: str) -> AsyncIterator[Mongo]:
    async with service_database(mongo_server.uri, fresh_database) as mongo:
        yield mongo


@pytest.fixture
def listener(store: Mongo) -> Listener:
    return Listener(store, failing={13}, refused={14})


async def take_in(listener: Listener, clock: FixedClock, *events: ReceivedEvent) -> Inbox:
    """Take in events with an inbox that tries a failing event once."""

    async def nothing_more(*_: object) -> list[Delivery]:
        return []

    inbox = Inbox(
        mongo=listener.mongo,
        service="finance",
        source="registry",
        reactions=Reactions(listener.reactions),
        schemas=SCHEMAS,
        refill=nothing_more,
        clock=clock,
        max_deliver=2,
        backoff=(timedelta(seconds=1),),
    )
    await inbox.take_in([Delivery(number, write_message(event)) for number, event in enumerate(events, 1)])
    clock.advance(timedelta(seconds=1))
    await inbox.try_blocked_lanes()
    return inbox


async def run_command(mongo: Mongo, *words: str) -> str:
    """Return what a command prints."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(words)
    printed: str = await arguments.run_with_store(mongo, arguments)
    return printed


async def test_the_list_names_lane_and_error_of_each_dead_letter(listener: Listener, clock: FixedClock) -> None:
    await take_in(listener, clock, heard_note("nte_1", 1, 13), heard_note("nte_2", 1, 13))

    lines = (await run_command(listener.mongo, "dead-letters", "list")).splitlines()

    assert sorted(line.split("  ")[3] for line in lines) == [
        "finance_from_registry|registry.note|nte_1",
        "finance_from_registry|registry.note|nte_2",
    ]
    assert all(line.endswith("ZeroDivisionError: number 13 breaks the reaction") for line in lines)


async def test_one_dead_letter_is_shown_with_headers_and_data(listener: Listener, clock: FixedClock) -> None:
    await take_in(listener, clock, heard_note("nte_1", 1, 13))
    (letter,) = await list_dead_letters(listener.mongo)

    shown = json.loads(await run_command(listener.mongo, "dead-letters", "show", letter.id))

    assert shown["headers"]["ce-id"] == "evt_nte_1_1"
    assert json.loads(shown["body"]) == {"occurredOn": "2026-03-05", "number": 13}
    assert (shown["failures"], shown["state"]) == (2, "DEAD")


async def test_redelivering_all_lets_every_lane_be_tried_again(listener: Listener, clock: FixedClock) -> None:
    inbox = await take_in(listener, clock, *(heard_note(f"nte_{note}", 1, 13) for note in range(3)))
    listener.failing.clear()

    printed = await run_command(listener.mongo, "dead-letters", "redeliver", "--all")
    clock.move_to(SystemClock().now())
    await inbox.try_blocked_lanes()

    assert printed == "3 dead letters will be tried again by the running service"
    assert await listener.kept() == {f"nte_{note}": [13] for note in range(3)}


async def test_redelivering_what_was_taken_in_changes_nothing(listener: Listener, clock: FixedClock) -> None:
    inbox = await take_in(listener, clock, heard_note("nte_1", 1, 13))
    (letter,) = await list_dead_letters(listener.mongo)
    listener.failing.clear()
    await redeliver(listener.mongo, letter.id, clock=clock)
    await inbox.try_blocked_lanes()

    await redeliver(listener.mongo, letter.id, clock=clock)
    await inbox.try_blocked_lanes()

    assert (await show_dead_letter(listener.mongo, letter.id)).state == "TAKEN_IN"
    assert await listener.kept() == {"nte_1": [13]}


async def test_an_unknown_dead_letter_is_refused(store: Mongo) -> None:
    with pytest.raises(DeadLetterUnknown) as refused:
        await run_command(store, "dead-letters", "redeliver", "dlt_unknown")

    assert (refused.value.code, refused.value.value) == ("NOT_FOUND", "dlt_unknown")


@pytest.mark.parametrize("words", [("redeliver",), ("redeliver", "dlt_1", "--all"), ("burn",), ()])
async def test_a_malformed_command_is_refused(store: Mongo, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        await run_command(store, "dead-letters", *words)


async def test_work_items_name_event_aggregate_code_and_reason(listener: Listener, clock: FixedClock) -> None:
    await take_in(listener, clock, heard_note("nte_1", 1, 14))

    line = await run_command(listener.mongo, "work-items", "list")

    assert line.endswith("registry.note.written  nte_1  PRECONDITION: number 14 is not wanted")
