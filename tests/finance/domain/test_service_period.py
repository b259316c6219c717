"""Whose service an estate had on which days, and so to whom its fees are owed."""

from dataclasses import replace
from datetime import date

import pytest

from policy.vocabulary import ManagementMode
from services.finance.domain.bill import BillSource, Creditor, Payee
from services.finance.domain.contract import ContractKind
from services.finance.domain.service_period import EstateMode, EstateService, FeeContract, service_spells

EARLY = FeeContract(
    id="ctr_early",
    district="360702",
    estate_id="est_1",
    provider_id="prv_old",
    kind=ContractKind.EARLY_STAGE,
    started_on=date(2024, 1, 1),
)
TRUST = FeeContract(
    id="ctr_trust",
    district="360702",
    estate_id="est_1",
    provider_id="prv_new",
    kind=ContractKind.TRUST,
    started_on=date(2024, 7, 1),
)


def estate(*contracts: FeeContract, **modes: ManagementMode | None) -> EstateService:
    """Return the estate with modes named by their first day, such as `d2024_07_01=…`."""
    days = {date.fromisoformat(day[1:].replace("_", "-")): mode for day, mode in modes.items()}
    return EstateService("est_1", "com_1", contracts, {day: EstateMode(day, mode) for day, mode in days.items()})


def owed(service: EstateService, from_: date, to: date) -> list[tuple[date, date, Payee, str, BillSource]]:
    return [
        (spell.from_, spell.to, spell.creditor.payee, spell.creditor.id, spell.source)
        for spell in service_spells(service, from_=from_, to=to)
    ]


JUNE, JULY = (date(2024, 6, 1), date(2024, 6, 30)), (date(2024, 7, 1), date(2024, 7, 31))


@pytest.mark.rule("G-28")
def test_june_is_the_providers_and_july_the_trusts() -> None:
    service = estate(
        replace(EARLY, ended_on=date(2024, 7, 1)),
        TRUST,
        d2024_01_01=ManagementMode.MARKET,
        d2024_07_01=ManagementMode.TRUST,
    )

    assert owed(service, JUNE[0], JULY[1]) == [
        (*JUNE, Payee.PROVIDER, "prv_old", BillSource.REGULAR),
        (*JULY, Payee.TRUST_FUND, "ctr_trust", BillSource.REGULAR),
    ]


@pytest.mark.parametrize(
    ("mode", "creditor"),
    [
        (ManagementMode.MARKET, Creditor(Payee.PROVIDER, "prv_old")),
        (ManagementMode.TAKEOVER_FIRST, Creditor(Payee.PROVIDER, "prv_old")),
        (ManagementMode.OWNER_SELF, Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1")),
        (ManagementMode.UNIT_SELF, Creditor(Payee.UNIT, "est_1")),
        (ManagementMode.COMMUNITY_FALLBACK, Creditor(Payee.COMMUNITY, "com_1")),
        (ManagementMode.TRUST, Creditor(Payee.TRUST_FUND, "ctr_early")),
        (None, Creditor(Payee.PROVIDER, "prv_old")),
    ],
)
def test_every_mode_has_its_payee(mode: ManagementMode | None, creditor: Creditor) -> None:
    [spell] = service_spells(estate(EARLY, d2024_01_01=mode), from_=JUNE[0], to=JUNE[1])

    assert spell.creditor == creditor


@pytest.mark.parametrize(
    ("contract", "payee"), [(EARLY, Payee.PROVIDER), (replace(TRUST, started_on=EARLY.started_on), Payee.TRUST_FUND)]
)
def test_without_a_mode_the_kind_of_the_contract_decides(contract: FeeContract, payee: Payee) -> None:
    [spell] = service_spells(estate(contract), from_=JUNE[0], to=JUNE[1])

    assert spell.creditor.payee is payee


def test_nothing_is_owed_before_the_service_starts() -> None:
    service = estate(replace(EARLY, started_on=date(2024, 6, 11)))

    assert owed(service, *JUNE) == [(date(2024, 6, 11), JUNE[1], Payee.PROVIDER, "prv_old", BillSource.REGULAR)]


def test_after_the_end_service_goes_on_as_post_termination_until_somebody_takes_over() -> None:
    ended = replace(EARLY, ended_on=date(2024, 6, 10))
    successor = replace(EARLY, id="ctr_next", provider_id="prv_next", started_on=date(2024, 6, 21))

    assert owed(estate(ended, successor), *JUNE) == [
        (JUNE[0], date(2024, 6, 10), Payee.PROVIDER, "prv_old", BillSource.REGULAR),
        (date(2024, 6, 11), date(2024, 6, 20), Payee.PROVIDER, "prv_old", BillSource.POST_TERMINATION),
        (date(2024, 6, 21), JUNE[1], Payee.PROVIDER, "prv_next", BillSource.REGULAR),
    ]


def test_nothing_is_owed_after_an_end_without_an_accepted_handover() -> None:
    refused = replace(EARLY, ended_on=date(2024, 6, 10), handover_refused=True)

    assert owed(estate(refused), *JUNE) == [(JUNE[0], date(2024, 6, 10), Payee.PROVIDER, "prv_old", BillSource.REGULAR)]


def test_on_the_day_of_a_successor_the_successor_serves() -> None:
    ended = replace(EARLY, ended_on=TRUST.started_on)

    assert [row[:2] for row in owed(estate(ended, TRUST), JUNE[0], JULY[1])] == [JUNE, JULY]
