"""What the records of an estate say moved in custody accounts: fees, their refunds and spendings, public revenue."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from kit.caller import Scope
from kit.money import Fen
from kit.mongo import Reader, scoped
from policy.vocabulary import IncomeEarmark
from services.finance.domain.custody_money import fees_held_id, revenue_held_id
from services.finance.domain.held_payments import HeldPayment
from services.finance.store.fee_payments import FEE_PAYMENTS, FEE_REFUNDS
from services.finance.store.fee_spendings import FEE_SPENDINGS
from services.finance.store.public_revenues import REVENUES, SPENDINGS

_SHAPES: Final = (
    (FEE_PAYMENTS, "amount", "paid_on", 1),
    (FEE_REFUNDS, "amount", "refunded_on", -1),
    (FEE_SPENDINGS, "amount", "spent_on", -1),
    (REVENUES, "net", "received_on", 1),
    (SPENDINGS, "amount", "spent_on", -1),
)
"""Each collection with its fields of the amount and the bank's day, and whether the money came in or left."""


async def held_payments_of_estate(reader: Reader, estate_id: str, *, scope: Scope) -> list[HeldPayment]:
    """Return every payment of an estate that lies in a custody account or left one; what was taken back is left out."""
    found: list[HeldPayment] = []
    accounts: dict[str, str] = {}
    for collection, amount, day, sign in _SHAPES:
        async for one in reader.collection(collection).find(
            scoped(scope, {"estate_id": estate_id}), session=reader.session
        ):
            # A refund leaves the account that its payment came into; payments are read before refunds.
            account_id = accounts.get(one["payment_id"]) if "payment_id" in one else one["custody_account_id"]
            if account_id is None or one.get("taken_back_id") is not None:
                continue
            accounts[one["_id"]] = account_id
            found.append(
                HeldPayment(
                    source=one["_id"],
                    held_id=_held_id(one, account_id),
                    bank_ref=one["bank_ref"],
                    day=date.fromisoformat(one[day]),
                    amount=Fen(sign * one[amount]),
                )
            )
    return found


def _held_id(document: Mapping[str, Any], account_id: str) -> str:
    if "earmark" not in document:
        return fees_held_id(account_id, document["estate_id"])
    return revenue_held_id(account_id, document["estate_id"], IncomeEarmark(document["earmark"]))
