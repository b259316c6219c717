"""Record that an estate's owners formed their congress, and that it opened its public account."""

from dataclasses import dataclass
from datetime import date

from kit.errors import InstrumentNotAvailable
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from policy.vocabulary import GovernedInstrument as PolicyInstrument
from services.registry.domain.congress import check_account, check_formation
from services.registry.domain.document import GovernedInstrument
from services.registry.domain.estate import OwnersBody
from services.registry.domain.territory import membership_on
from services.registry.domain.text import checked_name
from services.registry.events import CongressFormed, OwnersAccountOpened
from services.registry.store.congresses import (
    CongressRecord,
    OwnersAccount,
    add_congress,
    congress_of,
    save_account,
)
from services.registry.store.decisions import decision_of
from services.registry.store.estates import EstateRecord, estate_of, save_congress
from services.registry.use_cases.keep_documents import require_issued
from services.registry.use_cases.roles import GUIDE_OWNERS


@dataclass(frozen=True, kw_only=True)
class FormCongress:
    """The congress of an estate; `decision_id` names the joint decision it was formed by, where one is registered."""

    estate_id: str
    formed_on: date
    filed_on: date | None
    decision_id: str | None


@dataclass(frozen=True, kw_only=True)
class OpenOwnersAccount:
    """The public account of a congress, by the bank's reference."""

    congress_id: str
    account_reference: str
    opened_on: date


async def form_congress(work: UnitOfWork, command: FormCongress, *, policies: Policies) -> Outcome:
    """Record the congress; from its day on the street's deposits of the estate are on their way to it (G-27).

    Raises DocumentNotEffective where the district's document lets the authority's plan for forming committees come
    first, and none is effective on that day (NZ-04).
    """
    work.caller.require_role(*GUIDE_OWNERS)
    estate = await estate_of(work, command.estate_id)
    check_formation(
        formed_on=command.formed_on,
        filed_on=command.filed_on,
        today=work.today,
        has_congress=estate.congress_id is not None,
    )
    await _require_formation_plan(work, estate, command.formed_on, policies=policies)
    if command.decision_id is not None:
        await decision_of(work, command.decision_id)
    congress = CongressRecord(
        id=new_id("cgr"),
        estate_id=estate.id,
        place=estate.place,
        formed_on=command.formed_on,
        filed_on=command.filed_on,
        decision_id=command.decision_id,
    )
    await add_congress(work, congress)
    await save_congress(work, estate, congress_id=congress.id, body=OwnersBody.CONGRESS_ONLY)
    work.announce(
        CongressFormed(
            district=estate.place.district,
            aggregate_id=congress.id,
            occurred_on=command.formed_on,
            estate_id=estate.id,
            street_id=estate.place.street_id,
            community_id=estate.place.community_id,
            congress_id=congress.id,
            formed_on=command.formed_on,
            decision_id=command.decision_id,
        )
    )
    return Outcome(entity_ids={"congress": congress.id, "estate": estate.id})


async def open_owners_account(work: UnitOfWork, command: OpenOwnersAccount) -> Outcome:
    """Record the congress's public account, where deposits are held from then on (G-27)."""
    work.caller.require_role(*GUIDE_OWNERS)
    congress = await congress_of(work, command.congress_id)
    check_account(
        opened_on=command.opened_on,
        formed_on=congress.formed_on,
        today=work.today,
        has_account=congress.account is not None,
    )
    reference = checked_name(command.account_reference, path=("input", "accountReference"))
    await save_account(work, congress, OwnersAccount(reference=reference, opened_on=command.opened_on))
    work.announce(
        OwnersAccountOpened(
            district=congress.place.district,
            aggregate_id=congress.id,
            occurred_on=command.opened_on,
            estate_id=congress.estate_id,
            street_id=congress.place.street_id,
            community_id=congress.place.community_id,
            congress_id=congress.id,
            account_ref=reference,
            opened_on=command.opened_on,
        )
    )
    return Outcome(entity_ids={"congress": congress.id, "estate": congress.estate_id})


async def _require_formation_plan(work: UnitOfWork, estate: EstateRecord, day: date, *, policies: Policies) -> None:
    district = membership_on(estate.memberships, day).district
    try:
        waiting = policies.at(district, day).authority_documents.instruments
    except InstrumentNotAvailable:
        return
    if PolicyInstrument.COMMITTEE_FORMATION in waiting:
        path = ("input", "formedOn")
        await require_issued(work, district, GovernedInstrument.COMMITTEE_FORMATION, on=day, path=path)
