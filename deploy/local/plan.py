"""The seven processes of the platform on one machine, in the order they are started."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import HOST
from deploy.local.probes import accepts_connections, answers_ok
from deploy.local.processes import PROJECT, ProcessSpec
from deploy.local.state import StateDirectory

SERVICES = ("registry", "finance", "trust", "inspection")
STORE, NATS, GATEWAY = "store", "nats", "gateway"
NAMES = (STORE, NATS, *SERVICES, GATEWAY)
SUPERGRAPH = Path("gateway/supergraph/supergraph.graphql")


@dataclass(frozen=True)
class Plan:
    """What is started together: first the stores, then the services, then the door."""

    stores: tuple[ProcessSpec, ...]
    services: tuple[ProcessSpec, ...]
    gateway: ProcessSpec

    @property
    def all(self) -> tuple[ProcessSpec, ...]:
        return (*self.stores, *self.services, self.gateway)


def plan(state: StateDirectory, ports: Mapping[str, int]) -> Plan:
    """Return how each process is started on its port, with its data and keys in the state directory."""
    return Plan(
        stores=(_store(state, ports[STORE]), _nats(state, ports[NATS], ports["nats-monitor"])),
        services=tuple(_service(state, name, ports) for name in SERVICES),
        gateway=_gateway(state, ports),
    )


def service_environment(state: StateDirectory, ports: Mapping[str, int]) -> dict[str, str]:
    """Return the settings that the services, and commands run beside them, share."""
    return {
        "ANJU_ENVIRONMENT": "development",
        "ANJU_MONGO_URI": f"mongodb://{HOST}:{ports[STORE]}/?replicaSet=secantus&retryWrites=false",
        "ANJU_NATS_URL": f"nats://{HOST}:{ports[NATS]}",
        "ANJU_DEVELOPMENT_ISSUER_DIR": str(state.issuer),
    }


def write_nats_config(state: StateDirectory, ports: Mapping[str, int]) -> None:
    """Write the message server's configuration: JetStream on disk, every acknowledged message synced."""
    state.nats_config.write_text(
        f"""\
server_name: anju-local
listen: "{HOST}:{ports[NATS]}"
http: "{HOST}:{ports["nats-monitor"]}"
jetstream {{
  store_dir: {json.dumps(str(state.jetstream))}
  sync_interval: always
}}
""",
        encoding="utf-8",
    )


def write_environment_script(state: StateDirectory, ports: Mapping[str, int]) -> None:
    """Write the settings for a shell: commands run after `. environment.sh` work on this platform's data."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in service_environment(state, ports).items()]
    state.environment_script.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _store(state: StateDirectory, port: int) -> ProcessSpec:
    return ProcessSpec(
        name=STORE,
        command=(
            str(Path(sys.executable).with_name("secantusd-py")),
            *("--host", HOST, "--port", str(port)),
            *("--storage-path", str(state.store)),
            "--sync-on-commit",
        ),
        port=port,
        problem=accepts_connections(port),
        url=f"mongodb://{HOST}:{port}",
    )


def _nats(state: StateDirectory, port: int, monitor_port: int) -> ProcessSpec:
    return ProcessSpec(
        name=NATS,
        command=(str(Path(sys.executable).with_name("nats-server")), "--config", str(state.nats_config)),
        port=port,
        problem=answers_ok(monitor_port, "/healthz"),
        url=f"nats://{HOST}:{port}",
    )


def _service(state: StateDirectory, name: str, ports: Mapping[str, int]) -> ProcessSpec:
    port = ports[name]
    return ProcessSpec(
        name=name,
        command=(sys.executable, "-m", f"services.{name}", "serve", "--host", HOST, "--port", str(port)),
        port=port,
        problem=answers_ok(port, "/health/ready"),
        url=f"http://{HOST}:{port}/graphql",
        environment=service_environment(state, ports),
    )


def _gateway(state: StateDirectory, ports: Mapping[str, int]) -> ProcessSpec:
    port = ports[GATEWAY]
    subgraphs = [
        argument
        for service in SERVICES
        for argument in ("--subgraph", f"{service}=http://{HOST}:{ports[service]}/graphql")
    ]
    return ProcessSpec(
        name=GATEWAY,
        command=(
            *(sys.executable, "-m", "gateway"),
            *("--supergraph", str(PROJECT / SUPERGRAPH)),
            *("--host", HOST, "--port", str(port)),
            *subgraphs,
        ),
        port=port,
        problem=answers_ok(port, "/health/ready"),
        url=f"http://{HOST}:{port}/graphql",
        environment={
            "ANJU_ENVIRONMENT": "development",
            "ANJU_DEVELOPMENT_ISSUER_DIR": str(state.issuer),
        },
    )
