"""Lists as files: columns, and the life of a task."""

import random
from itertools import product

import pytest

from services.registry.domain import ledger
from services.registry.domain.export import (
    COLUMNS,
    MOST_OPEN_TASKS,
    TASK_TRANSITIONS,
    ExportKind,
    TaskEvent,
    TaskMoveRefused,
    TaskState,
    TooManyTasks,
    check_open_tasks,
    task_after,
)


def test_every_list_has_its_columns_each_once() -> None:
    assert set(COLUMNS) == set(ExportKind)
    assert all(len(set(headers)) == len(headers) for headers in COLUMNS.values())


def test_lists_of_a_ledger_begin_with_the_ledgers_columns() -> None:
    for kind, sheet in (
        (ExportKind.ESTATES, ledger.Sheet.ESTATES),
        (ExportKind.BUILDINGS, ledger.Sheet.BUILDINGS),
        (ExportKind.PARTS, ledger.Sheet.PARTS),
    ):
        assert COLUMNS[kind][: len(ledger.HEADERS[sheet])] == ledger.HEADERS[sheet]


@pytest.mark.parametrize(("state", "event"), list(product(TaskState, TaskEvent)))
def test_every_event_in_every_state_does_what_the_table_says(state: TaskState, event: TaskEvent) -> None:
    if (state, event) in TASK_TRANSITIONS:
        assert task_after(state, event) is TASK_TRANSITIONS[(state, event)]
        return
    with pytest.raises(TaskMoveRefused) as refusal:
        task_after(state, event)
    assert (refusal.value.code, refusal.value.path, refusal.value.value) == ("STATE_CONFLICT", (), state.value)


def test_a_random_walk_ends_failed_or_expired() -> None:
    walk = random.Random(7)
    for _ in range(100):
        state = TaskState.QUEUED
        for _ in range(100):
            event = walk.choice(list(TaskEvent))
            state = TASK_TRANSITIONS.get((state, event), state)
        assert state in (TaskState.FAILED, TaskState.EXPIRED)


def test_a_caller_has_five_open_tasks_at_most() -> None:
    check_open_tasks(MOST_OPEN_TASKS - 1)
    with pytest.raises(TooManyTasks) as refusal:
        check_open_tasks(MOST_OPEN_TASKS)

    assert (refusal.value.code, refusal.value.value) == ("STATE_CONFLICT", "5")
