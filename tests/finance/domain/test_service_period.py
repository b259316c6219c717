"""Whose service an estate had on which days, and so to whom its fees are owed."""

from dataclasses import replace
from datetime import date

import pytest

from policy.vocabulary import ManagementMode
from services.finance.domain.bill import BillSource, Creditor, Payee
from services.finance.domain.contract import ContractKind
from services.finance.domain.service_period import (
    EstateMode,
    EstateService,
    FeeContract,
    ServiceSpell,
    service_spells,
)

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


@pytest.mark.parametrize(
    ("day", "serves"),
    [(date(2023, 12, 31), False), (date(2024, 1, 1), True), (date(2024, 6, 10), True), (date(2024, 6, 11), False)],
)
def test_a_contract_serves_from_its_start_to_its_end(day: date, serves: bool) -> None:
    assert replace(EARLY, ended_on=date(2024, 6, 10)).serves_on(day) is serves
    assert replace(EARLY, started_on=None).serves_on(day) is False
    assert EARLY.serves_on(date.max)


def test_a_spell_knows_its_contract_mode_and_tariff() -> None:
    mode = EstateMode(date(2024, 1, 1), ManagementMode.MARKET)
    service = EstateService("est_1", "com_1", (EARLY,), {mode.effective_on: mode})

    [spell] = service_spells(service, from_=JUNE[0], to=JUNE[1])

    assert spell == ServiceSpell(*JUNE, Creditor(Payee.PROVIDER, "prv_old"), EARLY, mode, BillSource.REGULAR)
    assert spell.tariff == "ctr_early"


def test_a_spell_of_a_trust_knows_its_contract_and_mode() -> None:
    mode = EstateMode(date(2024, 7, 1), ManagementMode.TRUST)
    service = EstateService("est_1", "com_1", (TRUST,), {mode.effective_on: mode})

    [spell] = service_spells(service, from_=JULY[0], to=JULY[1])

    assert spell == ServiceSpell(*JULY, Creditor(Payee.TRUST_FUND, "ctr_trust"), TRUST, mode, BillSource.REGULAR)


def test_owners_who_manage_themselves_have_rates_of_their_own() -> None:
    mode = EstateMode(date(2024, 1, 1), ManagementMode.OWNER_SELF)
    service = EstateService("est_1", "com_1", (EARLY,), {mode.effective_on: mode})

    [spell] = service_spells(service, from_=JUNE[0], to=JUNE[1])

    assert spell == ServiceSpell(*JUNE, Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1"), None, mode)
    assert spell.tariff is None


def test_after_a_contracts_end_the_mode_and_the_contract_are_told() -> None:
    ended = replace(EARLY, ended_on=date(2024, 5, 31))
    mode = EstateMode(date(2024, 1, 1), ManagementMode.MARKET)
    service = EstateService("est_1", "com_1", (ended,), {mode.effective_on: mode})

    [spell] = service_spells(service, from_=JUNE[0], to=JUNE[1])

    assert spell == ServiceSpell(*JUNE, Creditor(Payee.PROVIDER, "prv_old"), ended, mode, BillSource.POST_TERMINATION)


def test_a_trust_that_ended_goes_on_as_the_trusts_until_somebody_takes_over() -> None:
    ended = replace(TRUST, started_on=EARLY.started_on, ended_on=date(2024, 6, 29))
    service = estate(ended, d2024_01_01=ManagementMode.TRUST)

    assert owed(service, *JUNE) == [
        (JUNE[0], date(2024, 6, 29), Payee.TRUST_FUND, "ctr_trust", BillSource.REGULAR),
        (JUNE[1], JUNE[1], Payee.TRUST_FUND, "ctr_trust", BillSource.POST_TERMINATION),
    ]


@pytest.mark.parametrize(
    "mode", [ManagementMode.OWNER_SELF, ManagementMode.UNIT_SELF, ManagementMode.COMMUNITY_FALLBACK]
)
def test_a_mode_without_a_provider_leaves_nothing_to_the_old_one(mode: ManagementMode) -> None:
    ended = replace(EARLY, ended_on=date(2024, 5, 31))

    [spell] = service_spells(estate(ended, d2024_06_01=mode), from_=JUNE[0], to=JUNE[1])

    assert (spell.contract, spell.source) == (None, BillSource.REGULAR)
    assert spell.creditor.payee is not Payee.PROVIDER


def test_of_two_contracts_on_one_day_the_later_one_serves_and_of_two_that_ended_the_later_goes_on() -> None:
    older = replace(EARLY, id="ctr_a", provider_id="prv_a", started_on=date(2023, 1, 1))
    newer = replace(EARLY, id="ctr_b", provider_id="prv_b", started_on=date(2024, 1, 1))
    same_day = replace(newer, id="ctr_c", provider_id="prv_c")

    def serving(*contracts: FeeContract) -> list[str]:
        return [row[3] for row in owed(estate(*contracts), *JUNE)]

    assert serving(newer, older) == serving(older, newer) == ["prv_b"]
    assert serving(same_day, newer) == serving(newer, same_day) == ["prv_c"]
    both_ended = [replace(one, ended_on=date(2024, 5, 31)) for one in (newer, older)]
    assert serving(*both_ended) == ["prv_b"]
    assert serving(replace(older, ended_on=date(2024, 5, 31)), replace(newer, started_on=None)) == ["prv_a"]


def test_days_of_one_service_are_one_spell_whatever_begins_within_them() -> None:
    other = replace(EARLY, id="ctr_z", started_on=date(2023, 1, 1), ended_on=date(2024, 6, 10))

    assert owed(estate(EARLY, other), *JUNE) == [(*JUNE, Payee.PROVIDER, "prv_old", BillSource.REGULAR)]


def test_a_mode_that_begins_on_the_first_or_the_last_day_holds_on_it() -> None:
    service = estate(EARLY, d2024_06_01=ManagementMode.MARKET, d2024_06_30=ManagementMode.OWNER_SELF)

    assert [row[:3] for row in owed(service, *JUNE)] == [
        (JUNE[0], date(2024, 6, 29), Payee.PROVIDER),
        (JUNE[1], JUNE[1], Payee.OWNERS_PUBLIC_ACCOUNT),
    ]
    assert [service.mode_on(day) for day in (date(2024, 5, 31),)] == [None]


def test_a_new_mode_holds_from_its_day_on() -> None:
    market = EstateMode(date(2024, 1, 1), ManagementMode.MARKET)
    trust = EstateMode(date(2024, 7, 1), ManagementMode.TRUST)

    service = estate().with_mode(trust).with_mode(market)

    assert [service.mode_on(day) for day in (date(2023, 12, 31), JUNE[1], JULY[0])] == [None, market, trust]
    assert (service.estate_id, service.community_id) == ("est_1", "com_1")


def test_everybody_to_whom_fees_may_be_owed_is_named_once() -> None:
    assert estate(EARLY, TRUST, EARLY).creditors == (
        Creditor(Payee.PROVIDER, "prv_old"),
        Creditor(Payee.TRUST_FUND, "ctr_trust"),
        Creditor(Payee.TRUST_FUND, "ctr_early"),
        Creditor(Payee.OWNERS_PUBLIC_ACCOUNT, "est_1"),
        Creditor(Payee.UNIT, "est_1"),
        Creditor(Payee.COMMUNITY, "com_1"),
    )
