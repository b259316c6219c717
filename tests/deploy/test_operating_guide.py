"""docs/operating.md tells the IT centre everything it must set: no setting and no Secret is missing there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from deploy.manifests import render
from gateway.settings import DocumentSettings, GatewaySettings, QueryLimits, StreamSettings, TrafficSettings
from kit.settings import ServiceSettings
from services.finance.settings import FinanceSettings
from services.registry.settings import RegistrySettings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_every_setting_is_described_and_no_other() -> None:
    described = set(re.findall(r"`(ANJU_[A-Z0-9_]+)`", GUIDE))
    of_the_gateway = {name for name in described if name.startswith("ANJU_GATEWAY_")}

    of_services = {
        f"ANJU_{name.upper()}"
        for settings in (ServiceSettings, RegistrySettings, FinanceSettings)
        for name in settings.model_fields
    }
    assert described - of_the_gateway == of_services
    assert [name for name in sorted(of_the_gateway) if not known_to_the_gateway(name)] == []


def known_to_the_gateway(variable: str) -> bool:
    """Return whether a variable sets a field of the gateway's settings."""
    name = variable.removeprefix("ANJU_GATEWAY_").lower()
    settings = (GatewaySettings, TrafficSettings, StreamSettings, DocumentSettings)
    if name.startswith("limit_"):
        return name.removeprefix("limit_") in {field.name for field in fields(QueryLimits)}
    return name in {field.name for one in settings for field in fields(one)} | {
        "trusted_documents",
        "trusted_documents_mode",
    }


def test_every_secret_and_every_key_the_pods_read_is_described() -> None:
    rows = {
        name: set(re.findall(r"`([^`]+)`", keys))
        for names, keys in re.findall(r"^\| (`[^|]+`) \| (`[^|]+`) \|", GUIDE, flags=re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    }
    read: dict[str, set[str]] = {}
    for pod in render(ROOT / "deploy" / "k8s" / "overlays" / "production").pods:
        for container in pod.containers:
            for variable in container.environment.values():
                reference = variable.get("valueFrom", {}).get("secretKeyRef")
                if reference:
                    read.setdefault(reference["name"], set()).add(reference["key"])
        for volume in pod.volumes.values():
            for item in volume.get("secret", {}).get("items", ()):
                read.setdefault(volume["secret"]["secretName"], set()).add(item["key"])

    assert {name: rows.get(name) for name in read} == read


def test_every_path_of_the_project_that_the_guide_names_exists() -> None:
    paths = set(re.findall(r"`((?:deploy|docs|policy|kit)/[^`<\s]*)`", GUIDE))

    assert "deploy/k8s" in paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
