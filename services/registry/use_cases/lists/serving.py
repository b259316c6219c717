"""Lists of who serves estates and on what footing: contracts, selections, bundles, staff, decisions, uses, modes."""

from collections.abc import Sequence

from kit.area import Area
from kit.tables.writing import Yuan
from services.registry.domain.fund_use import FundUse, FundUseState
from services.registry.store.abandonments import find_abandonments
from services.registry.store.bundles import find_bundles_of_estates
from services.registry.store.consultations import find_consultations_of_estates
from services.registry.store.contracts import find_contracts_of_bundles, find_contracts_of_estates
from services.registry.store.decisions import find_decisions_of_estates
from services.registry.store.estates import EstateRecord
from services.registry.store.fund_uses import find_fund_uses_of_estates
from services.registry.store.modes import find_modes_of_estates
from services.registry.store.selections import find_selections_of_estates
from services.registry.store.staff import find_staff_of_estates
from services.registry.use_cases.lists.reading import (
    BETWEEN_WORDS,
    Reading,
    Row,
    rows_of_estates,
    square_metres,
    yes_or_no,
)


async def contract_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return all contracts of the estates, by estate and number."""
    known = {estate.id: estate for estate in estates}
    contracts = await find_contracts_of_estates(reading.mongo, list(known), scope=reading.scope)
    providers = await reading.provider_names(contract.provider_id for contract in contracts)
    return [
        (
            known[contract.estate_id].code,
            known[contract.estate_id].facts.name,
            contract.number,
            providers.get(contract.provider_id),
            reading.words(contract.kind),
            reading.words(contract.state),
            contract.signed_on,
            contract.from_,
            contract.to,
            contract.ended_on,
            reading.word(contract.end_cause),
        )
        for contract in sorted(contracts, key=lambda contract: (known[contract.estate_id].code, contract.number))
    ]


async def service_item_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the services of all contracts: content, standard, price and side of the gate."""
    known = {estate.id: estate for estate in estates}
    contracts = await find_contracts_of_estates(reading.mongo, list(known), scope=reading.scope)
    return [
        (
            known[contract.estate_id].code,
            known[contract.estate_id].facts.name,
            contract.number,
            item.code,
            item.menu,
            item.description,
            item.standard,
            Yuan(item.price),
            item.price_unit,
            "门内" if item.inside else "门外",
            item.cost_centre,
        )
        for contract in sorted(contracts, key=lambda contract: (known[contract.estate_id].code, contract.number))
        for item in contract.items
    ]


async def selection_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the selections of providers, a row for each offer; one without offers has one row."""
    known = {estate.id: estate for estate in estates}
    selections = await find_selections_of_estates(reading.mongo, list(known), scope=reading.scope)
    offers = {each.id: () if each.procedure is None else each.procedure.offers for each in selections}
    providers = await reading.provider_names(offer.provider_id for some in offers.values() for offer in some)
    rows: list[Row] = []
    for selection in sorted(selections, key=lambda each: (known[each.estate_id].code, each.plan.fixed_on, each.id)):
        estate, procedure = known[selection.estate_id], selection.procedure
        plan = (
            estate.code,
            estate.facts.name,
            selection.plan.owners_heard_on,
            selection.plan.fixed_on,
            BETWEEN_WORDS.join(menu.name for menu in selection.plan.menus),
        )
        if procedure is None:
            rows.append((*plan, None, None, None, None, None))
            continue
        rows += [
            (
                *plan,
                reading.words(procedure.method),
                procedure.reference,
                procedure.decided_on,
                providers.get(offer.provider_id),
                offer.menu_code,
            )
            for offer in procedure.offers
        ]
    return rows


async def bundle_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the bundle of each estate that belongs to one, with the estate's own contract."""
    bundles = await find_bundles_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    bundle_of = {member.estate_id: bundle for bundle in bundles for member in bundle.members}
    contracts = await find_contracts_of_bundles(reading.mongo, [bundle.id for bundle in bundles], scope=reading.scope)
    numbers = {contract.estate_id: contract.number for contract in contracts}
    providers = await reading.provider_names(bundle.provider_id for bundle in bundles)
    return [
        (
            bundle_of[estate.id].name,
            bundle_of[estate.id].formed_on,
            providers.get(bundle_of[estate.id].provider_id),
            estate.code,
            estate.facts.name,
            numbers.get(estate.id),
        )
        for estate in estates
        if estate.id in bundle_of
    ]


async def staff_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return who serves on the estates, by source; the latest count of an estate first."""
    found = await find_staff_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda staff: (
            reading.words(staff.count.source),
            staff.count.work,
            staff.count.headcount,
            staff.count.trained,
            staff.count.residents,
            staff.count.from_,
        ),
    )


async def decision_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the joint decisions with their counts; the latest notice of an estate first."""
    decisions = await find_decisions_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        decisions,
        lambda decision: (
            reading.words(decision.matter),
            reading.words(decision.state),
            decision.notice_on,
            decision.voting_from,
            decision.voting_to,
            square_metres(Area(decision.roll.total_area)),
            decision.roll.total_persons,
            *(
                (None,) * 5
                if decision.result is None
                else (
                    square_metres(decision.result.count.participating_area),
                    decision.result.count.participating_persons,
                    square_metres(decision.result.count.agree_area),
                    decision.result.count.agree_persons,
                    decision.result.closed_on,
                )
            ),
        ),
    )


async def fund_use_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the announced uses of maintenance funds; the latest proposed of an estate first."""
    uses = await find_fund_uses_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)

    def cells(use: FundUse) -> Row:
        latest = use.latest
        return (
            use.purpose,
            Yuan(use.budget),
            yes_or_no(use.is_emergency),
            use.proposed_on,
            reading.words(use.state),
            use.day_of(FundUseState.PAID),
            use.day_of(FundUseState.ALLOCATED),
            use.day_of(FundUseState.PUBLISHED),
            None if latest is None else Yuan(latest.paid),
            None if latest is None else Yuan(latest.remainder),
        )

    return rows_of_estates(estates, uses, cells)


async def mode_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the modes of the estates from day to day."""
    found = await find_modes_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    histories = {modes.estate_id: modes.history for modes in found}
    return [
        (
            estate.code,
            estate.facts.name,
            reading.words(record.mode),
            record.label,
            record.from_,
            record.to,
            record.review_on,
        )
        for estate in estates
        for record in histories.get(estate.id, ())
    ]


async def reversed_mode_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the records of modes that were mistakes."""
    found = await find_modes_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    reversed_records = {modes.estate_id: modes.reversed_records for modes in found}
    return [
        (
            estate.code,
            estate.facts.name,
            reading.words(each.record.mode),
            each.record.label,
            each.record.from_,
            each.record.to,
            each.reason,
            each.reversed_on,
        )
        for estate in estates
        for each in reversed_records.get(estate.id, ())
    ]


async def consultation_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the surveys about modes; the latest of an estate first."""
    found = await find_consultations_of_estates(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            reading.words(record.survey.mode),
            record.survey.from_,
            record.survey.to,
            record.survey.asked,
            record.survey.answered,
            record.survey.consenting,
            yes_or_no(record.document_id is not None),
        ),
    )


async def abandonment_rows(reading: Reading, estates: Sequence[EstateRecord]) -> list[Row]:
    """Return the times during which nobody served the estates; the latest of an estate first."""
    found = await find_abandonments(reading.mongo, [estate.id for estate in estates], scope=reading.scope)
    return rows_of_estates(
        estates,
        found,
        lambda record: (
            reading.words(record.abandonment.reason),
            record.abandonment.from_,
            record.abandonment.to,
        ),
    )
