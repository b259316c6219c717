"""Whether the parts of rendered manifests mean each other: names, ports, keys, paths and settings that must agree.

No schema check and no API server reports a selector that selects nothing, a port name nobody has, a key that is not in
the ConfigMap, a variable the program does not read. Each rule here yields one sentence per mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.manifests import Container, Document, Manifests, Pod, selects
from deploy.ways_in import ways_in

PREFIX = "ANJU_"

# What kit.settings allows a drain to take at most.
DRAIN_SECONDS_MAX = 20
_URL = re.compile(r"\b(?:https?|nats|nats-route|mongodb)://(?:[^@/\s\"]*@)?([^/\s\"?]+)")
_VARIABLE = re.compile(r"\$\(([A-Z0-9_]+)\)")


@dataclass(frozen=True)
class Expectations:
    """What the manifests rest on that is not in them: the programs of the image, and what the city provides."""

    served_paths: Mapping[str, frozenset[str]]
    """By program (the first argument, e.g. "services.registry"): the paths it answers."""

    settings: Mapping[str, frozenset[str]]
    """By program: the environment variables its settings read."""

    required: Mapping[str, frozenset[str]]
    """By program: the variables without a default that is right in a cluster."""

    commands: Mapping[str, frozenset[str]]
    """By program: its subcommands; empty for a program that has options only."""

    calls: Mapping[str, frozenset[tuple[str, str]]]
    """By Service: the methods and paths for callers from outside, such as ("GET", "/documents/{id}/content")."""

    secrets: Mapping[str, frozenset[str]]
    """By Secret made outside: its keys."""

    config_maps: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By ConfigMap made outside: its keys."""


Rule = Callable[[Manifests, Expectations], Iterator[str]]


def mistakes(manifests: Manifests, expectations: Expectations) -> list[str]:
    """Return every mistake that any rule finds, each led by the rule's name; an empty list is the good answer."""
    return [f"{rule.__name__}: {mistake}" for rule in RULES for mistake in rule(manifests, expectations)]


def workloads_select_their_own_pods(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        selector = pod.owner["spec"].get("selector")
        if pod.kind in ("Deployment", "StatefulSet") and not selects(selector or {}, pod.labels):
            yield f"{pod.title} selects {selector}, its pods have {dict(pod.labels)}"
        chosen = [other.title for other in manifests.pods_that_match(selector or {})]
        if selector and chosen != [pod.title]:
            yield f"{pod.title} selects the pods of {', '.join(chosen) or 'nobody'}"


def spreads_and_affinities_mean_their_own_pods(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        terms = list(pod.spec.get("topologySpreadConstraints", ()))
        anti_affinity = (pod.spec.get("affinity") or {}).get("podAntiAffinity", {})
        terms += anti_affinity.get("requiredDuringSchedulingIgnoredDuringExecution", ())
        for term in terms:
            if not selects(term["labelSelector"], pod.labels):
                yield f"{pod.title} spreads over {term['labelSelector']}, which is not itself"
            for key in term.get("matchLabelKeys", ()):
                # The controller adds this one to every pod of a Deployment.
                if key not in pod.labels and not (key == "pod-template-hash" and pod.kind == "Deployment"):
                    yield f"{pod.title} spreads by the label {key}, which it does not have"


def services_select_pods_with_their_ports(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for service in manifests.of_kind("Service"):
        name = service["metadata"]["name"]
        pods = manifests.pods_that_match({"matchLabels": service["spec"]["selector"]})
        if len(pods) != 1:
            yield f"Service {name} selects the pods of {', '.join(pod.title for pod in pods) or 'nobody'}"
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            for pod in pods:
                if not any(container.has_port(target) for container in pod.containers):
                    yield f"Service {name} targets port {target!r}, which {pod.title} does not have"


def budgets_and_scalers_mean_workloads(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for budget in manifests.of_kind("PodDisruptionBudget"):
        if len(manifests.pods_that_match(budget["spec"]["selector"])) != 1:
            yield f"PodDisruptionBudget {budget['metadata']['name']} does not select exactly one workload"
    for scaler in manifests.of_kind("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if target["name"] not in manifests.named(target["kind"]):
            name = scaler["metadata"]["name"]
            yield f"HorizontalPodAutoscaler {name} scales an unknown {target['kind']} {target['name']}"
    for pod in manifests.pods:
        if pod.kind not in ("Deployment", "StatefulSet"):
            continue
        budgets = [b for b in manifests.of_kind("PodDisruptionBudget") if selects(b["spec"]["selector"], pod.labels)]
        if len(budgets) != 1:
            yield f"{pod.title} has {len(budgets)} PodDisruptionBudgets"


def stateful_sets_name_headless_services(manifests: Manifests, _: Expectations) -> Iterator[str]:
    services = manifests.named("Service")
    for stateful_set in manifests.of_kind("StatefulSet"):
        name, service = stateful_set["metadata"]["name"], stateful_set["spec"]["serviceName"]
        if service not in services:
            yield f"StatefulSet {name} names an unknown Service {service}"
        elif services[service]["spec"].get("clusterIP") != "None":
            yield f"StatefulSet {name} names the Service {service}, which is not headless"


def network_policies_mean_pods_and_their_ports(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for policy in manifests.of_kind("NetworkPolicy"):
        name, spec = policy["metadata"]["name"], policy["spec"]
        chosen = manifests.pods_that_match(spec["podSelector"])
        if not chosen:
            yield f"NetworkPolicy {name} selects no pods"
        for direction, side in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(direction, ()):
                peers = [peer["podSelector"] for peer in rule.get(side, ()) if "podSelector" in peer]
                for peer in peers:
                    if not manifests.pods_that_match(peer):
                        yield f"NetworkPolicy {name} allows {direction} {side} {peer}, which selects no pods"
                servers = chosen if direction == "ingress" else [p for q in peers for p in manifests.pods_that_match(q)]
                yield from _unknown_policy_ports(name, direction, rule, servers)


def _unknown_policy_ports(name: str, direction: str, rule: Document, servers: list[Pod]) -> Iterator[str]:
    for port in rule.get("ports", ()):
        for server in servers:
            if not any(container.has_port(port["port"]) for container in server.containers):
                number = port["port"]
                yield f"NetworkPolicy {name} allows {direction} on port {number!r}, which {server.title} does not have"


def every_pod_has_its_network_policy(manifests: Manifests, _: Expectations) -> Iterator[str]:
    policies = list(manifests.of_kind("NetworkPolicy"))
    if not any(_denies_everything(policy["spec"]) for policy in policies):
        yield "no NetworkPolicy denies everything by default"
    for pod in manifests.pods:
        if not any(
            policy["spec"]["podSelector"] and selects(policy["spec"]["podSelector"], pod.labels) for policy in policies
        ):
            yield f"{pod.title} is allowed nothing: no NetworkPolicy of its own"


def _denies_everything(policy: Document) -> bool:
    covers_all = not policy["podSelector"] and set(policy["policyTypes"]) == {"Ingress", "Egress"}
    return covers_all and not policy.get("ingress") and not policy.get("egress")


def ways_in_lead_to_services(manifests: Manifests, _: Expectations) -> Iterator[str]:
    services = manifests.named("Service")
    for way in ways_in(manifests):
        if way.service not in services:
            yield f"{way.title} leads to an unknown Service {way.service}"
        elif not any(way.port in (p.get("name"), p["port"]) for p in services[way.service]["spec"]["ports"]):
            yield f"{way.title} leads to port {way.port!r}, which Service {way.service} does not have"


def ways_in_open_what_is_for_callers_alone(manifests: Manifests, expectations: Expectations) -> Iterator[str]:
    """Yield ways in that open a path which is not for callers, and paths for callers that no way in opens."""
    ways = list(ways_in(manifests))
    if not ways:
        return
    for service, calls in expectations.calls.items():
        own = [way for way in ways if way.service == service]
        for method, path in sorted(calls):
            if not any(way.lets_in(method, path) for way in own):
                yield f"no way in leads to {method} {path} of {service}"
        for way in own:
            if not any(way.lets_in(method, path) for method, path in calls):
                yield f"{way.title} opens {way.path} of {service}, which is no path for callers"


def probes_ask_ports_and_paths_that_are_served(manifests: Manifests, expectations: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        for container in pod.containers:
            paths = expectations.served_paths.get(program(container))
            for kind, probe in container.probes.items():
                question = probe.get("httpGet") or probe.get("tcpSocket") or {}
                if "port" not in question or not container.has_port(question["port"]):
                    yield f"{pod.title} {kind} asks port {question.get('port')!r}, which {container.name} does not have"
                if paths is not None and "path" in question and question["path"] not in paths:
                    yield f"{pod.title} {kind} asks {question['path']}, which {program(container)} does not serve"


def volumes_are_there_and_used(manifests: Manifests, _: Expectations) -> Iterator[str]:
    claims = manifests.named("PersistentVolumeClaim")
    for pod in manifests.pods:
        known = set(pod.volumes) | pod.claim_templates
        mounted = {m["name"] for container in pod.containers for m in container.spec.get("volumeMounts", ())}
        for name in sorted(mounted - known):
            yield f"{pod.title} mounts an unknown volume {name}"
        for name in sorted(known - mounted):
            yield f"{pod.title} has a volume {name} that nothing mounts"
        for name, volume in pod.volumes.items():
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim is not None and claim not in claims:
                yield f"{pod.title} volume {name} claims an unknown {claim}"


def configuration_and_secrets_are_there_with_their_keys(
    manifests: Manifests, expectations: Expectations
) -> Iterator[str]:
    maps = {name: set(document.get("data", {})) for name, document in manifests.named("ConfigMap").items()}
    maps |= {name: set(keys) for name, keys in expectations.config_maps.items()}
    secrets = {name: set(keys) for name, keys in expectations.secrets.items()}
    for pod in manifests.pods:
        for kind, name, keys in _references(pod):
            known = maps if kind == "ConfigMap" else secrets
            if name not in known:
                yield f"{pod.title} reads an unknown {kind} {name}"
            for key in sorted(keys - known.get(name, keys)):
                yield f"{pod.title} reads {key}, which {kind} {name} does not have"


def _references(pod: Pod) -> Iterator[tuple[str, str, set[str]]]:
    """Yield (kind, name, keys) of every ConfigMap and Secret that the pod reads."""
    for container in pod.containers:
        for source in container.spec.get("envFrom", ()):
            for field_name, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if field_name in source:
                    yield kind, source[field_name]["name"], set()
        for variable in container.environment.values():
            for field_name, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                reference = variable.get("valueFrom", {}).get(field_name)
                if reference:
                    yield kind, reference["name"], {reference["key"]}
    mounts: dict[str, list[Document]] = {}
    for container in pod.containers:
        for mount in container.spec.get("volumeMounts", ()):
            mounts.setdefault(mount["name"], []).append(mount)
    for name, volume in pod.volumes.items():
        for field_name, kind, key in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
            if field_name in volume:
                used = _used_files(pod, [mount["mountPath"] for mount in mounts.get(name, ())])
                items = volume[field_name].get("items")
                keys = {item["key"] for item in items} if items else used
                yield kind, volume[field_name][key], keys


def _used_files(pod: Pod, directories: list[str]) -> set[str]:
    """Return the file names below the mounted directories that the containers' commands name."""
    words = [
        word
        for container in pod.containers
        for argument in (*container.spec.get("command", ()), *container.spec.get("args", ()))
        for word in re.split(r"[\s=]", argument)
    ]
    return {
        word.removeprefix(f"{directory}/")
        for directory in directories
        for word in words
        if word.startswith(f"{directory}/")
    }


def programs_and_their_settings_exist(manifests: Manifests, expectations: Expectations) -> Iterator[str]:
    maps = manifests.named("ConfigMap")
    read_by_somebody: dict[str, set[str]] = {}
    for pod in manifests.pods:
        for container in pod.containers:
            name = program(container)
            if not name:
                continue
            title = f"{pod.title} container {container.name}"
            if name not in expectations.settings:
                yield f"{title} runs an unknown program {name}"
                continue
            commands, arguments = expectations.commands[name], container.spec["args"][1:]
            if commands and (not arguments or arguments[0] not in commands):
                yield f"{title} gives {name} an unknown command {arguments[:1]}"
            given = {variable for variable in container.environment if variable.startswith(PREFIX)}
            for variable in sorted(given - expectations.settings[name]):
                yield f"{title} sets {variable}, which {name} does not read"
            for source in container.spec.get("envFrom", ()):
                settings_map = source.get("configMapRef", {}).get("name", "")
                keys = set(maps.get(settings_map, {}).get("data", {}))
                read_by_somebody.setdefault(settings_map, set()).update(keys & expectations.settings[name])
                given |= keys
            for variable in sorted(expectations.required[name] - given):
                yield f"{title} lacks {variable}"
    for settings_map, read in read_by_somebody.items():
        for variable in sorted(set(maps.get(settings_map, {}).get("data", {})) - read):
            yield f"ConfigMap {settings_map} sets {variable}, which no program reads"


def variables_inside_values_are_set_before(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        for container in pod.containers:
            seen: set[str] = set()
            for variable in container.spec.get("env", ()):
                for used in _VARIABLE.findall(variable.get("value", "")):
                    if used not in seen:
                        yield f"{pod.title} {variable['name']} uses $({used}), which is not set before it"
                seen.add(variable["name"])
            for argument in container.spec.get("args", ()):
                for used in _VARIABLE.findall(argument):
                    if used not in seen:
                        yield f"{pod.title} argument {argument} uses $({used}), which is not set"


def urls_lead_to_services(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for place, text in _texts(manifests):
        for authorities in _URL.findall(text):
            for authority in authorities.split(","):
                host, _, port = authority.partition(":")
                yield from _unknown_host(manifests, place, host, port)


def _unknown_host(manifests: Manifests, place: str, host: str, port: str) -> Iterator[str]:
    services, stateful_sets = manifests.named("Service"), manifests.named("StatefulSet")
    member, _, domain = host.partition(".")
    if host in services:
        service = services[host]
    elif domain in services:
        service = services[domain]
        owner, _, ordinal = member.rpartition("-")
        owned = stateful_sets.get(owner)
        if (
            not owned
            or owned["spec"]["serviceName"] != domain
            or not ordinal.isdigit()
            or int(ordinal) >= owned["spec"]["replicas"]
        ):
            yield f"{place} names {host}, which is no member of a StatefulSet"
    elif domain:
        return  # A name of the world outside.
    else:
        yield f"{place} names {host}, which is no Service"
        return
    if port not in {str(known["port"]) for known in service["spec"]["ports"]}:
        yield f"{place} names port {port or '(none)'} of {host}, which it does not have"


def _texts(manifests: Manifests) -> Iterator[tuple[str, str]]:
    for document in manifests.of_kind("ConfigMap"):
        for key, value in document.get("data", {}).items():
            yield f"ConfigMap {document['metadata']['name']} {key}", value
    for pod in manifests.pods:
        for container in pod.containers:
            for argument in (*container.spec.get("command", ()), *container.spec.get("args", ())):
                yield f"{pod.title} argument {argument.partition('://')[0]}", argument
            for name, variable in container.environment.items():
                yield f"{pod.title} {name}", variable.get("value", "")


def service_accounts_are_there_and_carry_no_token(manifests: Manifests, _: Expectations) -> Iterator[str]:
    accounts = manifests.named("ServiceAccount")
    for pod in manifests.pods:
        if pod.spec.get("serviceAccountName") not in accounts:
            yield f"{pod.title} runs as an unknown ServiceAccount {pod.spec.get('serviceAccountName')}"
        if pod.spec.get("automountServiceAccountToken") is not False:
            yield f"{pod.title} mounts a ServiceAccount's token"


def pods_are_restricted(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        security = pod.spec.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or not isinstance(security.get("runAsUser"), int):
            yield f"{pod.title} does not say runAsNonRoot with a numeric runAsUser"
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{pod.title} has no RuntimeDefault seccomp profile"
        for container in pod.containers:
            yield from _unrestricted(pod, container)


def _unrestricted(pod: Pod, container: Container) -> Iterator[str]:
    title = f"{pod.title} container {container.name}"
    security: Mapping[str, Any] = container.spec.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield f"{title} may escalate privileges"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield f"{title} keeps capabilities"
    if security.get("readOnlyRootFilesystem") is not True:
        yield f"{title} may write to its root"
    resources = container.spec.get("resources", {})
    if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
        yield f"{title} lacks requests of cpu and memory or a limit of memory"


def servers_roll_without_losing_a_request(manifests: Manifests, _: Expectations) -> Iterator[str]:
    for pod in manifests.pods:
        if pod.kind != "Deployment":
            continue
        rolling = pod.owner["spec"].get("strategy", {}).get("rollingUpdate", {})
        if rolling.get("maxUnavailable") != 0:
            yield f"{pod.title} may take pods away before new ones are ready"
        for container in pod.containers:
            if set(container.probes) != {"startupProbe", "livenessProbe", "readinessProbe"}:
                yield f"{pod.title} container {container.name} lacks a probe"
            pause = container.spec.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            if not 5 <= pause <= 10:
                yield f"{pod.title} waits {pause} s before it stops, not 5 to 10"
            if pod.spec.get("terminationGracePeriodSeconds", 30) <= pause + DRAIN_SECONDS_MAX:
                yield f"{pod.title} is killed before its preStop and drain are over"


def images_are_pinned(manifests: Manifests, _: Expectations) -> Iterator[str]:
    """For a production overlay: a digest cannot be moved to other contents as a tag can."""
    for pod in manifests.pods:
        for container in pod.containers:
            if not re.search(r"@sha256:[0-9a-f]{64}$", container.spec["image"]):
                yield f"{pod.title} container {container.name} runs {container.spec['image']}, which no digest pins"


def program(container: Container) -> str:
    """Return the module a container of the project's image runs, "" for another image's container."""
    arguments = container.spec.get("args", ())
    if "command" in container.spec or not arguments or arguments[0].startswith("-"):
        return ""
    return str(arguments[0])


RULES: tuple[Rule, ...] = (
    workloads_select_their_own_pods,
    spreads_and_affinities_mean_their_own_pods,
    services_select_pods_with_their_ports,
    budgets_and_scalers_mean_workloads,
    stateful_sets_name_headless_services,
    network_policies_mean_pods_and_their_ports,
    every_pod_has_its_network_policy,
    ways_in_lead_to_services,
    ways_in_open_what_is_for_callers_alone,
    probes_ask_ports_and_paths_that_are_served,
    volumes_are_there_and_used,
    configuration_and_secrets_are_there_with_their_keys,
    programs_and_their_settings_exist,
    variables_inside_values_are_set_before,
    urls_lead_to_services,
    service_accounts_are_there_and_carry_no_token,
    pods_are_restricted,
    servers_roll_without_losing_a_request,
)
