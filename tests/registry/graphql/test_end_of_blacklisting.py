"""The registry hears that an entry of the blacklist ended because its rating was corrected."""

import pytest

from tests.registry.cities import City, Registry, contract

pytestmark = pytest.mark.store


@pytest.mark.rule("ZG-16")
async def test_a_provider_whose_listing_ended_may_be_selected_again(registry: Registry, city: City) -> None:
    await registry.hear(
        "inspection.blacklist.listed",
        entryId="ble_1",
        providerId=city.provider,
        reason="LOW_SCORES",
        years=[2024, 2025],
        listedOn="2026-02-01",
    )
    refused = await registry.refused("signContract", **contract(city))
    assert refused["code"] == "PRECONDITION"

    await registry.hear("inspection.blacklist.expired", entryId="ble_1", providerId=city.provider, endedOn="2026-02-20")

    assert await registry.done("signContract", "contract", **contract(city))
