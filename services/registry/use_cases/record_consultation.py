"""Record that owners or residents were asked about a mode before it is chosen."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.consultation import Survey, check_survey
from services.registry.domain.mode import ManagementMode
from services.registry.store.consultations import ConsultationRecord, add_consultation
from services.registry.store.estates import estate_of
from services.registry.use_cases.roles import SET_MODES


@dataclass(frozen=True, kw_only=True)
class RecordConsultation:
    """A survey as it came out; `document_id` names the sheets behind it, where they are registered."""

    estate_id: str
    mode: ManagementMode
    from_: date
    to: date
    asked: int
    answered: int
    consenting: int
    document_id: str | None


async def record_consultation(work: UnitOfWork, command: RecordConsultation) -> Outcome:
    """Keep how many were asked, answered and consented (ZG-23); raises ValidationFailed for counts that cannot be."""
    work.caller.require_role(*SET_MODES)
    estate = await estate_of(work, command.estate_id)
    survey = Survey(
        id=new_id("csl"),
        mode=command.mode,
        from_=command.from_,
        to=command.to,
        asked=command.asked,
        answered=command.answered,
        consenting=command.consenting,
    )
    check_survey(survey, today=work.today)
    await add_consultation(
        work,
        ConsultationRecord(estate_id=estate.id, place=estate.place, survey=survey, document_id=command.document_id),
    )
    return Outcome(entity_ids={"consultation": survey.id, "estate": estate.id})
