"""Which version is in force where and when; versions are added and never changed."""

from datetime import date
from pathlib import Path

import pytest

from kit.errors import InstrumentNotAvailable
from kit.money import yuan
from policy.errors import ActivationInvalid, PolicyFileInvalid, PolicyNotInForce, UsedPolicyChanged
from policy.parameter import Status
from policy.policies import DISTRICTS_DIRECTORY, Activation, Policies

ESTATE = "est_01a1fc3d77907677b52c5417eab9ec3e"


def pack(
    *,
    area: str = "360799",
    version: int = 1,
    level: str = "DISTRICT",
    effective_from: str = "2024-01-01",
    effective_to: str = "null",
    person_max: str = "2000.00",
    status: str = "required",
    sources: str = "[PROPERTY_FEE, PUBLIC_REVENUE]",
) -> str:
    parent = {"DISTRICT": f'"{area[:4]}00"', "ESTATE": '"360799"'}.get(level, "null")
    return f"""\
area: "{area}"
name: 试验区
level: {level}
parent: {parent}
version: {version}
effectiveFrom: {effective_from}
effectiveTo: {effective_to}
document: {{title: 试验办法第{version}版}}
instruments:
  awards:
    status: {status}
    clause: 四（二）
    values:
      personMin: {{value: "1000.00", unit: yuan}}
      personMax: {{value: "{person_max}", unit: yuan}}
      unitMin: {{value: "10000.00", unit: yuan}}
      unitMax: {{value: "20000.00", unit: yuan}}
      fundedBy: {{value: DISTRICT_FINANCE}}
  allowance:
    status: {status}
    clause: 四（一）
    values:
      maxPerPersonMonth: {{value: "300.00", unit: yuan/person/month}}
      sources: {{value: {sources}}}
      sourceOrder: {{value: COMMITTEE_DECIDES}}
      requires: {{value: QUALIFIED}}
"""


def mount(directory: Path, **packs: str) -> Path:
    directory.mkdir(exist_ok=True)
    for name, content in packs.items():
        (directory / f"{name}.yaml").write_text(content, encoding="utf-8")
    return directory


def test_the_five_packs_load(packs: Policies) -> None:
    assert packs.districts == ("360102", "360403", "360702", "510400", "610703")
    assert [policy_file.version for policy_file in packs.files] == [1] * 6


def test_a_dated_document_is_in_force_from_its_day(packs: Policies) -> None:
    assert packs.at("510400", date(2023, 10, 23)).id == "510400-v1"
    with pytest.raises(PolicyNotInForce, match="no policy in force on 2023-10-22") as refused:
        packs.at("510400", date(2023, 10, 22))
    assert refused.value.code == "INSTRUMENT_NOT_AVAILABLE"


@pytest.mark.parametrize("district", ["360102", "610703", "360403", "360702"])
def test_an_undated_document_loads_and_its_instruments_refuse(packs: Policies, district: str) -> None:
    with pytest.raises(InstrumentNotAvailable, match=f"{district}-v1 bears no date: an operator must set"):
        packs.at(district, date(2024, 1, 1))


def test_an_operators_activation_puts_an_undated_document_in_force(packs: Policies) -> None:
    activated = packs.activate(packs.activation_of("360702-v1", date(2022, 3, 1)))

    assert activated.at("360702", date(2022, 3, 1)).deposit.floor_fen == yuan("20000.00")
    assert activated.at("360702", date(2022, 3, 1)).effective_from == date(2022, 3, 1)
    with pytest.raises(PolicyNotInForce):
        activated.at("360702", date(2022, 2, 28))
    with pytest.raises(PolicyNotInForce):
        packs.at("360702", date(2022, 3, 1))


def test_an_activation_with_another_hash_does_nothing_and_is_told(packs: Policies) -> None:
    other = Activation("360702-v1", "0" * 64, date(2022, 3, 1))
    unknown = Activation("999999-v1", "0" * 64, date(2022, 3, 1))

    policies = Policies.load(DISTRICTS_DIRECTORY, [other, unknown])

    assert policies.unmatched_activations == (other, unknown)
    with pytest.raises(PolicyNotInForce):
        policies.at("360702", date(2022, 3, 1))
    assert packs.unmatched_activations == ()


def test_an_activation_cannot_move_a_documents_own_date(packs: Policies) -> None:
    assert packs.activate(packs.activation_of("510400-v1", date(2023, 10, 23))).unmatched_activations == ()
    with pytest.raises(ActivationInvalid, match="in force from 2023-10-23, not from 2023-10-24"):
        packs.activate(packs.activation_of("510400-v1", date(2023, 10, 24)))


def test_a_second_activation_on_another_day_is_refused(packs: Policies) -> None:
    once = packs.activate(packs.activation_of("360702-v1", date(2022, 3, 1)))

    assert once.activate(packs.activation_of("360702-v1", date(2022, 3, 1))).at("360702", date(2022, 3, 1))
    with pytest.raises(ActivationInvalid):
        once.activate(packs.activation_of("360702-v1", date(2022, 3, 2)))


def test_an_unknown_district_has_no_policy(packs: Policies) -> None:
    with pytest.raises(PolicyNotInForce, match="has no policy document") as refused:
        packs.at("440304", date(2024, 1, 1))

    assert refused.value.value == "440304"


@pytest.mark.parametrize("district", ["", "x", "510400x", "*", "攀枝花", "CN", ESTATE])
def test_a_code_that_is_none_has_no_policy(packs: Policies, district: str) -> None:
    with pytest.raises(PolicyNotInForce):
        packs.at(district, date(2024, 1, 1))


@pytest.mark.rule("PZ-32")
@pytest.mark.parametrize("county", ["510402", "510421"])
def test_a_citys_document_answers_for_its_counties(packs: Policies, county: str) -> None:
    version = packs.at(county, date(2024, 1, 1))

    assert version.id == "510400-v1"
    assert version.trust.status is Status.GUIDED


def test_an_operator_adds_a_district_by_mounting_one_file(tmp_path: Path, packs: Policies) -> None:
    mounted = mount(tmp_path / "operator", new=pack())

    policies = Policies.load(DISTRICTS_DIRECTORY, operator_directory=mounted)

    assert set(policies.districts) - set(packs.districts) == {"360799"}
    assert policies.at("360799", date(2024, 1, 1)).awards.person_max_fen == yuan("2000.00")


def test_an_operators_file_takes_the_place_of_the_same_version(tmp_path: Path) -> None:
    base = mount(tmp_path / "base", one=pack())
    over = mount(tmp_path / "over", other_name=pack(person_max="1500.00"))

    assert Policies.load(base).at("360799", date(2024, 1, 1)).awards.person_max_fen == yuan("2000.00")
    policies = Policies.load(base, operator_directory=over)
    assert policies.at("360799", date(2024, 1, 1)).awards.person_max_fen == yuan("1500.00")


def test_the_same_version_twice_in_one_directory_is_refused(tmp_path: Path) -> None:
    directory = mount(tmp_path / "base", a=pack(), b=pack())

    with pytest.raises(PolicyFileInvalid, match=r"b\.yaml:1: 360799-v1 is also in .*a\.yaml"):
        Policies.load(directory)


def test_a_directory_without_a_policy_file_is_refused(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(PolicyFileInvalid, match="there is no policy file here"):
            Policies.load(directory)


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    directory = mount(
        tmp_path / "base", a=pack().replace("status: required", "status: requird", 1), b=pack(area="36079")
    )

    with pytest.raises(PolicyFileInvalid) as refused:
        Policies.load(directory)

    assert {problem.file.name for problem in refused.value.problems} == {"a.yaml", "b.yaml"}


def test_an_old_fact_keeps_its_version_after_a_new_pack(tmp_path: Path) -> None:
    first = mount(tmp_path / "packs", v1=pack())
    before = Policies.load(first)
    kept = {version.id: version.hash for version in [before.at("360799", date(2024, 5, 1))]}

    mount(first, v2=pack(version=2, effective_from="2024-07-01", person_max="1800.00"))
    after = Policies.load(first)

    after.check_used(kept)
    assert after.at("360799", date(2024, 6, 30)).id == "360799-v1"
    assert after.at("360799", date(2024, 6, 30)).effective_to == date(2024, 6, 30)
    assert after.at("360799", date(2024, 6, 30)).awards.person_max_fen == yuan("2000.00")
    assert after.at("360799", date(2024, 7, 1)).id == "360799-v2"
    assert after.at("360799", date(2024, 7, 1)).awards.person_max_fen == yuan("1800.00")
    assert after.at("360799", date(2024, 7, 1)).effective_to is None


def test_a_version_ends_on_its_last_day_and_a_gap_refuses(tmp_path: Path) -> None:
    directory = mount(
        tmp_path / "packs",
        v1=pack(effective_to="2024-03-31"),
        v2=pack(version=2, effective_from="2024-05-01"),
    )
    policies = Policies.load(directory)

    assert policies.at("360799", date(2024, 3, 31)).id == "360799-v1"
    for day in (date(2024, 4, 1), date(2024, 4, 30)):
        with pytest.raises(PolicyNotInForce):
            policies.at("360799", day)
    assert policies.at("360799", date(2024, 5, 1)).id == "360799-v2"


@pytest.mark.parametrize(
    ("effective_to", "second_from", "reason"),
    [
        ("null", "2024-01-01", "overlaps 360799-v1, which begins on 2024-01-01"),
        ("null", "2023-12-31", "overlaps 360799-v1, which begins on 2024-01-01"),
        ("2024-03-31", "2024-03-31", "overlaps 360799-v1, which ends on 2024-03-31"),
    ],
)
def test_versions_that_overlap_are_refused_at_the_later_ones_line(
    tmp_path: Path, effective_to: str, second_from: str, reason: str
) -> None:
    directory = mount(
        tmp_path / "packs",
        v1=pack(effective_to=effective_to),
        v2=pack(version=2, effective_from=second_from),
    )

    with pytest.raises(PolicyFileInvalid, match=rf"v2\.yaml:6: 360799-v2 {reason}"):
        Policies.load(directory)


def test_an_activation_that_makes_versions_overlap_is_refused(tmp_path: Path) -> None:
    directory = mount(tmp_path / "packs", v1=pack(), v2=pack(version=2, effective_from="null"))
    policies = Policies.load(directory)

    assert policies.activate(policies.activation_of("360799-v2", date(2024, 1, 2)))
    with pytest.raises(ActivationInvalid, match="overlaps 360799-v1"):
        policies.activate(policies.activation_of("360799-v2", date(2024, 1, 1)))


def test_an_activation_after_the_documents_last_day_is_refused(tmp_path: Path) -> None:
    directory = mount(tmp_path / "packs", v1=pack(effective_from="null", effective_to="2024-03-31"))
    policies = Policies.load(directory)

    assert policies.activate(policies.activation_of("360799-v1", date(2024, 3, 31)))
    with pytest.raises(ActivationInvalid, match="before it begins"):
        policies.activate(policies.activation_of("360799-v1", date(2024, 4, 1)))


def test_a_used_version_that_changed_stops_the_start(tmp_path: Path) -> None:
    directory = mount(tmp_path / "packs", v1=pack())
    used = {"360799-v1": Policies.load(directory).at("360799", date(2024, 1, 1)).hash}

    mount(directory, v1=pack(person_max="2500.00"))

    with pytest.raises(UsedPolicyChanged, match=r"v1\.yaml: 360799-v1 was used with hash .* put a change into a new"):
        Policies.load(directory).check_used(used)


def test_a_used_version_that_is_gone_stops_the_start(packs: Policies) -> None:
    packs.check_used({"510400-v1": packs.file("510400-v1").hash})
    with pytest.raises(UsedPolicyChanged, match="360799-v1 was used and is not mounted any more"):
        packs.check_used({"360799-v1": "0" * 64})


def test_a_district_may_narrow_its_city_and_inherits_what_it_is_silent_on(tmp_path: Path) -> None:
    directory = mount(
        tmp_path / "packs",
        city=pack(area="360700", level="CITY"),
        district=pack(person_max="1500.00", sources="[PROPERTY_FEE]").split("  allowance:")[0]
        + "  allowance: {status: absent}\n",
    )
    version = Policies.load(directory).at("360799", date(2024, 1, 1))

    assert version.awards.person_max_fen == yuan("1500.00")
    assert version.awards.source.policy_version_id == "360799-v1"
    assert version.allowance.source.policy_version_id == "360700-v1"
    assert version.voting.source.policy_version_id == "CN-v1"


@pytest.mark.parametrize(
    ("district", "line", "reason"),
    [
        (pack(person_max="2000.01"), 15, "awards.personMax may only be lower: 360700-v1 says 2000.00"),
        (pack().replace('"1000.00"', '"999.99"'), 14, "awards.personMin may only be higher: 360700-v1 says 1000.00"),
        (pack(sources="[PROPERTY_FEE, DISTRICT_FINANCE]"), 24, "allowance.sources may only leave out"),
        (
            pack().replace("fundedBy: {value: DISTRICT_FINANCE}", "fundedBy: {value: PROPERTY_FEE}"),
            18,
            "must be the same",
        ),
        (pack(status="guided"), 10, "awards is required by 360700-v1 and may not be guided"),
    ],
)
def test_a_district_may_not_widen_its_city(tmp_path: Path, district: str, line: int, reason: str) -> None:
    directory = mount(tmp_path / "packs", city=pack(area="360700", level="CITY"), district=district)

    with pytest.raises(PolicyFileInvalid) as refused:
        Policies.load(directory)

    assert (line, True) in {(problem.line, reason in problem.reason) for problem in refused.value.problems}


def test_a_city_that_ended_before_does_not_bind_the_district(tmp_path: Path) -> None:
    city = pack(area="360700", level="CITY", effective_from="2020-01-01", effective_to="2023-12-31")
    district = pack(person_max="9000.00")

    assert Policies.load(mount(tmp_path / "ended", city=city, district=district))
    with pytest.raises(PolicyFileInvalid):
        Policies.load(mount(tmp_path / "met", city=city.replace("2023-12-31", "2024-01-01"), district=district))


def test_an_estates_own_policy_narrows_its_districts(tmp_path: Path) -> None:
    estate = pack(area=ESTATE, level="ESTATE", person_max="1200.00")
    policies = Policies.load(mount(tmp_path / "packs", district=pack(), estate=estate))

    assert policies.at("360799", date(2024, 1, 1), estate_id=ESTATE).awards.person_max_fen == yuan("1200.00")
    assert policies.at("360799", date(2024, 1, 1)).awards.person_max_fen == yuan("2000.00")
    with pytest.raises(PolicyNotInForce):
        policies.at("360702", date(2024, 1, 1), estate_id=ESTATE)
    with pytest.raises(PolicyFileInvalid, match="may only be lower"):
        Policies.load(mount(tmp_path / "packs", estate=estate.replace("1200.00", "2000.01")))


def test_national_law_answers_before_any_district_is_in_force(packs: Policies) -> None:
    law = packs.national(date(2021, 1, 1))

    assert (str(law.voting.quorum), str(law.voting.special_majority)) == ("2/3", "3/4")
    assert law.time_limits.congress_notice_days_min == 15
    with pytest.raises(PolicyNotInForce):
        packs.national(date(2020, 12, 31))


def test_an_unknown_version_has_no_file(packs: Policies) -> None:
    with pytest.raises(PolicyNotInForce) as refused:
        packs.file("360702-v9")

    assert refused.value.value == "360702-v9"
