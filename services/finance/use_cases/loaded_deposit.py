"""A deposit with everything that a decision about it needs: its estate and its contract."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.mongo import UnitOfWork
from services.finance.domain.contract import ServiceContract
from services.finance.domain.deposit import DepositUnknown, PerformanceDeposit
from services.finance.domain.deposit_claim import ClaimUnknown, DepositClaim
from services.finance.domain.estate import Estate
from services.finance.domain.visibility import areas_of_estate
from services.finance.store.contracts import find_contract
from services.finance.store.deposit_claims import find_claim
from services.finance.store.deposits import find_deposit
from services.finance.store.estates import find_estate


@dataclass(frozen=True)
class LoadedDeposit:
    """A deposit, the estate that it is for and the contract that agreed it."""

    deposit: PerformanceDeposit
    estate: Estate
    contract: ServiceContract

    @property
    def areas(self) -> tuple[str, ...]:
        """The grants that see what belongs to the deposit."""
        return areas_of_estate(
            district=self.estate.district,
            street_id=self.estate.street_id,
            community_id=self.estate.community_id,
            estate_id=self.estate.id,
        )


async def load_deposit(work: UnitOfWork, deposit_id: str, *, path: Sequence[str] = ()) -> LoadedDeposit:
    """Return the deposit as the caller's scope sees it; raises DepositUnknown."""
    scope = work.caller.scope
    deposit = await find_deposit(work, deposit_id, scope=scope)
    estate = None if deposit is None else await find_estate(work, deposit.estate_id, scope=scope)
    contract = None if deposit is None else await find_contract(work, deposit.contract_id, scope=scope)
    if deposit is None or estate is None or contract is None:
        raise DepositUnknown("no such deposit", path=path, value=deposit_id)
    return LoadedDeposit(deposit, estate, contract)


async def load_claim(
    work: UnitOfWork, claim_id: str, *, path: Sequence[str] = ()
) -> tuple[DepositClaim, LoadedDeposit]:
    """Return the claim, and its deposit, as the caller's scope sees them; raises ClaimUnknown."""
    claim = await find_claim(work, claim_id, scope=work.caller.scope)
    if claim is None:
        raise ClaimUnknown("no such claim", path=path, value=claim_id)
    return claim, await load_deposit(work, claim.deposit_id, path=path)
