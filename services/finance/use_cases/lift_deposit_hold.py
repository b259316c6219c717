"""People decided what becomes of a deposit whose joint decision was annulled: it goes on (P22)."""

from dataclasses import dataclass, replace

from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from services.finance.domain.deposit import DepositNotOnHold
from services.finance.store.deposits import save_deposit
from services.finance.use_cases.loaded_deposit import load_deposit

PATH = ("input",)


@dataclass(frozen=True)
class LiftDepositHold:
    """The command: which deposit; the input's reason says on what ground."""

    deposit_id: str


async def lift_deposit_hold(work: UnitOfWork, command: LiftDepositHold) -> Outcome:
    """Let the deposit serve again and return its id as `deposit`.

    Raises ForbiddenActor for other roles, DepositUnknown, DepositNotOnHold.
    """
    work.caller.require_role(Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU, Role.CITY_OFFICE)
    loaded = await load_deposit(work, command.deposit_id, path=(*PATH, "depositId"))
    if loaded.deposit.hold is None:
        raise DepositNotOnHold("the deposit is not on hold", path=(*PATH, "depositId"), value=command.deposit_id)
    await save_deposit(work, replace(loaded.deposit, hold=None))
    return Outcome(entity_ids={"deposit": loaded.deposit.id}, policy_version_id=loaded.deposit.policy_version_id)
