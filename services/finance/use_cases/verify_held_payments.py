"""Compare single payments of fees and public revenue in custody accounts with the postings there, estate by estate."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final

from kit.caller import Scope
from kit.ledger.transfers import Side
from kit.mongo import Mongo
from services.finance.domain.custody_money import estate_of_held
from services.finance.domain.held_payments import HeldDifference, held_differences
from services.finance.store.bank_lines import movements_between
from services.finance.store.cut_overs import find_opening_postings
from services.finance.store.held_payments import held_payments_of_estate

_EVERYTHING: Final = Scope.everything()
_FIRST: Final = date(1, 1, 1)
_LAST: Final = date(9999, 12, 30)


async def verify_held_payments(
    mongo: Mongo, estate_ids: Iterable[str], ledger_accounts: Iterable[str]
) -> list[HeldDifference]:
    """Return every payment without its posting and every posting without its payment.

    `ledger_accounts` are all of the district's books. One estate's payments and postings are in memory at a time.
    """
    of_estates: dict[str, list[str]] = defaultdict(list)
    for ledger_account in ledger_accounts:
        estate_id = estate_of_held(ledger_account)
        if estate_id is not None:
            of_estates[estate_id].append(ledger_account)
    found: list[HeldDifference] = []
    for estate_id in sorted({*estate_ids, *of_estates}):
        payments = await held_payments_of_estate(mongo, estate_id, scope=_EVERYTHING)
        movements = {
            held_id: await movements_between(mongo, held_id, side=Side.CREDIT, first=_FIRST, last=_LAST)
            for held_id in of_estates.get(estate_id, [])
        }
        if payments or movements:
            openings = await find_opening_postings(mongo, estate_id, scope=_EVERYTHING)
            found += held_differences(payments, movements, openings=openings)
    return found
