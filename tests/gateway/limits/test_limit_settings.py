"""Limits, documents and origins as the environment sets them."""

from pathlib import Path

import pytest

from gateway.settings import GatewaySettings, TrustedMode, UnreadableSetting, settings_from_environment


def test_limits_documents_and_origins_are_read_from_the_environment() -> None:
    settings = GatewaySettings(
        Path(),
        **settings_from_environment(
            {
                "ANJU_GATEWAY_LIMIT_DEPTH": "12",
                "ANJU_GATEWAY_LIMIT_COST": "0",
                "ANJU_GATEWAY_BATCH_MAX": "5",
                "ANJU_GATEWAY_GRAPHIQL": "false",
                "ANJU_GATEWAY_CORS_ORIGINS": "https://a.test, https://b.test",
                "ANJU_GATEWAY_TRUSTED_DOCUMENTS": "/etc/anju/documents.json",
                "ANJU_GATEWAY_TRUSTED_DOCUMENTS_MODE": "reject",
                "ANJU_GATEWAY_AUTOMATIC_DOCUMENTS_MAX": "7",
            }
        ),
    )

    assert (settings.limits.depth, settings.limits.cost, settings.limits.aliases) == (12, 0, 1_000)
    assert (settings.batch_max, settings.graphiql) == (5, False)
    assert settings.cors_origins == ("https://a.test", "https://b.test")
    assert settings.documents.trusted == Path("/etc/anju/documents.json")
    assert (settings.documents.trusted_mode, settings.documents.automatic_documents_max) == (TrustedMode.REJECT, 7)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(UnreadableSetting, match="'strict', not allow or reject"):
        settings_from_environment({"ANJU_GATEWAY_TRUSTED_DOCUMENTS_MODE": "strict"})
