"""Contracts, the deposits agreed in them, and the district's document, to test with."""

from dataclasses import replace
from datetime import date
from typing import Any

from kit.money import yuan
from policy.policies import Activation
from policy.policy_version import PolicyVersion
from policy.vocabulary import CustodyKind
from services.finance.domain.contract import ContractKind, ServiceContract
from services.finance.domain.deposit import Holding, PerformanceDeposit
from services.finance.domain.deposit_state import DepositState
from services.finance.domain.estate import Estate
from tests.heard import IN_FORCE_FROM, ZHANGGONG, mounted_policies

SIGNED_ON = date(2024, 2, 1)
TAKE_ON = date(2024, 3, 1)
STREET, OWNERS = CustodyKind.STREET_DESIGNATED, CustodyKind.OWNERS_PUBLIC
HELD = yuan("60000.00")


def document_of(district: str = ZHANGGONG, *, day: date = SIGNED_ON) -> PolicyVersion:
    """Return what the district's document says on that day."""
    version, mounted = f"{district}-v1", mounted_policies()
    return mounted.activate(Activation(version, mounted.file(version).hash, IN_FORCE_FROM)).at(district, day)


def an_estate(**changes: Any) -> Estate:
    """Return an estate of which nothing but its place is known, changed as asked."""
    return replace(Estate(id="est_1", district=ZHANGGONG, street_id="str_1", community_id="com_1"), **changes)


def a_contract(**changes: Any) -> ServiceContract:
    """Return a developer's contract without a deposit, changed as asked."""
    contract = ServiceContract(
        id="ctr_1",
        district=ZHANGGONG,
        estate_id="est_1",
        street_id="str_1",
        community_id="com_1",
        provider_id="prv_1",
        kind=ContractKind.EARLY_STAGE,
        signed_on=SIGNED_ON,
        from_=TAKE_ON,
        signed_by_body="NONE",
    )
    return replace(contract, **changes)


def a_demanded_deposit(**changes: Any) -> PerformanceDeposit:
    """Return a first year's deposit of 60,000 yuan that is demanded since the signing, changed as asked."""
    deposit = PerformanceDeposit(
        id="dep_1",
        district=ZHANGGONG,
        estate_id="est_1",
        contract_id="ctr_1",
        provider_id="prv_1",
        contract_year=1,
        agreed_on=SIGNED_ON,
        state=DepositState.DEMANDED,
        state_since=SIGNED_ON,
        managers=("STREET", "COMMUNITY"),
        policy_version_id=f"{ZHANGGONG}-v1",
        due_on=TAKE_ON,
        first_custody=STREET,
        demanded=HELD,
    )
    return replace(deposit, **changes)


def a_held_deposit(**changes: Any) -> PerformanceDeposit:
    """Return that deposit paid in full into the street's account, changed as asked."""
    paid = a_demanded_deposit(
        state=DepositState.HELD,
        state_since=TAKE_ON,
        holdings=(Holding("cus_1", STREET, HELD),),
        next_year_on=date(2026, 6, 1),
    )
    return replace(paid, **changes)
