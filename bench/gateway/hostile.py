"""CPU of refusing hostile requests, in milliseconds each: from the body to the refusal, which comes before planning.

    python -m bench.gateway.hostile [--supergraph FILE] [--rounds 5]

Prints the least of the rounds: what the work itself costs, whatever else the machine does. Ends with status 1 when a
request is not refused, or costs more than `CPU_MS_MAX`.
"""

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.gateway.hostile_requests import hostile_bodies
from gateway.__main__ import OWN_SUPERGRAPH
from gateway.app import build_pipeline
from gateway.executor.http_subgraphs import SubgraphConnections
from gateway.graphql_over_http import JSON, RequestRefused, read_post
from gateway.pipeline import Answer, GraphQLRequest, Pipeline
from gateway.settings import GatewaySettings

CPU_MS_MAX = 10.0


def refusal_of(pipeline: Pipeline, body: bytes, body_bytes_max: int) -> str | None:
    """Return the code that the body is refused with before planning; None when it is let through."""
    if len(body) > body_bytes_max:
        return "BODY_TOO_LARGE"
    try:
        parameters = read_post(JSON, body)
    except RequestRefused as refusal:
        return refusal.code
    if isinstance(parameters, list) or parameters.query is None:
        return None
    request = GraphQLRequest(parameters.query, parameters.operation_name, parameters.variables)
    resolved = pipeline.resolve(request)
    return str(resolved.body["errors"][0]["extensions"]["code"]) if isinstance(resolved, Answer) else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.gateway.hostile", description=__doc__)
    parser.add_argument("--supergraph", type=Path, default=OWN_SUPERGRAPH)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    settings = GatewaySettings(supergraph=options.supergraph)
    sdl = options.supergraph.read_text(encoding="utf-8")
    dear = 0
    print(f"{'CPU ms':>8}  {'bytes':>9}  {'refused with':<28}request")
    for name, body in hostile_bodies().items():
        spent, code = [], None
        for _ in range(options.rounds):
            # A new one each time: what was refused before may be known.
            pipeline = build_pipeline(sdl, settings, SubgraphConnections(settings.traffic))
            gc.collect()
            gc.freeze()  # As the server does before it serves.
            started = time.thread_time()
            code = refusal_of(pipeline, body, settings.body_bytes_max)
            spent.append((time.thread_time() - started) * 1000)
            gc.unfreeze()
        too_dear = code is None or min(spent) > CPU_MS_MAX
        dear += too_dear
        print(f"{min(spent):>8.2f}  {len(body):>9,}  {code or 'NOT REFUSED':<28}{name}{'  <-' if too_dear else ''}")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
