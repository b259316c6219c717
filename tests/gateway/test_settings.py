"""The gateway's settings from the environment."""

from pathlib import Path

import pytest

from gateway.settings import GatewaySettings, UnreadableSetting, settings_from_environment


def test_numbers_and_switches_are_read_by_their_field_names() -> None:
    values = settings_from_environment(
        {
            "ANJU_GATEWAY_INTROSPECTION": "false",
            "ANJU_GATEWAY_REQUESTS_IN_FLIGHT_MAX": "7",
            "ANJU_GATEWAY_TIMEOUT_SECONDS": "2.5",
            "ANJU_GATEWAY_RETRIES_MAX": "0",
            "ANJU_GATEWAY_STREAMS_PER_CALLER_MAX": "3",
            "ANJU_GATEWAY_RELOAD_SECONDS": "",
            "ANJU_SUBGRAPH_FINANCE_URL": "http://finance/graphql",
            "ANJU_SUBGRAPH_FINANCE_TIMEOUT_SECONDS": "9",
            "ANJU_UNKNOWN": "1",
        }
    )
    settings = GatewaySettings(Path("supergraph.graphql"), **values)

    assert not settings.introspection
    assert (settings.requests_in_flight_max, settings.streams.streams_per_caller_max) == (7, 3)
    assert (settings.traffic.timeout_seconds, settings.traffic.retries_max) == (2.5, 0)
    assert settings.traffic.timeouts_seconds == {"finance": 9.0}
    assert settings.subgraph_urls == {"finance": "http://finance/graphql"}
    assert settings.reload_seconds == GatewaySettings(Path()).reload_seconds


def test_internal_messages_are_masked_and_identical_requests_answered_apart_unless_told_otherwise() -> None:
    settings = GatewaySettings(Path(), **settings_from_environment({}))

    assert (settings.mask_messages, settings.share_identical_requests) == (True, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANJU_GATEWAY_INTROSPECTION", "maybe"),
        ("ANJU_GATEWAY_RETRIES_MAX", "1.5"),
        ("ANJU_GATEWAY_RETRIES_MAX", "-1"),
        ("ANJU_GATEWAY_TIMEOUT_SECONDS", "soon"),
        ("ANJU_GATEWAY_TIMEOUT_SECONDS", "nan"),
        ("ANJU_SUBGRAPH_FINANCE_TIMEOUT_SECONDS", "inf"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_value(name: str, value: str) -> None:
    with pytest.raises(UnreadableSetting, match=value):
        settings_from_environment({name: value})
