"""Rendered Kubernetes manifests as data: what is in them, looked at from a pod's side."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Document = Mapping[str, Any]
POD_OWNERS = ("Deployment", "StatefulSet", "Job", "CronJob")


class RenderingFailed(Exception):
    """`kubectl kustomize` refused the directory; the message is its own."""


@dataclass(frozen=True)
class Container:
    """One container of a pod template, with all that its environment is made of."""

    name: str
    spec: Document

    @property
    def port_names(self) -> dict[str, int]:
        return {port["name"]: port["containerPort"] for port in self.spec.get("ports", ()) if "name" in port}

    @property
    def port_numbers(self) -> set[int]:
        return {port["containerPort"] for port in self.spec.get("ports", ())}

    def has_port(self, port: str | int) -> bool:
        """Return whether the container declares the port, by name or by number."""
        return port in self.port_names if isinstance(port, str) else port in self.port_numbers

    @property
    def environment(self) -> dict[str, Document]:
        """Return the container's own variables by name (not those of `envFrom`)."""
        return {variable["name"]: variable for variable in self.spec.get("env", ())}

    @property
    def probes(self) -> dict[str, Document]:
        return {key: self.spec[key] for key in ("startupProbe", "livenessProbe", "readinessProbe") if key in self.spec}


@dataclass(frozen=True)
class Pod:
    """The pods that one workload makes."""

    kind: str
    name: str
    labels: Mapping[str, str]
    spec: Document
    owner: Document

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def containers(self) -> list[Container]:
        """Return init containers first, as they run."""
        found = [*self.spec.get("initContainers", ()), *self.spec.get("containers", ())]
        return [Container(container["name"], container) for container in found]

    @property
    def volumes(self) -> dict[str, Document]:
        return {volume["name"]: volume for volume in self.spec.get("volumes", ())}

    @property
    def claim_templates(self) -> set[str]:
        templates = self.owner["spec"].get("volumeClaimTemplates", ()) if self.kind == "StatefulSet" else ()
        return {template["metadata"]["name"] for template in templates}


@dataclass(frozen=True)
class Manifests:
    """Everything that one overlay renders to; all of it lives in one namespace."""

    documents: Sequence[Document]

    def of_kind(self, *kinds: str) -> Iterator[Document]:
        return (document for document in self.documents if document["kind"] in kinds)

    def named(self, kind: str) -> dict[str, Document]:
        return {document["metadata"]["name"]: document for document in self.of_kind(kind)}

    @property
    def pods(self) -> list[Pod]:
        return [_pod(document) for document in self.of_kind(*POD_OWNERS)]

    def pods_that_match(self, selector: Document) -> list[Pod]:
        """Return the pods a label selector chooses; an empty selector chooses all."""
        return [pod for pod in self.pods if selects(selector, pod.labels)]


def selects(selector: Document, labels: Mapping[str, str]) -> bool:
    """Return whether a label selector (matchLabels and matchExpressions In) chooses the labels.

    Raises ValueError for an operator that the manifests of this project do not use.
    """
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for expression in selector.get("matchExpressions", ()):
        if expression["operator"] != "In":
            raise ValueError(f"selector operator {expression['operator']!r} is not understood here")
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return True


def render(directory: Path) -> Manifests:
    """Return what `kubectl kustomize` makes of an overlay; raises RenderingFailed with its complaint."""
    beside_python = Path(sys.executable).with_name("kubectl")
    kubectl = str(beside_python) if beside_python.exists() else shutil.which("kubectl")
    if kubectl is None:
        raise RenderingFailed("no kubectl: install requirements-dev.lock")
    rendered = subprocess.run([kubectl, "kustomize", str(directory)], capture_output=True, text=True, check=False)
    if rendered.returncode != 0:
        raise RenderingFailed(rendered.stderr.strip())
    return read(rendered.stdout)


def read(text: str) -> Manifests:
    """Return the documents of a YAML stream."""
    return Manifests(tuple(document for document in yaml.safe_load_all(text) if document))


def _pod(document: Document) -> Pod:
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec["template"]
    return Pod(
        kind=document["kind"],
        name=document["metadata"]["name"],
        labels=template["metadata"].get("labels", {}),
        spec=template["spec"],
        owner=document,
    )
