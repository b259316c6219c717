"""Documents: the life of a version, what it needs to take effect, and which one is in force."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from kit.errors import ValidationFailed
from policy.vocabulary import Department
from services.registry.domain.content import ContentFacts, MediaType
from services.registry.domain.document import (
    DOCUMENT_OF_INSTRUMENT,
    MOST_VERSIONS,
    TRANSITIONS,
    DocumentNotEffective,
    DocumentVersion,
    EffectiveBeforeFormer,
    GovernedInstrument,
    Responsibility,
    ResponsibilityListIncomplete,
    Seal,
    SignedOffAlready,
    SignOff,
    SignOffMissing,
    TooManyVersions,
    VersionAct,
    VersionActRefused,
    VersionState,
    after,
    check_new_sign_off,
    check_not_future,
    check_one_more_version,
    check_publishable,
    checked_responsibility,
    require_document_in_force,
    version_in_force,
    version_numbered,
)
from services.registry.domain.document_kinds import KIND_LABELS, DocumentKind, is_restricted

DAY = date(2026, 3, 5)
SIX = (
    Department.HOUSING_SECURITY_CENTRE,
    Department.FINANCE,
    Department.MARKET_SUPERVISION,
    Department.CIVILISATION_OFFICE,
    Department.HEALTH,
    Department.PUBLIC_SECURITY,
)
SAID = Responsibility("街道主任", "社区书记", "入户走访，逐栋整治", date(2026, 12, 31))


def version(number: int = 1, *, effective_on: date | None = None) -> DocumentVersion:
    return DocumentVersion(
        number=number,
        content_id=f"cnt_{number}",
        content=ContentFacts("00", 1, MediaType.PDF),
        issuer="解放街道办事处",
        state=VersionState.DRAFT if effective_on is None else VersionState.PUBLISHED,
        effective_on=effective_on,
        registered_on=DAY,
    )


def publish(
    kind: DocumentKind, given: DocumentVersion, *former: DocumentVersion, sign_offs: tuple[Department, ...] = ()
) -> None:
    check_publishable(kind, given, effective_on=DAY, required_sign_offs=sign_offs, former=former)


@pytest.mark.parametrize(("state", "act"), list(product(VersionState, VersionAct)))
def test_every_act_in_every_state_does_what_the_table_says(state: VersionState, act: VersionAct) -> None:
    if (state, act) in TRANSITIONS:
        assert after(state, act) is TRANSITIONS[(state, act)]
        return
    with pytest.raises(VersionActRefused) as refusal:
        after(state, act)
    assert refusal.value.path == ("input", "version")
    assert (refusal.value.code, refusal.value.value) == ("STATE_CONFLICT", state.value)


def test_a_random_walk_never_leaves_the_published_state() -> None:
    walk = random.Random(20260305)
    for _ in range(200):
        state = VersionState.DRAFT
        for _ in range(8):
            act = walk.choice(list(VersionAct))
            try:
                reached = after(state, act)
            except VersionActRefused:
                continue
            assert state is not VersionState.PUBLISHED
            state = reached


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (DAY - timedelta(days=1), None),
        (DAY, 1),
        (DAY + timedelta(days=9), 1),
        (DAY + timedelta(days=10), 2),
        (DAY + timedelta(days=11), 2),
    ],
)
def test_a_version_supersedes_the_former_from_its_effective_day(on: date, number: int | None) -> None:
    versions = [version(1, effective_on=DAY), version(2, effective_on=DAY + timedelta(days=10)), version(3)]

    holding = version_in_force(versions, on)

    assert (None if holding is None else holding.number) == number


def test_of_two_versions_of_one_day_the_later_holds() -> None:
    versions = [version(1, effective_on=DAY), version(2, effective_on=DAY)]

    holding = version_in_force(versions, DAY)

    assert holding is versions[1]


def test_a_version_takes_effect_on_the_day_of_the_former_but_not_before_it() -> None:
    publish(DocumentKind.REGULATIONS, version(2), version(1, effective_on=DAY - timedelta(days=1)))
    publish(DocumentKind.REGULATIONS, version(2), version(1, effective_on=DAY))

    with pytest.raises(EffectiveBeforeFormer) as refusal:
        publish(DocumentKind.REGULATIONS, version(2), version(1, effective_on=DAY + timedelta(days=1)))

    assert refusal.value.value == "2026-03-05"
    assert (refusal.value.code, refusal.value.path) == ("VALIDATION", ("input", "effectiveOn"))


@pytest.mark.rule("XY-19")
def test_a_responsibility_list_takes_effect_with_the_streets_seal_only() -> None:
    given = replace(version(), responsibility=SAID)

    with pytest.raises(ResponsibilityListIncomplete) as refusal:
        publish(DocumentKind.RESPONSIBILITY_LIST, given)
    assert (refusal.value.path, refusal.value.value) == (("input", "version"), "1")
    publish(DocumentKind.RESPONSIBILITY_LIST, replace(given, seal=Seal("解放街道办事处", DAY)))

    assert refusal.value.code == "VALIDATION"


@pytest.mark.rule("XY-19")
@pytest.mark.parametrize("field", ["leader", "person", "measures"])
def test_a_responsibility_list_without_one_of_its_fields_is_refused(field: str) -> None:
    given = replace(SAID, **{field: " "})

    with pytest.raises(ResponsibilityListIncomplete) as refusal:
        checked_responsibility(DocumentKind.RESPONSIBILITY_LIST, given)

    assert refusal.value.value == " "
    assert (refusal.value.code, refusal.value.path) == ("VALIDATION", ("input", "responsibility", field))


@pytest.mark.rule("XY-19")
def test_a_responsibility_list_says_four_things_and_no_other_document_does() -> None:
    assert checked_responsibility(DocumentKind.RESPONSIBILITY_LIST, SAID) == SAID
    assert checked_responsibility(DocumentKind.WORK_PLAN, None) is None
    with pytest.raises(ResponsibilityListIncomplete) as refused:
        checked_responsibility(DocumentKind.RESPONSIBILITY_LIST, None)
    assert (refused.value.path, refused.value.value) == (("input", "responsibility"), None)
    with pytest.raises(ValidationFailed) as refused:
        checked_responsibility(DocumentKind.WORK_PLAN, SAID)
    assert (refused.value.path, refused.value.value) == (("input", "responsibility"), "WORK_PLAN")


@pytest.mark.rule("ZG-38")
def test_award_measures_need_all_six_signatures() -> None:
    five = replace(version(), sign_offs=tuple(SignOff(department, DAY) for department in SIX[:5]))

    with pytest.raises(SignOffMissing) as refusal:
        publish(DocumentKind.AWARD_MEASURES, five, sign_offs=SIX)
    assert refusal.value.path == ("input", "version")
    publish(
        DocumentKind.AWARD_MEASURES,
        replace(five, sign_offs=(*five.sign_offs, SignOff(SIX[5], DAY))),
        sign_offs=SIX,
    )

    assert (refusal.value.code, refusal.value.value) == ("PRECONDITION", "PUBLIC_SECURITY")


def test_a_department_signs_a_version_once() -> None:
    signed = replace(version(), sign_offs=(SignOff(Department.HEALTH, DAY),))

    check_new_sign_off(signed, Department.FINANCE)
    with pytest.raises(SignedOffAlready) as refusal:
        check_new_sign_off(signed, Department.HEALTH)

    assert (refusal.value.path, refusal.value.value) == (("input", "department"), "HEALTH")
    assert refusal.value.code == "DUPLICATE"


@pytest.mark.rule("XY-19")
@pytest.mark.parametrize(("field", "longest"), [("leader", 100), ("person", 100), ("measures", 2000)])
def test_a_field_of_the_list_has_its_length(field: str, longest: int) -> None:
    fits = replace(SAID, **{field: "甲" * longest})  # type: ignore[arg-type]
    assert checked_responsibility(DocumentKind.RESPONSIBILITY_LIST, fits) == fits

    with pytest.raises(ValidationFailed) as refused:
        too_long = replace(SAID, **{field: "甲" * (longest + 1)})  # type: ignore[arg-type]
        checked_responsibility(DocumentKind.RESPONSIBILITY_LIST, too_long)
    assert refused.value.path == ("input", "responsibility", field)


@pytest.mark.rule("NZ-04")
@pytest.mark.parametrize("instrument", GovernedInstrument)
def test_an_instrument_waits_for_its_document_to_take_effect(instrument: GovernedInstrument) -> None:
    issued = [version(1, effective_on=DAY)]

    for on, versions in ((DAY - timedelta(days=1), issued), (DAY, [version()]), (DAY, [])):
        with pytest.raises(DocumentNotEffective) as refusal:
            require_document_in_force(instrument, versions, on=on, path=("input", "on"))
        assert (refusal.value.code, refusal.value.path) == ("PRECONDITION", ("input", "on"))
        assert refusal.value.value == on.isoformat()
        assert DOCUMENT_OF_INSTRUMENT[instrument].value in refusal.value.message
    assert require_document_in_force(instrument, issued, on=DAY) is issued[0]


def test_a_seal_is_not_dated_ahead() -> None:
    check_not_future(DAY, today=DAY, path=("input", "sealedOn"))
    with pytest.raises(ValidationFailed) as refused:
        check_not_future(DAY + timedelta(days=1), today=DAY, path=("input", "sealedOn"))
    assert (refused.value.path, refused.value.value) == (("input", "sealedOn"), "2026-03-06")


def test_a_document_has_two_hundred_versions_at_most() -> None:
    check_one_more_version([version(1)] * (MOST_VERSIONS - 1))
    with pytest.raises(TooManyVersions) as refused:
        check_one_more_version([version(1)] * MOST_VERSIONS)
    assert (refused.value.path, refused.value.value) == ((), "200")


def test_a_version_is_found_by_its_number() -> None:
    versions = [version(1), version(2)]

    assert version_numbered(versions, 2) is versions[1]
    with pytest.raises(ValidationFailed) as refused:
        version_numbered(versions, 3)
    assert (refused.value.path, refused.value.value) == (("input", "version"), "3")


def test_every_kind_is_labelled_and_those_that_name_persons_are_restricted() -> None:
    assert set(KIND_LABELS) == set(DocumentKind)
    assert is_restricted(DocumentKind.BALLOTS)
    assert not is_restricted(DocumentKind.REGULATIONS)
