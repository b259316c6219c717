"""The owners' congress opened its public account (业主大会公账): it becomes the estate's custody account."""

from dataclasses import replace
from datetime import date

from kit.ids import new_id
from kit.ledger.store import open_account
from kit.mongo import UnitOfWork
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import CustodyAccount, masked
from services.finance.domain.deposit_ledger import bank_account
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.custody_accounts import find_accounts_of_owners, save_account
from services.finance.store.estates import find_estate, save_estate


async def open_owners_account(
    work: UnitOfWork,
    *,
    estate_id: str,
    district: str,
    street_id: str,
    community_id: str,
    account_ref: str,
    opened_on: date,
) -> None:
    """Keep the account and open it in the ledger; an estate's owners have one (business key: the congress)."""
    heard = await find_estate(work, estate_id, scope=work.caller.scope)
    known = heard or Estate(id=estate_id, district=district, street_id=street_id, community_id=community_id)
    estate = replace(known, owners=replace(known.owners, account_opened_on=opened_on))
    await save_estate(work, estate)
    if estate_id in await find_accounts_of_owners(work, [estate_id], scope=work.caller.scope):
        return
    account = CustodyAccount(
        id=new_id("cus"),
        kind=CustodyKind.OWNERS_PUBLIC,
        district=estate.district,
        holder=estate.owners_name,
        bank_account_masked=masked(account_ref),
        opened_on=opened_on,
        estate_id=estate_id,
    )
    areas = areas_of_estate(
        district=estate.district,
        street_id=estate.street_id,
        community_id=estate.community_id,
        estate_id=estate_id,
    )
    await save_account(work, account, areas=areas)
    await open_account(work, bank_account(account, areas=areas))
