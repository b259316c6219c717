"""Bundle near estates for one provider; each keeps its own decision, its own contract and its own ledger."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from services.registry.domain.bundle import BundleMember, check_bundle, check_estates
from services.registry.domain.text import checked_name
from services.registry.events import BundleFormed
from services.registry.store.bundles import BundleRecord, add_bundle
from services.registry.store.decisions import decision_of
from services.registry.store.estates import estate_of
from services.registry.store.providers import provider_of
from services.registry.use_cases.decisions_behind import member_decision
from services.registry.use_cases.roles import FORM_BUNDLES


@dataclass(frozen=True, kw_only=True)
class FormBundle:
    """Near estates with the decisions of their owners, and the provider they chose."""

    name: str
    provider_id: str
    formed_on: date
    members: tuple[tuple[str, str | None], ...]
    """Estate and its owners' decision."""


async def form_bundle(work: UnitOfWork, command: FormBundle) -> Outcome:
    """Form the bundle (NZ-18): no estate without its owners' decision; across streets it is flagged."""
    work.caller.require_role(*FORM_BUNDLES)
    provider = await provider_of(work, command.provider_id)
    check_estates([estate_id for estate_id, _ in command.members])
    estates, decisions = [], []
    for place, (estate_id, decision_id) in enumerate(command.members):
        estate = await estate_of(work, estate_id, path=("input", "members", str(place), "estateId"))
        estates.append(estate)
        decisions.append(None if decision_id is None else await decision_of(work, decision_id))
    facts = [member_decision(estate, decision) for estate, decision in zip(estates, decisions, strict=True)]
    flags = check_bundle(facts, provider_id=provider.id, formed_on=command.formed_on, today=work.today)
    bundle = BundleRecord(
        id=new_id("bnd"),
        district=estates[0].place.district,
        name=checked_name(command.name, path=("input", "name")),
        provider_id=provider.id,
        formed_on=command.formed_on,
        members=tuple(
            BundleMember(estate_id=estate_id, decision_id=decision_id)
            for estate_id, decision_id in command.members
            if decision_id is not None
        ),
        areas=tuple(sorted({area for estate in estates for area in estate.areas})),
    )
    await add_bundle(work, bundle)
    work.announce(
        BundleFormed(
            district=bundle.district,
            aggregate_id=bundle.id,
            occurred_on=bundle.formed_on,
            bundle_id=bundle.id,
            provider_id=bundle.provider_id,
            estate_ids=tuple(estate.id for estate in estates),
        )
    )
    return Outcome(entity_ids={"bundle": bundle.id}, warnings=tuple(flags))
