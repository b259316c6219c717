"""The owners of a part are asked for an overdue fee, one step after the other (ZG-07, ZG-08)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.activations import ActivatedPolicies
from kit.caller import Role
from kit.idempotency import Outcome
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.finance.domain.bill import BillUnknown, DunningStep
from services.finance.domain.dunning import DunningStepSkipped, take_step
from services.finance.events import DunningStepTaken
from services.finance.store.bills import bill_areas, find_bill, save_bills
from services.finance.store.dunning_records import find_dunning_of_bills, save_dunning
from services.finance.use_cases.fee_places import estate_of, place_of_part
from services.finance.use_cases.follow_mediation import require_no_kept_plan

PATH = ("input",)
ASKERS = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY)


@dataclass(frozen=True)
class TakeDunningStep:
    """The command: on which bill, which step; a deadline for a posting, a reference for a legal step."""

    bill_id: str
    step: DunningStep
    deadline: date | None = None
    reference: str | None = None


async def take_dunning_step(
    work: UnitOfWork, command: TakeDunningStep, *, policies: ActivatedPolicies[Policies]
) -> Outcome:
    """Keep the step, whatever becomes of the payment, and return the bill's id as `bill` (F25).

    Raises ForbiddenActor for other roles, BillUnknown, InstrumentAbsent where the district's document has no ladder,
    what `take_step` raises, and LadderRests while instalments agreed for the bill are paid (P5).
    """
    work.caller.require_role(*ASKERS)
    scope = work.caller.scope
    bill = await find_bill(work, command.bill_id, scope=scope)
    if bill is None:
        raise BillUnknown("no such bill", path=(*PATH, "billId"), value=command.bill_id)
    estate = await estate_of(work, bill.estate_id, path=(*PATH, "billId"))
    policy = (await policies.as_recorded(work)).at(estate.district, work.today, estate_id=estate.id).dunning
    _require_provided(command.step, [one.value for one in policy.steps])
    taken = (await find_dunning_of_bills(work, [bill.id], scope=scope)).get(bill.id, [])
    record = take_step(
        bill,
        taken,
        command.step,
        today=work.today,
        deadline=command.deadline,
        reference=command.reference,
        path=PATH,
    )
    await require_no_kept_plan(work, bill, path=(*PATH, "billId"))
    await save_bills(work, [bill], [replace(bill, dunning=record.step)])
    areas = bill_areas(place_of_part(estate), part_id=bill.part_id, owner_ids=bill.owner_ids)
    await save_dunning(work, bill.id, [*taken, record], estate_id=estate.id, areas=areas)
    work.announce(DunningStepTaken.of(bill, record))
    return Outcome(entity_ids={"bill": bill.id}, policy_version_id=policy.source.policy_version_id)


def _require_provided(step: DunningStep, provided: Sequence[str]) -> None:
    if step.value not in provided:
        raise DunningStepSkipped("the document has no such step", path=(*PATH, "step"), value=step.value)
