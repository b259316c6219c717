"""The ways into a cluster that manifests open: which paths, with which methods, to which Service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.manifests import Manifests


@dataclass(frozen=True)
class WayIn:
    """One path that a route or an ingress leads to a Service; `method` is None where any method passes."""

    title: str
    service: str
    port: str | int
    method: str | None
    path: str
    is_exact: bool

    def lets_in(self, method: str, path: str) -> bool:
        """Return whether a request of this method and path passes; a prefix ends where a segment does."""
        if self.method not in (None, method):
            return False
        return path == self.path or (not self.is_exact and path.startswith(f"{self.path.rstrip('/')}/"))


def ways_in(manifests: Manifests) -> Iterator[WayIn]:
    """Yield every way in of routes and ingresses."""
    for route in manifests.of_kind("HTTPRoute"):
        title = f"HTTPRoute {route['metadata']['name']}"
        for rule in route["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                for match in rule["matches"]:
                    path = match["path"]
                    is_exact = path["type"] == "Exact"
                    yield WayIn(title, backend["name"], backend["port"], match.get("method"), path["value"], is_exact)
    for ingress in manifests.of_kind("Ingress"):
        title = f"Ingress {ingress['metadata']['name']}"
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                port = service["port"].get("name") or service["port"]["number"]
                yield WayIn(title, service["name"], port, None, path["path"], path["pathType"] == "Exact")
