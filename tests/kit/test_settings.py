"""Which settings start a service and which are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kit.settings import AuthSettings, Environment, ServiceSettings

ISSUER = {"issuer": "https://login.city.example", "audience": "anju", "jwks_url": "https://login.city.example/jwks"}


class RegistrySettings(ServiceSettings):
    mongo_database: str = "anju_registry"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANJU_ENVIRONMENT", "production")
    monkeypatch.setenv("ANJU_ISSUERS", json.dumps([ISSUER]))
    monkeypatch.setenv("ANJU_PORT", "8101")
    monkeypatch.setenv("ANJU_POLICY_DIR", str(tmp_path))

    settings = RegistrySettings()

    assert settings.in_production
    assert settings.issuers[0].audience == "anju"
    assert (settings.port, settings.policy_dir, settings.mongo_database) == (8101, tmp_path, "anju_registry")


def test_a_process_that_is_told_nothing_is_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANJU_ENVIRONMENT", raising=False)

    assert AuthSettings(issuers=[ISSUER]).environment is Environment.PRODUCTION


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"environment": "production", "issuers": [ISSUER], "development_issuer_dir": "/keys"}, "development issuer"),
        ({"environment": "production"}, "at least one issuer"),
        ({"environment": "development"}, "no issuer"),
        ({"environment": "production", "issuers": [ISSUER | {"jwks_url": "http://login.city.example/jwks"}]}, "https"),
        ({"environment": "staging", "issuers": [ISSUER]}, "staging|development"),
        ({"issuers": [ISSUER | {"jwks_file": "/keys/jwks.json"}]}, "exactly one"),
        ({"issuers": [{"issuer": "x", "audience": "anju"}]}, "exactly one"),
        ({"issuers": [ISSUER | {"audience": ""}]}, "audience"),
        ({"issuers": [ISSUER | {"algorithms": ["none"]}]}, "may not sign with none"),
        ({"issuers": [ISSUER | {"algorithms": ["HS256", "RS256"]}]}, "may not sign with HS256"),
        ({"issuers": [ISSUER | {"algorithms": []}]}, "may not sign"),
        ({"issuers": [ISSUER | {"jwks": "x"}]}, "jwks"),
    ],
)
def test_unsafe_settings_do_not_start(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        AuthSettings(**settings)


def test_a_development_issuer_suffices_for_development(tmp_path: Path) -> None:
    settings = AuthSettings(environment="development", development_issuer_dir=tmp_path)

    assert not settings.in_production


@pytest.mark.parametrize(("port", "accepted"), [(-1, False), (0, True), (65_535, True), (65_536, False)])
def test_a_port_is_a_port(port: int, accepted: bool) -> None:
    if accepted:
        assert RegistrySettings(issuers=[ISSUER], port=port).port == port
    else:
        with pytest.raises(ValidationError):
            RegistrySettings(issuers=[ISSUER], port=port)
