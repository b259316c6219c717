"""What comes before a mode and what it may not be, by the five districts' own documents."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kit.errors import Flag, Refusal, ValidationFailed
from policy.errors import MeansAbsent, UnknownModeLabel
from policy.instruments import ModesPolicy
from policy.policies import Policies
from policy.vocabulary import CostBearer, ModeMeans, OwnersRules
from policy.vocabulary import ProviderKind as PolicyProviderKind
from services.registry.domain import mode_rules as rules
from services.registry.domain.contract import ContractKind
from services.registry.domain.contract_state import SERVING_STATES, ContractState
from services.registry.domain.decision import DecisionState
from services.registry.domain.estate import Enclosure
from services.registry.domain.mode import BasicItem, ManagementMode, ServiceTerms
from services.registry.domain.mode_rules import ContractBehind, TitleSituation, TrustFund
from services.registry.domain.provider import ProviderKind

DONGHU, NANZHENG, XUNYANG, ZHANGGONG, PANZHIHUA = "360102", "610703", "360403", "360702", "510400"
ON = date(2024, 6, 1)
DAY = timedelta(days=1)
ESTATE, NEIGHBOUR = "est_1", "est_2"
MANAGED = frozenset(mode for mode in ManagementMode if mode is not ManagementMode.NONE)
SINCE_2021 = date(2021, 1, 1)


def policies() -> Policies:
    """The mounted policies, with what bears no date in force since 2021."""
    found = Policies.load(Path("policy/districts"))
    for file in found.files:
        if file.effective_from is None:
            found = found.activate(found.activation_of(file.id, SINCE_2021))
    return found


POLICIES = policies()


def modes(district: str) -> ModesPolicy:
    return POLICIES.at(district, ON).modes


def contract(
    kind: ContractKind = ContractKind.CONGRESS,
    state: ContractState = ContractState.ACTIVE,
    *,
    estate_id: str = ESTATE,
    community_id: str = "com_1",
) -> ContractBehind:
    return ContractBehind(kind=kind, state=state, estate_id=estate_id, community_id=community_id)


def told(refused: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...], str | None]:
    return refused.value.code, refused.value.path, refused.value.value


@pytest.mark.rule("DH-05")
@pytest.mark.rule("NZ-03")
@pytest.mark.rule("PZ-31")
@pytest.mark.parametrize("district", [DONGHU, NANZHENG, XUNYANG, ZHANGGONG, PANZHIHUA])
def test_every_label_leads_to_its_modes_and_back(district: str) -> None:
    policy = modes(district)

    for row in policy.labels:
        for canonical in row.canonical:
            mode = ManagementMode(canonical.value)
            assert rules.chosen_mode(policy.row(row.label), among={mode}) is mode
            assert row.label in policy.labels_for(canonical)


@pytest.mark.rule("NZ-03")
@pytest.mark.rule("PZ-31")
@pytest.mark.parametrize(("district", "count"), [(NANZHENG, 4), (PANZHIHUA, 5)])
def test_a_district_has_its_labels_and_no_other(district: str, count: int) -> None:
    assert len(modes(district).labels) == count

    with pytest.raises(UnknownModeLabel) as refused:
        modes(district).row("包干制", path=("input", "label"))
    assert told(refused) == ("VALIDATION", ("input", "label"), "包干制")


@pytest.mark.rule("PZ-31")
def test_panzhihua_has_exactly_five_modes() -> None:
    found = {rules.chosen_mode(row, among=MANAGED) for row in modes(PANZHIHUA).labels}

    assert found == MANAGED - {ManagementMode.TAKEOVER_FIRST}


@pytest.mark.rule("NZ-03")
def test_a_label_of_other_modes_is_refused() -> None:
    row = modes(NANZHENG).row("业主自治")

    with pytest.raises(rules.LabelNotOfMode) as refused:
        rules.chosen_mode(row, among={ManagementMode.MARKET})
    assert told(refused) == ("VALIDATION", ("input", "label"), "业主自治")


@pytest.mark.rule("NZ-03")
def test_a_label_of_two_modes_needs_a_command_for_one() -> None:
    quasi = modes(NANZHENG).row("准物业服务")

    assert rules.chosen_mode(quasi, among={ManagementMode.TAKEOVER_FIRST}) is ManagementMode.TAKEOVER_FIRST
    assert rules.chosen_mode(quasi, among={ManagementMode.COMMUNITY_FALLBACK}) is ManagementMode.COMMUNITY_FALLBACK
    with pytest.raises(rules.LabelNotOfMode) as refused:
        rules.chosen_mode(quasi, among=MANAGED)
    assert (refused.value.path, refused.value.value) == (("input", "label"), "准物业服务")


@pytest.mark.rule("DH-05")
def test_the_kinds_of_providers_are_those_of_the_policies() -> None:
    assert {kind.value for kind in ProviderKind} == {kind.value for kind in PolicyProviderKind}


@pytest.mark.rule("DH-05")
@pytest.mark.parametrize(
    ("district", "provider", "label"),
    [
        (DONGHU, ProviderKind.COMPANY, "物业服务企业"),
        (DONGHU, ProviderKind.STATE_OWNED, "物业服务企业"),
        (DONGHU, ProviderKind.PROFESSIONAL_BODY, "专业机构"),
        (DONGHU, ProviderKind.NON_ENTERPRISE_UNIT, "专业机构"),
        (DONGHU, ProviderKind.PROFESSIONAL_PERSON, "专业人员"),
        (DONGHU, ProviderKind.COMMUNITY, None),
        (NANZHENG, ProviderKind.COMPANY, "规范化物业服务管理"),
        (XUNYANG, ProviderKind.COMPANY, "选聘引入"),
        (ZHANGGONG, ProviderKind.COMPANY, "引进市场化物业管理"),
        (PANZHIHUA, ProviderKind.COMPANY, "市场化物业管理模式"),
    ],
)
def test_a_selected_provider_serves_under_the_districts_name(
    district: str, provider: ProviderKind, label: str | None
) -> None:
    row = rules.row_for_provider(modes(district), ManagementMode.MARKET, provider)

    assert (None if row is None else row.label) == label


@pytest.mark.rule("XY-08")
@pytest.mark.rule("XY-09")
@pytest.mark.parametrize(("means", "label"), [(ModeMeans.CUSTODY, "整合代管"), (ModeMeans.NEARBY_TAKEOVER, "就近接管")])
def test_custody_and_nearby_takeover_are_xunyangs_means(means: ModeMeans, label: str) -> None:
    assert modes(XUNYANG).row_by_means(means).label == label

    with pytest.raises(MeansAbsent) as refused:
        modes(PANZHIHUA).row_by_means(means)
    assert refused.value.path == ()
    assert (refused.value.code, refused.value.value) == ("INSTRUMENT_NOT_AVAILABLE", means.value)


@pytest.mark.rule("ZG-25")
@pytest.mark.parametrize("kind", list(ContractKind))
@pytest.mark.parametrize("state", list(ContractState))
def test_the_market_mode_rests_on_a_served_contract_of_the_market(kind: ContractKind, state: ContractState) -> None:
    is_market = kind in (ContractKind.EARLY_STAGE, ContractKind.CONGRESS)
    if is_market and state in SERVING_STATES:
        rules.require_market_contract(contract(kind, state), estate_id=ESTATE)
        return

    with pytest.raises(rules.MarketContractMissing) as refused:
        rules.require_market_contract(contract(kind, state), estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), state.value if is_market else None)


@pytest.mark.rule("ZG-25")
@pytest.mark.parametrize("given", [None, contract(estate_id=NEIGHBOUR)])
def test_the_market_mode_needs_a_contract_of_the_estate_itself(given: ContractBehind | None) -> None:
    with pytest.raises(rules.MarketContractMissing) as refused:
        rules.require_market_contract(given, estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), None)


@pytest.mark.rule("NZ-19")
@pytest.mark.parametrize("state", [ContractState.SIGNED, ContractState.ACTIVE, ContractState.EXIT_NOTICED])
def test_a_signed_cooperation_agreement_lets_a_company_take_over_first(state: ContractState) -> None:
    rules.require_cooperation_agreement(contract(ContractKind.COOPERATION, state), estate_id=ESTATE)


@pytest.mark.rule("NZ-19")
@pytest.mark.parametrize(
    ("given", "value"),
    [
        (contract(ContractKind.CONGRESS), "CONGRESS"),
        (contract(ContractKind.COOPERATION, estate_id=NEIGHBOUR), "COOPERATION"),
        (contract(ContractKind.COOPERATION, ContractState.TERMINATED), "TERMINATED"),
        (contract(ContractKind.COOPERATION, ContractState.DRAFT), "DRAFT"),
    ],
)
def test_no_take_over_without_an_agreement(given: ContractBehind, value: str) -> None:
    with pytest.raises(rules.AgreementMissing) as refused:
        rules.require_cooperation_agreement(given, estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), value)


@pytest.mark.rule("NZ-19")
@pytest.mark.parametrize("codes", [["CLEANING"], ["ORDER"], ["ORDER", "CLEANING"], ["CLEANING", "CLEANING"]])
def test_taking_over_first_is_cleaning_and_order(codes: list[str]) -> None:
    found = rules.basic_items(codes, modes(NANZHENG).row("准物业服务"), path=("input", "items"))

    assert found == tuple(dict.fromkeys(BasicItem(code) for code in codes))


@pytest.mark.rule("NZ-19")
@pytest.mark.parametrize("beyond", ["GREENING", "SECURITY", "REPAIR", "DANCING"])
def test_taking_over_first_is_nothing_else(beyond: str) -> None:
    with pytest.raises(rules.BeyondBasicService) as refused:
        rules.basic_items(["CLEANING", beyond], modes(NANZHENG).row("准物业服务"), path=("input", "items"))
    assert told(refused) == ("OUT_OF_RANGE", ("input", "items"), beyond)


@pytest.mark.rule("NZ-19")
@pytest.mark.parametrize(
    ("kind", "district", "refused"),
    [
        (ContractKind.COOPERATION, NANZHENG, True),
        (ContractKind.CONGRESS, NANZHENG, False),
        (ContractKind.COOPERATION, ZHANGGONG, False),
    ],
)
def test_a_cooperation_agreement_has_the_two_items_alone(kind: ContractKind, district: str, refused: bool) -> None:
    rules.check_cooperation_items(kind, ["CLEANING", "ORDER"], modes(district))
    if not refused:
        rules.check_cooperation_items(kind, ["CLEANING", "GREENING"], modes(district))
        return

    with pytest.raises(rules.BeyondBasicService) as error:
        rules.check_cooperation_items(kind, ["CLEANING", "GREENING"], modes(district))
    assert told(error) == ("OUT_OF_RANGE", ("input", "items"), "GREENING")


@pytest.mark.rule("NZ-19")
def test_only_a_document_that_says_so_lets_a_company_take_over_first() -> None:
    assert rules.row_of_takeover_first(modes(NANZHENG)).label == "准物业服务"

    with pytest.raises(MeansAbsent) as refused:
        rules.row_of_takeover_first(modes(ZHANGGONG))
    assert told(refused) == ("INSTRUMENT_NOT_AVAILABLE", (), "TAKEOVER_FIRST")


@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize("state", list(ContractState))
def test_the_trust_mode_rests_on_a_served_trust_contract(state: ContractState) -> None:
    if state in SERVING_STATES:
        rules.require_trust_contract(contract(ContractKind.TRUST, state), estate_id=ESTATE)
        return

    with pytest.raises(rules.TrustContractMissing) as refused:
        rules.require_trust_contract(contract(ContractKind.TRUST, state), estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), state.value)


@pytest.mark.rule("PZ-27")
@pytest.mark.parametrize("given", [None, contract(), contract(ContractKind.TRUST, estate_id=NEIGHBOUR)])
def test_the_trust_mode_needs_a_trust_contract_of_the_estate(given: ContractBehind | None) -> None:
    with pytest.raises(rules.TrustContractMissing) as refused:
        rules.require_trust_contract(given, estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), None)


@pytest.mark.rule("DH-05")
def test_a_provider_serves_under_a_name_for_its_kind() -> None:
    bodies = modes(DONGHU).row("专业机构")
    rules.require_label_of_provider(bodies, ProviderKind.PROFESSIONAL_BODY)
    rules.require_label_of_provider(modes(ZHANGGONG).row("引进市场化物业管理"), ProviderKind.COMPANY)

    with pytest.raises(rules.LabelNotOfMode) as refused:
        rules.require_label_of_provider(bodies, ProviderKind.COMPANY)
    assert told(refused) == ("VALIDATION", ("input", "label"), "专业机构")


@pytest.mark.rule("ZG-26")
@pytest.mark.parametrize("closed_on", [ON - DAY, ON])
def test_a_decision_that_passed_by_then_stands_behind_a_mode(closed_on: date) -> None:
    rules.require_passed_decision(
        estate_of_decision=ESTATE,
        state=DecisionState.CLOSED_PASSED,
        closed_on=closed_on,
        estate_id=ESTATE,
        effective_on=ON,
    )


@pytest.mark.rule("ZG-26")
@pytest.mark.parametrize(
    ("estate", "state", "closed_on", "value"),
    [
        (NEIGHBOUR, DecisionState.CLOSED_PASSED, ON, NEIGHBOUR),
        (ESTATE, DecisionState.CLOSED_FAILED, ON, "CLOSED_FAILED"),
        (ESTATE, DecisionState.NOTICED, None, "NOTICED"),
        (ESTATE, DecisionState.CLOSED_PASSED, None, "CLOSED_PASSED"),
        (ESTATE, DecisionState.CLOSED_PASSED, ON + DAY, "2024-06-02"),
    ],
)
def test_a_decision_that_does_not_carry_the_mode_is_refused(
    estate: str, state: DecisionState, closed_on: date | None, value: str
) -> None:
    with pytest.raises(rules.ModeDecisionMissing) as refused:
        rules.require_passed_decision(
            estate_of_decision=estate, state=state, closed_on=closed_on, estate_id=ESTATE, effective_on=ON
        )
    assert told(refused) == ("NEEDS_DECISION", ("input", "decisionId"), value)


@pytest.mark.rule("PZ-29")
def test_the_fall_back_of_panzhihua_is_basic_alone() -> None:
    row = modes(PANZHIHUA).row("社区兜底管理模式")
    basic = ["CLEANING", "WASTE_REMOVAL", "SHARED_PARTS_UPKEEP"]

    assert rules.basic_items(basic, row, path=("input", "items")) == tuple(BasicItem(code) for code in basic)
    for beyond in set(BasicItem) - {BasicItem(code) for code in basic}:
        with pytest.raises(rules.BeyondBasicService) as refused:
            rules.basic_items([*basic, beyond.value], row, path=("input", "items"))
        assert told(refused) == ("OUT_OF_RANGE", ("input", "items"), beyond.value)


@pytest.mark.rule("PZ-29")
def test_a_basic_service_without_items_is_refused() -> None:
    with pytest.raises(ValidationFailed) as refused:
        rules.basic_items([], modes(PANZHIHUA).row("社区兜底管理模式"), path=("input", "items"))
    assert told(refused) == ("VALIDATION", ("input", "items"), "社区兜底管理模式")


def test_where_the_document_names_no_items_any_basic_one_will_do() -> None:
    row = modes(NANZHENG).row("社区管理")

    assert rules.basic_items(["PARKING"], row, path=("input", "items")) == (BasicItem.PARKING,)
    with pytest.raises(rules.BeyondBasicService) as refused:
        rules.basic_items(["DANCING"], row, path=("input", "items"))
    assert (refused.value.path, refused.value.value) == (("input", "items"), "DANCING")


@pytest.mark.rule("ZG-27")
def test_the_basic_mode_of_zhanggong_is_paid_by_all_owners() -> None:
    row = modes(ZHANGGONG).row("实施基本物业管理")

    rules.require_cost_bearer(CostBearer.ALL_OWNERS, row)
    with pytest.raises(rules.OwnersBearTheCost) as refused:
        rules.require_cost_bearer(CostBearer.PUBLIC_FUNDS, row)
    assert told(refused) == ("EARMARK", ("input", "costBearer"), "PUBLIC_FUNDS")


@pytest.mark.rule("ZG-27")
@pytest.mark.parametrize("bearer", list(CostBearer))
def test_where_the_document_is_silent_either_may_pay(bearer: CostBearer) -> None:
    rules.require_cost_bearer(bearer, modes(PANZHIHUA).row("社区兜底管理模式"))


@pytest.mark.rule("NZ-22")
def test_the_community_falls_back_only_where_no_contract_is_served() -> None:
    rules.require_no_contract_serves(None)

    with pytest.raises(rules.ContractServesEstate) as refused:
        rules.require_no_contract_serves("HT-1")
    assert told(refused) == ("STATE_CONFLICT", ("input", "estateId"), "HT-1")


@pytest.mark.rule("XY-08")
@pytest.mark.parametrize(
    ("given", "mode"),
    [
        (contract(ContractKind.CUSTODY), ManagementMode.COMMUNITY_FALLBACK),
        (contract(ContractKind.CONGRESS, estate_id=NEIGHBOUR), ManagementMode.MARKET),
    ],
)
def test_custody_is_basic_service_or_a_merger_into_a_project(given: ContractBehind, mode: ManagementMode) -> None:
    assert rules.custody_mode(given, estate_id=ESTATE, community_id="com_1") is mode


@pytest.mark.rule("XY-08")
@pytest.mark.parametrize(
    ("given", "value"),
    [
        (contract(ContractKind.CONGRESS), "CONGRESS"),
        (contract(ContractKind.CUSTODY, ContractState.SIGNED), "SIGNED"),
        (contract(ContractKind.CUSTODY, ContractState.TERMINATED), "TERMINATED"),
        (contract(ContractKind.CONGRESS, estate_id=NEIGHBOUR, community_id="com_2"), "com_2"),
    ],
)
def test_custody_under_another_contract_is_refused(given: ContractBehind, value: str) -> None:
    with pytest.raises(rules.CustodyContractMissing) as refused:
        rules.custody_mode(given, estate_id=ESTATE, community_id="com_1")
    assert told(refused) == ("PRECONDITION", ("input", "contractId"), value)


@pytest.mark.rule("XY-08")
@pytest.mark.parametrize(
    ("enclosure", "can_be_enclosed", "warned"),
    [
        (Enclosure.OPEN, False, False),
        (Enclosure.OPEN, True, True),
        (Enclosure.CLOSED, False, True),
        (Enclosure.CLOSED, True, True),
    ],
)
def test_custody_of_what_can_be_enclosed_is_flagged(enclosure: Enclosure, can_be_enclosed: bool, warned: bool) -> None:
    flag = rules.enclosable_flag(enclosure, can_be_enclosed=can_be_enclosed)

    assert (None if flag is None else (flag.code, flag.path, flag.value)) == (
        ("WARN:ENCLOSABLE", ("input", "canBeEnclosed"), enclosure.value) if warned else None
    )


@pytest.mark.rule("XY-09")
@pytest.mark.parametrize("state", list(ContractState))
def test_a_nearby_contract_is_being_served(state: ContractState) -> None:
    nearby = contract(state=state, estate_id=NEIGHBOUR)
    if state in SERVING_STATES:
        rules.require_nearby_contract(nearby, estate_id=ESTATE)
        return

    with pytest.raises(rules.NearbyContractNotActive) as refused:
        rules.require_nearby_contract(nearby, estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "nearbyContractId"), state.value)


@pytest.mark.rule("XY-09")
def test_a_nearby_contract_is_another_estates() -> None:
    with pytest.raises(rules.NearbyContractNotActive) as refused:
        rules.require_nearby_contract(contract(), estate_id=ESTATE)
    assert told(refused) == ("PRECONDITION", ("input", "nearbyContractId"), "CONGRESS")


TERMS = ServiceTerms(content="保洁", fee_standard="0.30元/平方米/月", payment_way="按季缴纳")


@pytest.mark.rule("PZ-22")
def test_a_unit_manages_on_fixed_terms() -> None:
    rules.require_unit(ProviderKind.UNIT, TERMS)


@pytest.mark.rule("PZ-22")
@pytest.mark.parametrize(
    ("kind", "terms", "field"),
    [
        (None, TERMS, "unitId"),
        (ProviderKind.COMPANY, TERMS, "unitId"),
        (ProviderKind.UNIT, None, "terms"),
        (ProviderKind.UNIT, ServiceTerms(content="保洁", fee_standard="0.30元"), "terms"),
    ],
)
def test_a_unit_mode_without_unit_or_terms_is_refused(
    kind: ProviderKind | None, terms: ServiceTerms | None, field: str
) -> None:
    with pytest.raises(rules.UnitMissing) as refused:
        rules.require_unit(kind, terms)
    value = None if kind is None or field == "terms" else kind.value
    assert told(refused) == ("PRECONDITION", ("input", field), value)


@pytest.mark.rule("XY-21")
@pytest.mark.parametrize(
    ("is_pilot", "terms", "contract_states_them"),
    [(False, None, False), (True, TERMS, False), (True, None, True)],
)
def test_a_pilot_states_content_and_fee(is_pilot: bool, terms: ServiceTerms | None, contract_states_them: bool) -> None:
    rules.require_pilot_terms(is_pilot=is_pilot, terms=terms, contract_states_them=contract_states_them)


@pytest.mark.rule("XY-21")
def test_a_pilot_that_states_neither_is_refused() -> None:
    with pytest.raises(rules.PilotTermsMissing) as refused:
        rules.require_pilot_terms(is_pilot=True, terms=None, contract_states_them=False)
    assert told(refused) == ("PRECONDITION", ("input", "terms"), None)


OPEN_FUND = TrustFund(id="fnd_1", opened_on=ON)


@pytest.mark.rule("PZ-26")
@pytest.mark.parametrize("effective_on", [ON, ON + DAY])
def test_a_trust_fund_is_open_from_its_day(effective_on: date) -> None:
    rules.require_open_trust_fund([OPEN_FUND], effective_on=effective_on)


@pytest.mark.rule("PZ-26")
@pytest.mark.parametrize(
    ("funds", "effective_on"),
    [
        ([], ON),
        ([OPEN_FUND], ON - DAY),
        ([TrustFund(id="fnd_1", opened_on=ON, is_suspended=True)], ON),
        ([TrustFund(id="fnd_1", opened_on=ON, closed_on=ON + DAY)], ON),
    ],
)
def test_the_trust_mode_without_an_open_fund_is_refused(funds: list[TrustFund], effective_on: date) -> None:
    with pytest.raises(rules.TrustFundNotOpen) as refused:
        rules.require_open_trust_fund(funds, effective_on=effective_on)
    assert told(refused) == ("PRECONDITION", ("input", "effectiveOn"), effective_on.isoformat())


def test_one_open_fund_of_several_is_enough() -> None:
    closed = TrustFund(id="fnd_0", opened_on=ON - DAY, closed_on=ON)

    rules.require_open_trust_fund([closed, OPEN_FUND], effective_on=ON)


@pytest.mark.rule("PZ-08")
@pytest.mark.parametrize(
    ("district", "mode", "titles", "warned"),
    [
        (PANZHIHUA, ManagementMode.MARKET, TitleSituation.SEVERAL_UNITS, True),
        (PANZHIHUA, ManagementMode.MARKET, TitleSituation.NO_TITLE, True),
        (PANZHIHUA, ManagementMode.MARKET, TitleSituation.CLEAR, False),
        (PANZHIHUA, ManagementMode.MARKET, None, False),
        (PANZHIHUA, ManagementMode.UNIT_SELF, TitleSituation.NO_TITLE, False),
        (ZHANGGONG, ManagementMode.MARKET, TitleSituation.NO_TITLE, False),
    ],
)
def test_a_market_forced_on_an_estate_that_is_not_ripe_is_flagged(
    district: str, mode: ManagementMode, titles: TitleSituation | None, warned: bool
) -> None:
    flag = rules.market_flag(mode, titles, modes(district))

    expected = ("WARN:MARKET_FORCED", ("input", "label"), None if titles is None else titles.value)
    assert (None if flag is None else (flag.code, flag.path, flag.value)) == (expected if warned else None)


@pytest.mark.rule("PZ-18")
@pytest.mark.rule("ZG-26")
@pytest.mark.parametrize(
    ("district", "label", "rules_set", "missing"),
    [
        (PANZHIHUA, "业主自行服务模式", set(), "RULES_OF_PROCEDURE, REGULATIONS"),
        (PANZHIHUA, "业主自行服务模式", {OwnersRules.REGULATIONS}, "RULES_OF_PROCEDURE"),
        (PANZHIHUA, "业主自行服务模式", set(OwnersRules), None),
        (ZHANGGONG, "实行业主自行管理", {OwnersRules.RULES_OF_PROCEDURE}, "REGULATIONS"),
        (ZHANGGONG, "实行业主自行管理", {OwnersRules.REGULATIONS}, None),
        (NANZHENG, "业主自治", set(), None),
    ],
)
def test_owners_who_manage_themselves_set_their_rules(
    district: str, label: str, rules_set: set[OwnersRules], missing: str | None
) -> None:
    flag = rules.rules_flag(modes(district).row(label), rules_set)

    assert (None if flag is None else (flag.code, flag.path, flag.value)) == (
        None if missing is None else ("WARN:RULES_NOT_SET", ("input", "label"), missing)
    )


@pytest.mark.rule("XY-23")
@pytest.mark.parametrize(
    ("district", "analysis", "warned"),
    [(XUNYANG, None, True), (XUNYANG, "零散楼栋，无法围合", False), (ZHANGGONG, None, False)],
)
def test_a_means_is_chosen_after_an_analysis(district: str, analysis: str | None, warned: bool) -> None:
    flag = rules.analysis_flag(analysis, modes(district))

    expected = Flag("WARN:NOT_ANALYSED", "no analysis says why this means fits the estate", path=("input", "analysis"))
    assert flag == (expected if warned else None)
