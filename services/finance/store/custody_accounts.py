"""The custody accounts, one document each: of districts, of streets, and of single estates."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.mongo import Reader, UnitOfWork, scoped
from policy.vocabulary import CustodyKind
from services.finance.domain.custody import CustodyAccount
from services.finance.domain.estate import Estate

CUSTODY_ACCOUNTS: Final = "custody_accounts"


async def find_accounts(reader: Reader, ids: Sequence[str], *, scope: Scope) -> dict[str, CustodyAccount]:
    """Return the custody accounts with these ids that the scope sees, by id."""
    query = scoped(scope, {"_id": {"$in": list(ids)}})
    cursor = reader.collection(CUSTODY_ACCOUNTS).find(query, session=reader.session)
    return {document["_id"]: _account_of(document) for document in await cursor.to_list(len(ids))}


async def find_account(reader: Reader, account_id: str, *, scope: Scope) -> CustodyAccount | None:
    """Return the custody account, or None if it is unknown or outside the scope."""
    return (await find_accounts(reader, [account_id], scope=scope)).get(account_id)


async def find_accounts_of_streets(
    reader: Reader, street_ids: Sequence[str], *, scope: Scope
) -> dict[str, CustodyAccount]:
    """Return the designated deposit accounts of streets, by street."""
    query = scoped(scope, {"kind": CustodyKind.STREET_DESIGNATED.value, "street_id": {"$in": list(street_ids)}})
    cursor = reader.collection(CUSTODY_ACCOUNTS).find(query, session=reader.session)
    return {document["street_id"]: _account_of(document) for document in await cursor.to_list(len(street_ids))}


async def find_accounts_of_owners(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> dict[str, CustodyAccount]:
    """Return the public accounts of the owners of estates, by estate."""
    query = scoped(scope, {"kind": CustodyKind.OWNERS_PUBLIC.value, "estate_id": {"$in": list(estate_ids)}})
    cursor = reader.collection(CUSTODY_ACCOUNTS).find(query, session=reader.session)
    return {document["estate_id"]: _account_of(document) for document in await cursor.to_list(len(estate_ids))}


async def find_account_of_place(
    reader: Reader,
    kind: CustodyKind,
    *,
    district: str,
    street_id: str | None = None,
    estate_id: str | None = None,
    scope: Scope,
) -> CustodyAccount | None:
    """Return the account of this kind of a district, a street or an estate; None if there is none in the scope."""
    query = {"kind": kind.value, "district": district, "street_id": street_id, "estate_id": estate_id}
    document = await reader.collection(CUSTODY_ACCOUNTS).find_one(scoped(scope, query), session=reader.session)
    return None if document is None else _account_of(document)


async def accounts_of_estate(reader: Reader, estate: Estate, *, scope: Scope) -> list[CustodyAccount]:
    """Return the custody accounts that may hold money of an estate: its own, its street's and its district's."""
    places = (
        {"estate_id": estate.id},
        {"estate_id": None, "street_id": estate.street_id},
        {"estate_id": None, "street_id": None, "district": estate.district},
    )
    found = []
    for place in places:
        kinds = {"$in": [kind.value for kind in CustodyKind]}
        cursor = reader.collection(CUSTODY_ACCOUNTS).find(
            scoped(scope, {"kind": kinds, **place}), session=reader.session
        )
        found += [_account_of(document) for document in await cursor.to_list(None)]
    return sorted(found, key=lambda account: (account.kind.value, account.id))


async def find_accounts_of_district(reader: Reader, district: str, *, scope: Scope) -> list[CustodyAccount]:
    """Return a district's custody accounts of all kinds that the scope sees, by kind and day of opening."""
    cursor = reader.collection(CUSTODY_ACCOUNTS).find(scoped(scope, {"district": district}), session=reader.session)
    accounts = [_account_of(document) for document in await cursor.to_list(None)]
    return sorted(accounts, key=lambda account: (account.kind.value, account.opened_on, account.id))


async def areas_of_account(reader: Reader, account_id: str, *, scope: Scope) -> tuple[str, ...]:
    """Return the grants that see a custody account; none of one that is unknown."""
    query = scoped(scope, {"_id": account_id})
    document = await reader.collection(CUSTODY_ACCOUNTS).find_one(query, {"areas": 1}, session=reader.session)
    return () if document is None else tuple(document["areas"])


async def find_districts(reader: Reader, *, scope: Scope) -> list[str]:
    """Return the districts that have a custody account, sorted."""
    cursor = reader.collection(CUSTODY_ACCOUNTS).find(scoped(scope, {}), {"district": 1}, session=reader.session)
    return sorted({document["district"] for document in await cursor.to_list(None)})


async def save_account(work: UnitOfWork, account: CustodyAccount, *, areas: tuple[str, ...]) -> None:
    """Keep the custody account as it now is; a place has one of each kind (unique index)."""
    document = {
        "kind": account.kind.value,
        "district": account.district,
        "holder": account.holder,
        "bank_account_masked": account.bank_account_masked,
        "opened_on": account.opened_on.isoformat(),
        "street_id": account.street_id,
        "estate_id": account.estate_id,
        "areas": list(areas),
    }
    await work.collection(CUSTODY_ACCOUNTS).replace_one(
        {"_id": account.id}, document, upsert=True, session=work.session
    )


def _account_of(document: dict[str, Any]) -> CustodyAccount:
    return CustodyAccount(
        id=document["_id"],
        kind=CustodyKind(document["kind"]),
        district=document["district"],
        holder=document["holder"],
        bank_account_masked=document["bank_account_masked"],
        opened_on=date.fromisoformat(document["opened_on"]),
        street_id=document["street_id"],
        estate_id=document["estate_id"],
    )
