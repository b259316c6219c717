"""What the commands about fees share: who may give them, the estate they are about, and its open accounts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kit.caller import Role, Scope
from kit.errors import ValidationFailed
from kit.ledger.store import open_accounts
from kit.mongo import UnitOfWork
from services.finance.domain.bill import BillUnknown, Creditor, FeeBill, Payee
from services.finance.domain.estate import Estate, EstateUnknown
from services.finance.domain.fee_ledger import accounts_of
from services.finance.domain.service_period import service_spells
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.bills import find_bill
from services.finance.store.estates import find_estate
from services.finance.store.fee_service import find_estate_service

SET_FEES = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.HOUSING_BUREAU)
BILL_FEES = (Role.PROVIDER, Role.COMMITTEE, Role.COMMUNITY, Role.STREET, Role.DISTRICT_OFFICE, Role.SERVICE)
TAKE_MONEY = (*BILL_FEES, Role.FINANCE_BUREAU, Role.OPERATOR, Role.SERVICE)
CREDITORS_SIDE: Mapping[Payee, tuple[Role, ...]] = {
    Payee.PROVIDER: (Role.PROVIDER,),
    Payee.OWNERS_PUBLIC_ACCOUNT: (Role.COMMITTEE,),
    Payee.TRUST_FUND: (Role.PROVIDER, Role.COMMITTEE),
    Payee.COMMUNITY: (Role.COMMUNITY,),
    Payee.UNIT: (Role.STREET,),
}
"""Who speaks for the creditor of a bill: the trustee for a trust fund, the street for a former property unit."""


async def bill_of(work: UnitOfWork, bill_id: str, *, path: Sequence[str]) -> FeeBill:
    """Return the bill; raises BillUnknown where it is unknown or outside the caller's scope."""
    bill = await find_bill(work, bill_id, scope=work.caller.scope)
    if bill is None:
        raise BillUnknown("no such bill", path=(*path, "billId"), value=bill_id)
    return bill


def given_reason(reason: str | None, *, path: Sequence[str]) -> str:
    """Return the reason without blanks around it; raises ValidationFailed where none is given."""
    text = (reason or "").strip()
    if not text:
        raise ValidationFailed("what is done to a bill has a reason", path=(*path, "reason"))
    return text


async def estate_of(work: UnitOfWork, estate_id: str, *, path: Sequence[str]) -> Estate:
    """Return the estate; raises EstateUnknown where it is unknown or outside the caller's scope."""
    estate = await find_estate(work, estate_id, scope=work.caller.scope)
    if estate is None:
        raise EstateUnknown("no such estate", path=path, value=estate_id)
    return estate


def estate_areas(estate: Estate) -> tuple[str, ...]:
    """Return the grants that see the estate's public records."""
    return areas_of_estate(
        district=estate.district, street_id=estate.street_id, community_id=estate.community_id, estate_id=estate.id
    )


def place_of_part(estate: Estate) -> tuple[str, str, str, str]:
    """Return the grants of offices and manager that see what concerns one part alone, as `bill_areas` begins."""
    return (
        f"district:{estate.district}",
        f"street:{estate.street_id}",
        f"community:{estate.community_id}",
        f"manage:{estate.id}",
    )


async def open_fee_accounts(work: UnitOfWork, estate: Estate, creditors: Iterable[Creditor]) -> None:
    """Open the ledger accounts of an estate and its creditors that are not open yet."""
    accounts = [
        account
        for creditor in dict.fromkeys(creditors)
        for account in accounts_of(
            estate.id,
            creditor,
            district=estate.district,
            estate_name=estate.name or "",
            areas=estate_areas(estate),
        )
    ]
    await open_accounts(work, accounts)


async def serving_creditor(work: UnitOfWork, estate: Estate, day: date) -> Creditor | None:
    """Return to whom the fees of that service day are owed; None where nobody serves the estate."""
    # Who pays need not see the contract: an owner's scope has no estate.
    service = await find_estate_service(work, estate, scope=Scope.everything())
    spells = service_spells(service, from_=day, to=day)
    return spells[0].creditor if spells else None
