"""A bad file is refused with its line and the reason, all problems at once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.errors import PolicyFileInvalid
from policy.policies import DISTRICTS_DIRECTORY, NATIONAL_FILE
from policy.reader import MAX_FILE_BYTES, MAX_NESTING, read_policy_file

PACK = """\
area: "360799"
name: 试验区
level: DISTRICT
parent: "360700"
version: 1
effectiveFrom: 2024-01-01
effectiveTo: null
document: {title: 试验办法, number: 试〔2024〕1号}
instruments:
  awards:
    status: required
    clause: 四（二）
    quote: 对获奖个人给予1000-2000元奖励
    values:
      personMin: {value: "1000.00", unit: yuan}
      personMax: {value: "2000.00", unit: yuan}
      unitMin: {value: "10000.00", unit: yuan}
      unitMax: {value: "20000.00", unit: yuan, assumption: A-2, confirm: 区财政局}
      fundedBy: {value: DISTRICT_FINANCE}
  allowance:
    status: required
    clause: 四（一）
    values:
      maxPerPersonMonth: {value: "300.00", unit: yuan/person/month}
      sources: {value: [PROPERTY_FEE, PUBLIC_REVENUE]}
      sourceOrder: {value: COMMITTEE_DECIDES}
      requires: {value: QUALIFIED}
  arrears: {status: absent}
  campaign:
    status: required
    clause: 一
    values:
      deadline: {value: 2024-12-31}
      pilotsPerStreet: {value: 1, unit: estates}
      streets: {value: [甲街道, 乙街道]}
      report: {value: MONTHLY}
      reportTable: {value: 进度表}
      phases:
        value:
          - {phase: SURVEY, from: 2024-05-01, to: 2024-05-31, clause: 三（一）}
          - {phase: PILOT, from: 2024-06-01, to: 2024-07-31, clause: 三（二）}
  credit:
    status: required
    clause: 二、3
    values:
      maxScore: {value: "70.00", unit: points}
      consecutiveYears: {value: 2, unit: years}
      seriousDishonestyLists: {value: true}
      classes: {value: EITHER}
      term: {value: SAME_AS_RECORD}
      copiedTo: {value: [TAX]}
      awardBonus: {value: null, unit: points}
"""


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "360799-test.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_pack_of_these_tests_is_good(tmp_path: Path) -> None:
    policy_file = read_policy_file(write(tmp_path, PACK))

    assert policy_file.id == "360799-v1"
    assert set(policy_file.instruments) == {"awards", "allowance", "campaign", "credit"}


FAULTS = [
    ("unknown key of the file", "name: 试验区", "nane: 试验区", "unknown key 'nane'", "nane"),
    ("unknown instrument", "  arrears:", "  arears:", "unknown key 'arears'", "arears"),
    ("unknown key of an instrument", "    quote: 对", "    qoute: 对", "unknown key 'qoute'", "qoute"),
    ("unknown value", "      personMin:", "      personMinimum:", "unknown key 'personMinimum'", "personMinimum"),
    ("unknown key of a value", "yuan, assumption", "yuan, asumption", "unknown key 'asumption'", "asumption"),
    ("missing value", '      unitMin: {value: "10000.00", unit: yuan}\n', "", "'unitMin' is missing", "  awards:"),
    ("missing clause", "    clause: 四（二）\n", "", "'clause' is missing", "  awards:"),
    ("empty clause", "clause: 四（二）", 'clause: " "', "a text is not empty", 'clause: " "'),
    ("float money", 'value: "1000.00"', "value: 1000.00", "money is quoted text", "value: 1000.00"),
    ("integer money", 'value: "1000.00"', "value: 1000", "not the int '1000'", "value: 1000,"),
    ("money with one digit", '"1000.00"', '"1000.0"', "exactly 2 digits", '"1000.0"'),
    ("negative money", '"1000.00"', '"-1000.00"', "money is not negative", '"-1000.00"'),
    ("money beyond 64 bits", '"2000.00"', '"99999999999999999999.00"', "too large", '"99999999999999999999.00"'),
    ("money NaN", '"2000.00"', ".nan", "not the float '.nan'", ".nan"),
    ("money null", 'value: "1000.00"', "value: null", "'personMin' may not be null", "value: null"),
    ("wrong unit", "unit: yuan/person/month", "unit: yuan/month", "not 'yuan/month'", "unit: yuan/month"),
    ("missing unit", ", unit: yuan/person/month", "", "'unit' is missing", "      maxPerPersonMonth"),
    ("unit of a choice", "value: QUALIFIED", "value: QUALIFIED, unit: yuan", "has no unit", "QUALIFIED, unit"),
    ("unknown word", "value: QUALIFIED", "value: QUALFIED", "'QUALFIED' is not one of QUALIFIED", "QUALFIED"),
    ("word twice", "[PROPERTY_FEE, PUBLIC_REVENUE]", "[PROPERTY_FEE, PROPERTY_FEE]", "stands twice", "[PROPERTY_FEE"),
    ("list expected", "value: [TAX]", "value: TAX", "a list is expected", "value: TAX"),
    ("empty list", "value: [TAX]", "value: []", "at least one", "value: []"),
    ("flag as text", "value: true", 'value: "true"', "true or false is expected", 'value: "true"'),
    ("flag as yes", "value: true", "value: yes", "true or false is expected", "value: yes"),
    ("count as float", "value: 2, unit: years", "value: 2.0, unit: years", "whole number of years", "value: 2.0"),
    ("count as flag", "value: 2, unit: years", "value: true, unit: years", "whole number of years", "value: true, u"),
    ("count in octal", "value: 2, unit: years", "value: 0x2, unit: years", "plain decimal digits", "value: 0x2"),
    ("count below one", "value: 2, unit: years", "value: 0, unit: years", "at least 1 years", "value: 0"),
    ("score above 100", '"70.00"', '"100.01"', "score lies between 0.00 and 100.00", '"100.01"'),
    ("date as text", "value: 2024-12-31", 'value: "2024-12-31"', "a date such as", 'value: "2024-12-31"'),
    ("no such day", "value: 2024-12-31", "value: 2024-02-30", "no such day", "value: 2024-02-30"),
    ("an instant for a date", "value: 2024-12-31", "value: 2024-12-31T00:00:00Z", "no such day", "2024-12-31T"),
    ("minimum above maximum", '"2000.00"', '"999.99"', "minimum is above the maximum", "      personMax"),
    ("unit minimum above maximum", '"20000.00"', '"9999.99"', "minimum is above the maximum", "      unitMax"),
    ("phases overlap", "from: 2024-06-01", "from: 2024-05-31", "PILOT runs backwards or overlaps", "      phases:"),
    ("phase after the deadline", "to: 2024-07-31", "to: 2025-01-01", "ends after the deadline", "      phases:"),
    ("unknown column", "{phase: PILOT", "{phas: PILOT", "unknown column 'phas'", "{phas: PILOT"),
    ("missing column", "{phase: PILOT, ", "{", "the row has no 'phase'", "{from: 2024-06-01"),
    ("effectiveTo before effectiveFrom", "effectiveTo: null", "effectiveTo: 2023-12-31", "before", "effectiveTo"),
    ("effectiveFrom forgotten", "effectiveFrom: 2024-01-01\n", "", "'effectiveFrom' is missing; write null", "area:"),
    ("version zero", "version: 1", "version: 0", "at least 1 versions", "version: 0"),
    ("version as text", "version: 1", 'version: "1"', "a whole number of versions", 'version: "1"'),
    ("area as number", 'area: "360799"', "area: 360799", "a text is expected, not the int", "area:"),
    ("area of five digits", 'area: "360799"', 'area: "36079"', "six digits", "area:"),
    ("area of a city", 'area: "360799"', 'area: "360700"', "ends in 00", "area:"),
    ("unknown level", "level: DISTRICT", "level: COUNTY", "'COUNTY' is not one of", "level:"),
    ("parent of another city", 'parent: "360700"', 'parent: "360100"', "is its city 360700", "parent:"),
    ("district without parent", 'parent: "360700"', "parent: null", "'parent' is missing", "parent:"),
    ("no document", "document: {title: 试验办法, number: 试〔2024〕1号}\n", "", "'document' is missing", "area:"),
    ("document without title", "{title: 试验办法, ", "{", "'title' is missing", "document:"),
    ("no instruments", "instruments:", "instrument:", "unknown key 'instrument'", "instrument:"),
    ("unknown status", "status: absent", "status: none", "'none' is not one of absent", "status: none"),
    ("missing status", "  arrears: {status: absent}", "  arrears: {note: 无}", "'status' is missing", "  arrears"),
    ("absent with values", "{status: absent}", "{status: absent, values: {}}", "has no 'values'", "  arrears"),
    ("required without values", "{status: absent}", "{status: required, clause: 一}", "'values' is", "  arrears"),
    ("assumption without confirm", ", confirm: 区财政局", "", "stand together", "      unitMax"),
    ("assumption of another form", "assumption: A-2", "assumption: A2", "named such as 'A-2'", "assumption: A2"),
    ("key twice", "version: 1\n", "version: 1\nversion: 2\n", "'version' stands twice", "version: 2"),
    ("list instead of a mapping", "  arrears: {status: absent}", "  arrears: [absent]", "a mapping is", "  arrears"),
    ("an alias", "  arrears: {status: absent}", "  arrears: &a {status: absent}\n  dunning: *a", "aliases", "*a"),
    ("not YAML", "  arrears: {status: absent}", "  arrears: {status: absent", "not well-formed", "  campaign"),
]


@pytest.mark.parametrize(("old", "new", "reason", "at"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_bad_file_is_refused_at_its_line(tmp_path: Path, old: str, new: str, reason: str, at: str) -> None:
    assert PACK.count(old) >= 1
    bad = PACK.replace(old, new, 1)
    path = write(tmp_path, bad)

    with pytest.raises(PolicyFileInvalid) as refused:
        read_policy_file(path)

    problems = refused.value.problems
    assert (path, line_of(bad, at)) in {
        (problem.file, problem.line) for problem in problems if reason in problem.reason
    }
    assert f"{path}:{line_of(bad, at)}: " in str(refused.value)


def test_a_delegated_instrument_with_values_cites_the_document_that_sets_them(tmp_path: Path) -> None:
    delegated = PACK.replace(
        "    status: required\n    clause: 四（一）", "    status: delegated\n    clause: 四（一）"
    )

    with pytest.raises(PolicyFileInvalid, match=r":20: the values of a delegated instrument need the 'document'"):
        read_policy_file(write(tmp_path, delegated))

    cited = delegated.replace(
        "    clause: 四（一）", "    clause: 四（一）\n    document: {title: 补贴办法, number: 试〔2024〕9号}"
    )
    allowance = read_policy_file(write(tmp_path, cited)).instruments["allowance"]
    assert allowance.source.document == "《补贴办法》（试〔2024〕9号）"
    assert allowance.parameter("max_per_person_month_fen").document == "《补贴办法》（试〔2024〕9号）"


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    bad = PACK.replace('"1000.00"', "1000.0").replace("unit: estates", "unit: pilots").replace("EITHER", "ANY")

    with pytest.raises(PolicyFileInvalid) as refused:
        read_policy_file(write(tmp_path, bad))

    lines = [problem.line for problem in refused.value.problems]
    assert lines == [line_of(bad, "1000.0,"), line_of(bad, "unit: pilots"), line_of(bad, "ANY")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ":1: the file is empty"),
        (b"# only a comment\n", ":1: the file is empty"),
        ("name: 章贡区".encode("gbk"), ":1: the file is not UTF-8 text"),
        (b"- a\n- b\n", ":1: a mapping is expected, not a list"),
        (b"\x00", "not well-formed YAML"),
        (b"#" * (MAX_FILE_BYTES + 1), ":1: the file has more than"),
        (b"\n" + b"[" * MAX_NESTING + b"]" * MAX_NESTING, ":2: a mapping is expected"),
        (b"\n" + b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1), f":2: nested more than {MAX_NESTING} deep"),
        (b"[" * MAX_FILE_BYTES, f":1: nested more than {MAX_NESTING} deep"),
        (b"a: !!python/object/apply:os.system [ls]\n", "unknown key 'a'"),
    ],
)
def test_a_file_that_is_no_policy_at_all_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)

    with pytest.raises(PolicyFileInvalid, match=reason):
        read_policy_file(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PACK.encode())

    assert read_policy_file(path).id == "360799-v1"


def test_a_directory_for_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileInvalid, match="cannot be read"):
        read_policy_file(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_line_is_never_anything_but_good_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    lines = PACK.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    lines[number] = data.draw(
        st.one_of(
            st.just(""),
            st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=20),
            st.just(lines[number] + "}"),
            st.just(lines[number].replace('"', "")),
            st.just(" " + lines[number]),
        )
    )
    path = write(tmp_path, "\n".join(lines))

    try:
        policy_file = read_policy_file(path)
    except PolicyFileInvalid as refused:
        assert refused.problems
        assert all(problem.line >= 1 and problem.reason for problem in refused.problems)
    else:
        assert policy_file.area


@pytest.mark.parametrize(
    "path", [NATIONAL_FILE, *sorted(DISTRICTS_DIRECTORY.glob("*.yaml"))], ids=lambda path: path.stem
)
def test_layout_and_comments_are_not_content_but_every_value_is(tmp_path: Path, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    original = read_policy_file(path)

    commented = read_policy_file(
        write(tmp_path, "# 说明\n" + text.replace("\ninstruments:", "\n\n# 以下\ninstruments:"))
    )
    changed = read_policy_file(write(tmp_path, text.replace("version: 1", "version: 2")))

    assert commented.hash == original.hash
    assert changed.hash != original.hash
    assert len(original.hash) == 64
