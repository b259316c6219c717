"""The header `Anju-Plan` shows the plan with the answer, to those whom the settings allow it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import build_app
from gateway.settings import GatewaySettings
from kit.auth import TokenVerifier
from kit.development_issuer import development_issuer, mint_token
from tests.gateway.running import write_supergraph

QUERY = {"query": "{ other }"}
PLAN = "Plan {\n  Level 0 {\n    Fetch(b) {\n      other\n    }\n  }\n}"


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    """Settings over a supergraph whose subgraphs listen nowhere."""
    return GatewaySettings(write_supergraph(tmp_path))


async def extensions(settings: GatewaySettings, verifier: TokenVerifier | None = None, **headers: str) -> Any:
    """Ask a gateway of these settings; return the answer's extensions."""
    app = build_app(settings, verifier)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test") as client:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = (await client.post("/graphql", json=QUERY, headers=sent)).json()
    assert answer["data"] == {"other": None}
    return answer.get("extensions")


async def test_nobody_sees_plans_by_default(settings: GatewaySettings) -> None:
    assert await extensions(settings, anju_plan="1") is None


async def test_a_switch_lets_everyone_see_plans_who_asks(settings: GatewaySettings) -> None:
    settings = replace(settings, show_plans=True)

    assert await extensions(settings, anju_plan="1") == {"plan": PLAN}
    assert await extensions(settings) is None


@pytest.mark.parametrize(("role", "expected"), [("OPERATOR", {"plan": PLAN}), ("OWNER", None)])
async def test_a_role_lets_its_callers_see_plans(
    settings: GatewaySettings, tmp_path: Path, role: str, expected: object
) -> None:
    issuer = tmp_path / "issuer"
    verifier = TokenVerifier([development_issuer(issuer)])
    token = mint_token(issuer, "u-1", [role], ["*"], 600)
    settings = replace(settings, plan_roles=("OPERATOR",))

    assert await extensions(settings, verifier, anju_plan="1", authorization=f"Bearer {token}") == expected
