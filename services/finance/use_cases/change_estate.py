"""An estate got another name, or moved to another street or community: others see its deposits from now on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kit.ledger.store import change_areas
from kit.mongo import UnitOfWork
from services.finance.domain.deposit_ledger import bank_account_id, liability_account_id
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.arrears_positions import move_positions_of_estate
from services.finance.store.custody_accounts import find_accounts_of_owners, save_account
from services.finance.store.cut_overs import move_cut_overs_of_estate
from services.finance.store.deposit_claims import move_claims_of_estate
from services.finance.store.deposits import find_deposits_of_estates, move_estate_records
from services.finance.store.dunning_records import move_dunning_of_estate
from services.finance.store.estates import find_estate, save_estate
from services.finance.store.lead_payers import move_lead_payers_of_estate
from services.finance.store.mediations import move_mediations_of_estate
from services.finance.store.parts import move_parts_of_estate
from services.finance.store.public_revenues import move_revenues_of_estate
from services.finance.use_cases.move_maintenance_records import move_maintenance_records


async def change_estate(work: UnitOfWork, *, estate_id: str, after: Mapping[str, str]) -> None:
    """Keep the new name, place and building date, as far as `after` has them by their names in the registry's facts.

    Money that a street already holds stays where it is; only who may see it changes. An estate's own facts are heard in
    their order, so it is registered by now.
    """
    scope = work.caller.scope
    estate = await find_estate(work, estate_id, scope=scope)
    if estate is None:
        return
    changed = replace(
        estate,
        name=after.get("name", estate.name),
        street_id=after.get("streetId", estate.street_id),
        community_id=after.get("communityId", estate.community_id),
        built_on=date.fromisoformat(after["builtOn"]) if "builtOn" in after else estate.built_on,
        built_year=int(after["builtYear"]) if "builtYear" in after else estate.built_year,
    )
    await save_estate(work, changed)
    if (changed.street_id, changed.community_id) != (estate.street_id, estate.community_id):
        await move_parts_of_estate(
            work,
            estate_id,
            place={"district": changed.district, "street_id": changed.street_id, "community_id": changed.community_id},
        )
    areas = areas_of_estate(
        district=changed.district,
        street_id=changed.street_id,
        community_id=changed.community_id,
        estate_id=estate_id,
    )
    await move_estate_records(work, estate_id, areas=areas)
    await move_claims_of_estate(work, estate_id, areas=areas)
    await move_revenues_of_estate(work, estate_id, areas=areas)
    await move_cut_overs_of_estate(work, estate_id, areas=areas)
    await move_positions_of_estate(work, estate_id, areas=areas)
    await move_lead_payers_of_estate(work, estate_id, street_id=changed.street_id, community_id=changed.community_id)
    await move_dunning_of_estate(work, estate_id, street_id=changed.street_id, community_id=changed.community_id)
    await move_mediations_of_estate(work, estate_id, street_id=changed.street_id, community_id=changed.community_id)
    for deposit in (await find_deposits_of_estates(work, [estate_id], scope=scope)).get(estate_id, []):
        for holding in deposit.holdings:
            await change_areas(work, liability_account_id(deposit.id, holding.account_id), areas)
    await move_maintenance_records(work, estate_id, areas=areas)
    account = (await find_accounts_of_owners(work, [estate_id], scope=scope)).get(estate_id)
    if account is not None:
        await save_account(work, replace(account, holder=changed.owners_name), areas=areas)
        await change_areas(work, bank_account_id(account.id), areas)
