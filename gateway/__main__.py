"""`python -m gateway`: serve a supergraph, print a plan, mint a development token."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from graphql import GraphQLError

from gateway.app import build_app
from gateway.documents.trusted import UnreadableManifest
from gateway.pipeline import plan_of
from gateway.planner.plan import print_plan
from gateway.server import serve
from gateway.settings import GatewaySettings, UnreadableSetting, settings_from_environment
from gateway.supergraph.features import UnsupportedSupergraph
from gateway.supergraph.read import read_supergraph
from gateway.telemetry import Tracing
from kit.auth import TokenVerifier
from kit.development_issuer import add_token_arguments, run_token
from kit.logs import set_up_logs
from kit.settings import AuthSettings, Environment, TelemetrySettings
from kit.telemetry import set_up_telemetry

OWN_SUPERGRAPH = Path(__file__).parent / "supergraph" / "supergraph.graphql"
LOCAL_ISSUER = Path(__file__).parents[1] / ".anju" / "development-issuer"  # Where `make up` keeps its keys.
IDENTITY_VARIABLES = ("ANJU_ENVIRONMENT", "ANJU_ISSUERS", "ANJU_DEVELOPMENT_ISSUER_DIR")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = given.pop(0) if given and given[0] in {"serve", "plan", "token"} else "serve"
    return {"serve": _serve, "plan": _plan, "token": _token}[command](given)


def _serve(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway", description="Serve a Federation v2 supergraph.")
    parser.add_argument("--supergraph", type=Path, default=OWN_SUPERGRAPH, metavar="FILE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4000)
    parser.add_argument("--subgraph", action="append", default=[], metavar="NAME=URL", help="replace an address")
    parser.add_argument("--no-introspection", action="store_true")
    parser.add_argument("--no-graphiql", action="store_true", help="serve no page to browsers")
    parser.add_argument("--mask-messages", action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--subgraph-timeout", type=float, default=None, metavar="SECONDS")
    parser.add_argument("--reject-forbidden", action="store_true", help="refuse operations with forbidden fields")
    parser.add_argument("--override-label", action="append", default=[], metavar="LABEL", help="a label that holds")
    parser.add_argument("--show-plans", action="store_true", help="let every caller have plans by the header Anju-Plan")
    options = parser.parse_args(given)
    try:
        settings = _settings(options, parser)
    except UnreadableSetting as refusal:
        print(refusal, file=sys.stderr)
        return 1
    telemetry = TelemetrySettings()
    tracing = Tracing(enabled=telemetry.otlp_endpoint is not None or telemetry.trace_file is not None)
    set_up_logs("gateway", telemetry.log_level)
    stop_telemetry = set_up_telemetry("gateway", telemetry)
    try:
        app = build_app(settings, _verifier(), tracing)
    except UnreadableManifest as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except (UnsupportedSupergraph, OSError) as refusal:
        print(f"{settings.supergraph}: {refusal}", file=sys.stderr)
        return 1
    serve(app)
    stop_telemetry()
    return 0


def _settings(options: argparse.Namespace, parser: argparse.ArgumentParser) -> GatewaySettings:
    values = settings_from_environment()
    values["subgraph_urls"].update(_pair(one, parser) for one in options.subgraph)
    if options.no_introspection:
        values["introspection"] = False
    if options.no_graphiql:
        values["graphiql"] = False
    if options.reject_forbidden:
        values["reject_forbidden"] = True
    if options.show_plans:
        values["show_plans"] = True
    values["override_labels"] = values.get("override_labels", ()) + tuple(options.override_label)
    if options.mask_messages is not None:
        values["mask_messages"] = options.mask_messages
    if options.subgraph_timeout is not None:
        values["traffic"] = replace(values["traffic"], timeout_seconds=options.subgraph_timeout)
    return GatewaySettings(**{**values, "supergraph": options.supergraph, "host": options.host, "port": options.port})


def _verifier() -> TokenVerifier | None:
    """Return the verifier of Anju's settings; None in the stand-alone form, where no identity setting is given."""
    if not any(os.environ.get(name) for name in IDENTITY_VARIABLES):
        return None
    return TokenVerifier.from_settings(AuthSettings())


def _plan(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway plan", description="Print the plan of a query.")
    parser.add_argument("query", type=Path)
    parser.add_argument("--supergraph", type=Path, default=OWN_SUPERGRAPH, metavar="FILE")
    parser.add_argument("--operation", default=None)
    options = parser.parse_args(given)
    try:
        supergraph = read_supergraph(options.supergraph.read_text(encoding="utf-8"))
        plan = plan_of(supergraph, options.query.read_text(encoding="utf-8"), options.operation)
    except (UnsupportedSupergraph, OSError, ValueError, GraphQLError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(print_plan(plan, {graph: subgraph.name for graph, subgraph in supergraph.subgraphs.items()}))
    return 0


def _token(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway token", description="Mint a development token.")
    add_token_arguments(parser)
    options = parser.parse_args(given)
    if os.environ.get("ANJU_ENVIRONMENT") == Environment.PRODUCTION:
        print("production mints no tokens", file=sys.stderr)
        return 1
    directory = Path(os.environ.get("ANJU_DEVELOPMENT_ISSUER_DIR") or LOCAL_ISSUER)
    if not directory.is_dir():
        print(
            f"no development issuer in {directory}: run `make up`, or set ANJU_DEVELOPMENT_ISSUER_DIR", file=sys.stderr
        )
        return 1
    print(run_token(directory, options))
    return 0


def _pair(text: str, parser: argparse.ArgumentParser) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals or not url:
        parser.error(f"--subgraph {text!r} is not NAME=URL")
    return name, url


if __name__ == "__main__":
    sys.exit(main())
