"""An estate entered the registry: keep where it lies and its approved gross floor area."""

from dataclasses import replace
from datetime import date

from kit.area import Area
from kit.mongo import UnitOfWork
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.custody_accounts import find_accounts_of_owners, save_account
from services.finance.store.estates import find_estate, save_estate
from services.finance.store.parts import move_parts_of_estate

FROM_THE_BEGINNING = date.min
"""The area an estate is registered with holds for older contracts, too: it was approved when the estate was planned."""


async def register_estate(
    work: UnitOfWork,
    *,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    name: str,
    code: str,
    approved_gross_area: Area | None,
    built_on: date | None,
    built_year: int | None,
) -> None:
    """Keep the estate; what was heard of it before its registration stays, and its owners' account gets its name."""
    heard = await find_estate(work, estate_id, scope=work.caller.scope)
    known = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    estate = replace(
        known,
        district=district,
        street_id=street_id,
        community_id=community_id,
        name=name,
        code=code,
        built_on=built_on,
        built_year=built_year,
    )
    if approved_gross_area is not None:
        estate = estate.with_area(approved_gross_area, FROM_THE_BEGINNING)
    await save_estate(work, estate)
    await move_parts_of_estate(
        work,
        estate_id,
        place={"district": estate.district, "street_id": estate.street_id, "community_id": estate.community_id},
    )
    if heard is None:
        return
    account = (await find_accounts_of_owners(work, [estate_id], scope=work.caller.scope)).get(estate_id)
    if account is not None:
        areas = areas_of_estate(district=district, street_id=street_id, community_id=community_id, estate_id=estate_id)
        await save_account(work, replace(account, holder=estate.owners_name), areas=areas)
