"""Record who serves on an estate: sent by street or community, volunteers, hired residents."""

from dataclasses import dataclass, replace

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.staff import StaffCount, check_staff
from services.registry.domain.text import checked_name
from services.registry.store.estates import estate_of
from services.registry.store.staff import StaffRecord, add_staff
from services.registry.use_cases.roles import NOTICE_EXITS


@dataclass(frozen=True, kw_only=True)
class AssignStaff:
    """How many of one source serve on an estate from a day on."""

    estate_id: str
    count: StaffCount


async def assign_staff(work: UnitOfWork, command: AssignStaff) -> Outcome:
    """Record the count; who is untrained is flagged (NZ-23), and a provider that hires no resident (PZ-21)."""
    work.caller.require_role(*NOTICE_EXITS)
    estate = await estate_of(work, command.estate_id)
    flags = check_staff(command.count, today=work.today)
    count = replace(command.count, work=checked_name(command.count.work, path=("input", "work")))
    staff = StaffRecord(id=new_id("stf"), estate_id=estate.id, place=estate.place, count=count)
    await add_staff(work, staff)
    return Outcome(entity_ids={"staff": staff.id, "estate": estate.id}, warnings=tuple(flags))
