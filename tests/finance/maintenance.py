"""Uses of a maintenance fund to test with."""

from dataclasses import replace
from datetime import date

from kit.money import yuan
from services.finance.domain.maintenance_use import MaintenanceUse, UseObject, UseState, UseWork

DAY, LATER = date(2024, 4, 10), date(2024, 4, 11)


def a_use(state: UseState = UseState.PROPOSED, **changes: object) -> MaintenanceUse:
    """Return a repair of 10,000 yuan in one building that is in this state since `DAY`, changed as asked."""
    proposed = MaintenanceUse(
        id="mus_1",
        fund_id="mtf_1",
        estate_id="est_1",
        district="360702",
        purpose="屋面防水翻修",
        work=UseWork.REPAIR,
        concerns=UseObject.SHARED_PARTS,
        scope_building_ids=("bld_1",),
        budget=yuan("10000.00"),
        proposed_on=DAY,
        state=state,
        state_since=DAY,
        policy_version_id="CN-v1",
    )
    return replace(proposed, **changes)  # type: ignore[arg-type]
