"""The deposits of a district page by page, in the order of their contracts and years."""

from typing import Final

from kit.caller import Scope
from kit.mongo import Reader, scoped
from services.finance.domain.deposit import PerformanceDeposit
from services.finance.store.deposits import DEPOSITS, find_deposits

_AFTER_EVERY_ID: Final = "\U0010ffff"


async def page_of_deposits(
    reader: Reader, district: str, *, after: tuple[str, int] | None, limit: int, scope: Scope
) -> list[PerformanceDeposit]:
    """Return at most `limit` deposits that the scope sees after a contract and year."""
    contract_id, year = after or ("", 0)
    query = scoped(scope, {"district": district, "contract_id": {"$gte": contract_id, "$lt": _AFTER_EVERY_ID}})
    # The years of the contract that the last page ended with are read again and left out.
    cursor = (
        reader.collection(DEPOSITS)
        .find(query, {"contract_id": 1, "contract_year": 1}, session=reader.session)
        .sort([("contract_id", 1), ("contract_year", 1)])
        .limit(limit + year)
    )
    found = [
        document["_id"]
        for document in await cursor.to_list(None)
        if (document["contract_id"], document["contract_year"]) > (contract_id, year)
    ][:limit]
    deposits = await find_deposits(reader, found, scope=scope)
    return [deposits[deposit_id] for deposit_id in found]


def place_of(deposit: PerformanceDeposit) -> tuple[str, int]:
    """Return a deposit's place in the order."""
    return deposit.contract_id, deposit.contract_year
