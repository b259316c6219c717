"""The cluster's manifests: valid by schema, each part means what it names, and each rule finds its seeded mistake."""

from __future__ import annotations

import argparse
import copy
import importlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.cross_references import RULES, Expectations, images_are_pinned, mistakes
from deploy.manifests import Manifests, RenderingFailed, render
from gateway.__main__ import OWN_SUPERGRAPH
from gateway.app import build_app as build_gateway
from gateway.settings import GatewaySettings
from kit.auth import OPEN_PATHS, TokenVerifier
from kit.command_line import build_parser
from kit.service import ServiceParts
from kit.service import build_app as build_service
from kit.settings import AuthSettings, ServiceSettings, TelemetrySettings

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OVERLAYS = ("local", "production")
SERVICES = ("registry", "finance", "trust", "inspection")
TOOLS = Path(sys.executable).parent

# Kinds of other projects: the schema check knows no schema for them and warns.
CUSTOM_KINDS = ("HTTPRoute",)


@cache
def parts_of(service: str) -> ServiceParts[Any]:
    parts: ServiceParts[Any] = importlib.import_module(f"services.{service}.app").PARTS
    return parts


def settings_of(service: str) -> type[ServiceSettings]:
    settings = parts_of(service).settings
    assert isinstance(settings, type)
    return settings


@cache
def expectations() -> Expectations:
    """Return what the programs read and serve, from their own code, and what operating.md asks the city to make."""

    def names(*settings: type[BaseSettings]) -> frozenset[str]:
        return frozenset(f"ANJU_{name.upper()}" for one in settings for name in one.model_fields)

    services = {f"services.{service}": service for service in SERVICES}
    identity = frozenset({"ANJU_ENVIRONMENT", "ANJU_ISSUERS"})
    service_needs = identity | {"ANJU_MONGO_URI", "ANJU_NATS_URL", "ANJU_NATS_REPLICAS"}
    return Expectations(
        served_paths={
            "gateway": frozenset(OPEN_PATHS),
            **{program: frozenset(OPEN_PATHS) for program in services},
        },
        settings={
            "gateway": names(AuthSettings, TelemetrySettings),
            **{program: names(settings_of(service)) for program, service in services.items()},
        },
        required={"gateway": identity, **dict.fromkeys(services, service_needs)},
        commands={
            "gateway": frozenset(),
            **{program: commands_of(service) for program, service in services.items()},
        },
        calls={
            "gateway": frozenset({("POST", "/graphql")}),
            **{
                service: frozenset((route.method, route.path) for route in parts_of(service).routes)
                for service in SERVICES
            },
        },
        secrets={
            "finance-banks": frozenset({"secrets"}),
            "mongo-admin": frozenset({"username", "password", "keyfile"}),
            "mongo-users": frozenset(SERVICES),
            "nats-users": frozenset({*SERVICES, "cluster", "system"}),
            **{f"anju-{service}": frozenset({"mongo-uri", "nats-url"}) for service in SERVICES},
        },
        config_maps={"development-issuer": frozenset({"jwks.json"})},
    )


def commands_of(service: str) -> frozenset[str]:
    """Return the subcommands that the service's own command line knows."""
    parser = build_parser(parts_of(service))
    return frozenset(
        name for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
    )


@cache
def rendered(overlay: str) -> Manifests:
    return render(K8S / "overlays" / overlay)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_is_valid_by_the_schemas_of_kubernetes(overlay: str, tmp_path: Path) -> None:
    file = tmp_path / "rendered.yaml"
    file.write_text(yaml.safe_dump_all(rendered(overlay).documents, allow_unicode=True), encoding="utf-8")

    checked = subprocess.run(
        [TOOLS / "kubernetes-validate", "--strict", "-k", "1.32", file], capture_output=True, text=True, check=False
    )

    said = [line for line in (checked.stdout + checked.stderr).splitlines() if not line.startswith("INFO")]
    # Unknown kinds and removed APIs only warn: every warning counts as a failure, but those of the kinds named above.
    allowed = tuple(f"Couldn't find schema for kind {kind} " for kind in CUSTOM_KINDS)
    assert [line for line in said if not any(reason in line for reason in allowed)] == []
    assert checked.returncode == 0


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_part_of_an_overlay_means_what_it_names(overlay: str) -> None:
    assert mistakes(rendered(overlay), expectations()) == []


@pytest.mark.parametrize("program", [*SERVICES, "gateway"])
async def test_a_program_serves_the_paths_its_probes_ask(program: str, tmp_path: Path) -> None:
    manifests = rendered("production")
    pod = next(pod for pod in manifests.pods if pod.title == f"Deployment {program}")
    paths = {probe["httpGet"]["path"] for probe in pod.containers[0].probes.values()}

    transport = httpx.ASGITransport(app_of(program, tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://program") as client:
        statuses = {path: (await client.get(path)).status_code for path in paths}

    # Nothing is connected here: live all the same, and ready or not, but never "no such path" or "who are you".
    assert statuses["/health/live"] == 200
    assert statuses["/health/ready"] in (200, 503)


def app_of(program: str, directory: Path) -> Any:
    """Return the program's HTTP application with a developer's settings, not started."""
    identity = {"environment": "development", "development_issuer_dir": directory}
    if program == "gateway":
        gateway_settings = GatewaySettings(supergraph=OWN_SUPERGRAPH)
        return build_gateway(gateway_settings, TokenVerifier.from_settings(AuthSettings(**identity)))
    return build_service(parts_of(program), settings_of(program)(**identity))


def test_the_ingress_leads_to_the_gateway_as_the_route_does(tmp_path: Path) -> None:
    overlay = {
        "resources": [os.path.relpath(K8S / "overlays" / "production", tmp_path)],
        "components": [os.path.relpath(K8S / "components" / "ingress", tmp_path)],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")

    manifests = render(tmp_path)

    assert set(manifests.named("Ingress")) == set(manifests.named("HTTPRoute")) == {"gateway", "files", "banks"}
    assert mistakes(manifests, expectations()) == []


def test_production_runs_images_by_digest_and_the_local_overlay_does_not() -> None:
    assert list(images_are_pinned(rendered("production"), expectations())) == []
    assert list(images_are_pinned(rendered("local"), expectations())) != []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_has_the_five_workloads_the_migrations_and_three_members_of_each_store(overlay: str) -> None:
    manifests = rendered(overlay)

    assert set(manifests.named("Deployment")) == {*SERVICES, "gateway"}
    assert {name: s["spec"]["replicas"] for name, s in manifests.named("StatefulSet").items()} == {
        "mongo": 3,
        "nats": 3,
    }
    migrations = manifests.named("Job")["migrations"]["spec"]["template"]["spec"]["containers"]
    assert [container["args"] for container in migrations] == [
        [f"services.{service}", "indexes"] for service in SERVICES
    ]


def test_the_namespace_enforces_restricted_pods() -> None:
    namespace = rendered("production").named("Namespace")["anju"]

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_image_is_called_latest() -> None:
    images = {
        container.spec["image"]
        for overlay in OVERLAYS
        for pod in rendered(overlay).pods
        for container in pod.containers
    }

    assert [image for image in images if image.endswith(":latest") or ":" not in image] == []


def test_the_store_is_asked_by_connections_only() -> None:
    mongo = next(pod for pod in rendered("production").pods if pod.title == "StatefulSet mongo")

    assert {frozenset(probe) & {"tcpSocket", "exec", "httpGet"} for probe in mongo.containers[0].probes.values()} == {
        frozenset({"tcpSocket"})
    }


def test_the_message_server_leaves_its_clients_time_and_memory() -> None:
    nats = next(pod for pod in rendered("production").pods if pod.title == "StatefulSet nats")
    container = nats.containers[0]

    assert "ldm" in container.spec["lifecycle"]["preStop"]["exec"]["command"][1]
    assert nats.spec["terminationGracePeriodSeconds"] == 60
    assert container.spec["resources"]["requests"] == container.spec["resources"]["limits"]
    assert len({probe["httpGet"]["path"] for probe in container.probes.values()}) == 3
    assert container.environment["GOMEMLIMIT"]["value"] == f"{2048 * 8 // 10}MiB"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_message_servers_configuration_is_understood_and_syncs_always(overlay: str, tmp_path: Path) -> None:
    config = _nats_config(overlay)

    assert "sync_interval: always" in config
    assert _check_nats_config(overlay, config, tmp_path) == (0, "")


def test_a_mistake_in_the_message_servers_configuration_is_found(tmp_path: Path) -> None:
    code, said = _check_nats_config(
        "production", _nats_config("production").replace("jetstream {", "jetsteam {"), tmp_path
    )

    assert code == 1
    assert "jetsteam" in said


def test_an_overlay_that_does_not_render_says_why(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [nowhere.yaml]\n", encoding="utf-8")

    with pytest.raises(RenderingFailed, match=r"nowhere\.yaml"):
        render(tmp_path)


def test_the_dockerfile_has_nothing_to_complain_about() -> None:
    checked = subprocess.run(
        [TOOLS / "hadolint", K8S.parent / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "")


REMOVED = object()
POD = "spec/template/spec"
APP = f"{POD}/containers/0"
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"


@dataclass(frozen=True)
class Fault:
    """One slip in one document: another value at a place (or none at all), and what the rule must then say."""

    complaint: str
    document: str
    place: str = ""
    value: Any = REMOVED

    def in_copy_of(self, manifests: Manifests) -> Manifests:
        """Return the manifests with the slip; the configuration's generated name may have any ending."""
        documents = copy.deepcopy(list(manifests.documents))
        kind, _, name = self.document.partition("/")
        found = next(d for d in documents if d["kind"] == kind and d["metadata"]["name"].startswith(name))
        if not self.place:
            documents.remove(found)
            return Manifests(documents)
        *way, last = [int(step) if step.isdigit() else step for step in self.place.split("/")]
        place: Any = found
        for step in way:
            place = place[step]
        if self.value is REMOVED:
            del place[last]
        else:
            place[last] = self.value
        return Manifests(documents)


# For each rule the kind of slip that no schema check and no API server reports.
FAULTS: dict[str, list[Fault]] = {
    "workloads_select_their_own_pods": [
        Fault("its pods have", "Deployment/trust", "spec/selector/matchLabels", {NAME: "trsut"}),
        Fault("selects the pods of .*, ", "Deployment/trust", "spec/selector/matchLabels", {COMPONENT: "service"}),
    ],
    "spreads_and_affinities_mean_their_own_pods": [
        Fault(
            "nats spreads over .* not itself",
            "StatefulSet/nats",
            f"{POD}/topologySpreadConstraints/0/labelSelector/matchLabels",
            {NAME: "mongo"},
        ),
        Fault("by the label app,", "Deployment/trust", f"{POD}/topologySpreadConstraints/0/matchLabelKeys", ["app"]),
    ],
    "services_select_pods_with_their_ports": [
        Fault("finance targets port 'htpp'", "Service/finance", "spec/ports/0/targetPort", "htpp"),
        Fault("finance selects the pods of nobody", "Service/finance", "spec/selector", {NAME: "finances"}),
    ],
    "budgets_and_scalers_mean_workloads": [
        Fault("Deployment gateway has 0", "PodDisruptionBudget/gateway", "spec/selector/matchLabels", {NAME: "gate"}),
        Fault("Deployment trust has 0", "PodDisruptionBudget/trust"),
        Fault("unknown Deployment gat", "HorizontalPodAutoscaler/gateway", "spec/scaleTargetRef/name", "gat"),
    ],
    "stateful_sets_name_headless_services": [
        Fault("unknown Service mongodb", "StatefulSet/mongo", "spec/serviceName", "mongodb"),
        Fault("not headless", "Service/nats", "spec/clusterIP"),
    ],
    "network_policies_mean_pods_and_their_ports": [
        Fault("services selects no pods", "NetworkPolicy/services", "spec/podSelector/matchLabels", {COMPONENT: "s"}),
        Fault(
            "egress to .* selects no pods",
            "NetworkPolicy/gateway",
            "spec/egress/0/to/0/podSelector/matchLabels",
            {"tier": "service"},
        ),
        Fault(
            "egress on port 'mongodb', which StatefulSet mongo does",
            "NetworkPolicy/services",
            "spec/egress/0/ports/0/port",
            "mongodb",
        ),
        Fault("ingress on port 8081", "NetworkPolicy/gateway", "spec/ingress/0/ports/0/port", 8081),
    ],
    "every_pod_has_its_network_policy": [
        Fault("no NetworkPolicy denies", "NetworkPolicy/default-deny", "spec/ingress", [{}]),
        Fault("no NetworkPolicy denies", "NetworkPolicy/default-deny", "spec/policyTypes", ["Ingress"]),
        Fault("Job migrations is allowed nothing", "NetworkPolicy/migrations"),
    ],
    "ways_in_lead_to_services": [
        Fault("unknown Service door", "HTTPRoute/gateway", "spec/rules/0/backendRefs/0/name", "door"),
        Fault("leads to port 80,", "HTTPRoute/gateway", "spec/rules/0/backendRefs/0/port", 80),
    ],
    "ways_in_open_what_is_for_callers_alone": [
        Fault(
            "no way in leads to POST /documents/content of registry",
            "HTTPRoute/files",
            "spec/rules/0/matches/0/method",
            "PUT",
        ),
        Fault(
            "files opens /graphql of registry",
            "HTTPRoute/files",
            "spec/rules/0/matches/3/path",
            {"type": "Exact", "value": "/graphql"},
        ),
        Fault(
            "banks opens /bank of finance",
            "HTTPRoute/banks",
            "spec/rules/0/matches/0/path",
            {"type": "PathPrefix", "value": "/bank"},
        ),
        Fault("no way in leads to POST /bank-callbacks of finance", "HTTPRoute/banks"),
    ],
    "probes_ask_ports_and_paths_that_are_served": [
        Fault(
            "asks /healthz, which services.finance does not serve",
            "Deployment/finance",
            f"{APP}/readinessProbe/httpGet/path",
            "/healthz",
        ),
        Fault("asks port 'web'", "Deployment/finance", f"{APP}/livenessProbe/httpGet/port", "web"),
        Fault("asks port 27018", "StatefulSet/mongo", f"{APP}/livenessProbe/tcpSocket/port", 27018),
    ],
    "volumes_are_there_and_used": [
        Fault("mounts an unknown volume temp", "Deployment/trust", f"{APP}/volumeMounts/0/name", "temp"),
        Fault("volume data that nothing mounts", "StatefulSet/nats", f"{APP}/volumeMounts/2"),
        Fault("claims an unknown mongo-backup", "PersistentVolumeClaim/mongo-backup"),
    ],
    "configuration_and_secrets_are_there_with_their_keys": [
        Fault(
            "reads mongo_uri, which Secret anju-finance does not have",
            "Deployment/finance",
            f"{APP}/env/0/valueFrom/secretKeyRef/key",
            "mongo_uri",
        ),
        Fault("unknown Secret finance", "Deployment/finance", f"{APP}/env/0/valueFrom/secretKeyRef/name", "finance"),
        Fault(
            "unknown ConfigMap anju-config", "Deployment/finance", f"{APP}/envFrom/0/configMapRef/name", "anju-config"
        ),
        Fault(
            "reads start.sh, which ConfigMap mongo-scripts",
            "StatefulSet/mongo",
            f"{APP}/command",
            ["sh", "/etc/mongo/scripts/start.sh"],
        ),
        Fault("unknown ConfigMap nats-config", "ConfigMap/nats-config"),
    ],
    "programs_and_their_settings_exist": [
        Fault(
            "ANJU_MONGO_URL, which services.finance does not read",
            "Deployment/finance",
            f"{APP}/env/0/name",
            "ANJU_MONGO_URL",
        ),
        Fault("lacks ANJU_MONGO_URI", "Deployment/finance", f"{APP}/env/0"),
        Fault("lacks ANJU_ISSUERS", "ConfigMap/anju-settings", "data/ANJU_ISSUERS"),
        Fault("ANJU_LOGLEVEL, which no program reads", "ConfigMap/anju-settings", "data/ANJU_LOGLEVEL", "INFO"),
        Fault("unknown program services.finances", "Deployment/finance", f"{APP}/args/0", "services.finances"),
        Fault(r"unknown command \['run'\]", "Deployment/finance", f"{APP}/args/1", "run"),
    ],
    "variables_inside_values_are_set_before": [
        Fault(r"ROUTE_0 uses \$\(CLUSTER_PASSWORD\)", "StatefulSet/nats", f"{APP}/env/2/name", "CLUSTER"),
        Fault(r"argument --username=\$\(USERNAME\) uses", "Job/mongo-initiate", f"{APP}/env", []),
    ],
    "urls_lead_to_services": [
        Fault("names financ, which is no Service", "Deployment/gateway", f"{APP}/args/7", "finance=http://financ:8080"),
        Fault("names port 80 of finance", "Deployment/gateway", f"{APP}/args/7", "finance=http://finance:80"),
        Fault("port \\(none\\) of finance", "Deployment/gateway", f"{APP}/args/7", "finance=http://finance/graphql"),
        Fault("names nats-2.nats, which is no member", "StatefulSet/nats", "spec/replicas", 2),
    ],
    "service_accounts_are_there_and_carry_no_token": [
        Fault("unknown ServiceAccount anju", "ServiceAccount/anju"),
        Fault("Deployment trust mounts", "Deployment/trust", f"{POD}/automountServiceAccountToken"),
    ],
    "pods_are_restricted": [
        Fault("numeric runAsUser", "Deployment/trust", f"{POD}/securityContext/runAsUser", "anju"),
        Fault("seccomp", "Deployment/trust", f"{POD}/securityContext/seccompProfile"),
        Fault("escalate", "Deployment/trust", f"{APP}/securityContext/allowPrivilegeEscalation"),
        Fault("keeps capabilities", "Deployment/trust", f"{APP}/securityContext/capabilities"),
        Fault("write to its root", "Deployment/trust", f"{APP}/securityContext/readOnlyRootFilesystem", False),
        Fault("limit of memory", "Deployment/trust", f"{APP}/resources/limits"),
    ],
    "servers_roll_without_losing_a_request": [
        Fault("before new ones are ready", "Deployment/trust", "spec/strategy/rollingUpdate/maxUnavailable", 1),
        Fault("lacks a probe", "Deployment/trust", f"{APP}/startupProbe"),
        Fault("waits 0 s", "Deployment/trust", f"{APP}/lifecycle"),
        # 8 s of preStop and up to 20 s of drain: 28 s is not longer, 29 s would be.
        Fault("killed before its preStop", "Deployment/trust", f"{POD}/terminationGracePeriodSeconds", 28),
    ],
}


def test_every_rule_has_a_seeded_fault() -> None:
    assert set(FAULTS) == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        pytest.param(rule, fault, id=f"{rule}-{number}")
        for rule, faults in FAULTS.items()
        for number, fault in enumerate(faults)
    ],
)
def test_a_seeded_mistake_is_found_by_its_rule(rule: str, fault: Fault) -> None:
    found = mistakes(fault.in_copy_of(rendered("production")), expectations())

    assert any(re.search(f"^{rule}: .*{fault.complaint}", mistake) for mistake in found), found


def test_an_image_by_tag_in_production_is_found() -> None:
    documents = copy.deepcopy(list(rendered("production").documents))
    deployment = next(document for document in documents if document["kind"] == "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.city.example/anju:1.0"

    assert list(images_are_pinned(Manifests(documents), expectations())) == [
        f"Deployment {deployment['metadata']['name']} container app runs registry.city.example/anju:1.0, "
        "which no digest pins"
    ]


def _nats_config(overlay: str) -> str:
    maps = rendered(overlay).named("ConfigMap")
    return str(next(document for name, document in maps.items() if name.startswith("nats-config"))["data"]["nats.conf"])


def _check_nats_config(overlay: str, config: str, directory: Path) -> tuple[int, str]:
    """Return the exit code and the complaint of the real server about the configuration, with the pod's environment."""
    nats = next(pod for pod in rendered(overlay).pods if pod.title == "StatefulSet nats")
    secrets = {name: "example-word" for name, v in nats.containers[0].environment.items() if "valueFrom" in v}
    values = {name: v["value"] for name, v in nats.containers[0].environment.items() if "value" in v}
    environment = secrets | {
        name: value.replace("$(CLUSTER_PASSWORD)", "example-word") for name, value in values.items()
    }
    file = directory / "nats.conf"
    file.write_text(config, encoding="utf-8")
    checked = subprocess.run(
        [TOOLS / "nats-server", "-t", "-c", file], env=environment, capture_output=True, text=True, check=False
    )
    return checked.returncode, checked.stderr if checked.returncode else ""
