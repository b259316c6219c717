"""What `python -m services.<service> …` understands.

::

    serve                         serve until told to stop
    indexes                       make the declared indexes and do what the service prepares
    schema [--write|--check FILE] print, write or compare the subgraph's SDL
    dead-letters list|show|redeliver
    work-items list
    …                             the service's own commands

`schema` reads no settings; every other command reads the environment.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import SettingsError

from kit.dead_letters import add_commands
from kit.errors import Refusal
from kit.graphql.schema import print_sdl
from kit.logs import set_up_logs
from kit.mongo import StoreAddressInvalid, StoreUnavailable
from kit.service import Running, ServiceCommand, ServiceParts, connect_store, prepare, serve
from kit.settings import ServiceSettings
from kit.telemetry import set_up_telemetry

PoliciesT = TypeVar("PoliciesT")

USAGE_ERROR = 2
PATIENCE_SECONDS = 10.0


def run_command_line(parts: ServiceParts[PoliciesT], arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments`, or the process's own, ask for and return the exit code."""
    parsed = build_parser(parts).parse_args(arguments)
    if parsed.command == "schema":
        return _schema(parts, parsed)
    try:
        settings = parts.settings()
    except ValidationError as problem:
        for error in problem.errors(include_url=False, include_input=False):
            place = ".".join(str(part) for part in error["loc"]) or "settings"
            print(f"{parts.name}: {place}: {error['msg']}", file=sys.stderr)
        return USAGE_ERROR
    except SettingsError as problem:
        print(f"{parts.name}: {problem}: {problem.__cause__}", file=sys.stderr)
        return USAGE_ERROR
    changes = {name: getattr(parsed, name) for name in ("host", "port") if getattr(parsed, name, None) is not None}
    settings = settings.model_copy(update=changes)
    if parsed.command == "serve":
        return serve(parts, settings)
    set_up_logs(parts.name, settings.log_level)
    flush_telemetry = set_up_telemetry(parts.name, settings)
    try:
        return asyncio.run(_run_with_store(parts, settings, parsed))
    except (Refusal, StoreAddressInvalid, StoreUnavailable) as problem:
        print(f"{parts.name}: {problem}", file=sys.stderr)
        return 1
    finally:
        flush_telemetry()


def build_parser(parts: ServiceParts[PoliciesT]) -> argparse.ArgumentParser:
    """Return the parser of the kit's commands and the service's own."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{parts.name}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve until told to stop")
    serving.add_argument("--host", help="the address to listen on (default: ANJU_HOST)")
    serving.add_argument("--port", type=int, help="the port to listen on; 0 chooses a free one (default: ANJU_PORT)")
    _with_store(commands.add_parser("indexes", help="make the declared indexes and do what the service prepares"))
    schema = commands.add_parser("schema", help="print the subgraph's SDL")
    where = schema.add_mutually_exclusive_group()
    where.add_argument("--write", type=Path, metavar="FILE", help="write it there")
    where.add_argument("--check", type=Path, metavar="FILE", help="fail unless this file holds it")
    add_commands(commands)
    for command in parts.commands:
        command.add_arguments(_with_store(commands.add_parser(command.name, help=command.help)))
    return parser


def _with_store(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help=f"how long to wait for a store that does not answer (default: {PATIENCE_SECONDS:g})",
    )
    return parser


def _schema(parts: ServiceParts[PoliciesT], parsed: argparse.Namespace) -> int:
    sdl = print_sdl(parts.schema)
    if parsed.write is not None:
        parsed.write.write_text(sdl, encoding="utf-8")
        return 0
    if parsed.check is not None:
        committed = parsed.check.read_text(encoding="utf-8") if parsed.check.exists() else ""
        if committed == sdl:
            return 0
        print(f"{parsed.check} differs from the schema of {parts.name}: run `make schema`", file=sys.stderr)
        return 1
    print(sdl, end="")
    return 0


async def _run_with_store(parts: ServiceParts[PoliciesT], settings: ServiceSettings, parsed: argparse.Namespace) -> int:
    look = getattr(parsed, "run_with_store", None)
    if look is not None:
        # People look at what went wrong also when the policies are what went wrong.
        mongo = await connect_store(settings, patience_seconds=PATIENCE_SECONDS)
        try:
            print(await look(mongo, parsed))
        finally:
            mongo.close()
        return 0
    policies = parts.load_policies(settings)
    mongo = await connect_store(settings, patience_seconds=parsed.patience)
    running = Running(parts.name, settings, mongo, parts.clock, policies)
    try:
        await prepare(parts, running)
        return await _command_named(parts, parsed.command).run(parsed, running)
    finally:
        mongo.close()


async def _made_ready(_parsed: argparse.Namespace, running: Running[PoliciesT]) -> int:
    print(f"{running.name}: indexes are in place in {running.mongo.name}")
    return 0


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes no arguments."""


def _command_named(parts: ServiceParts[PoliciesT], name: str) -> ServiceCommand[PoliciesT]:
    own = {command.name: command for command in parts.commands}
    if name == "indexes":
        return ServiceCommand("indexes", "", _no_arguments, _made_ready)
    return own[name]
