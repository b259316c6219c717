"""An event's data and its schema come from one class, and carry no personal data."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar

import pytest

from kit.area import Area, square_metres
from kit.event_schemas import EventSchemas, InvalidEventData
from kit.events import Event, ReceivedEvent, event_data, personal_data_fields, schema_of, wire_name
from kit.money import Fen, yuan
from kit.ratio import Ratio
from kit.score import Score, points


class Custody(StrEnum):
    STREET = "STREET"
    CONGRESS = "CONGRESS"


@dataclass(frozen=True, kw_only=True)
class Share:
    owner_id: str
    share: Ratio


@dataclass(frozen=True, kw_only=True)
class DepositDemanded(Event):
    """A deposit is demanded for one contract year."""

    type: ClassVar[str] = "finance.deposit.demanded"

    contract_year: int
    basis_area: Area
    rate_per_m2: Fen
    custody: Custody
    shares: tuple[Share, ...]
    from_: date
    measured_at: datetime
    notes: dict[str, str]
    score: Score | None = None
    due_on: date | None = None
    approved: bool = False


def a_deposit_demanded() -> DepositDemanded:
    return DepositDemanded(
        district="360702",
        aggregate_id="dep_1",
        occurred_on=date(2026, 3, 1),
        estate_id="est_1",
        policy_id="360702-v1",
        contract_year=2,
        basis_area=square_metres("1200.50"),
        rate_per_m2=yuan("-0.30"),
        custody=Custody.CONGRESS,
        shares=(Share(owner_id="own_1", share=Ratio(5_000)),),
        from_=date(2026, 4, 1),
        measured_at=datetime(2026, 3, 1, 1, 30, tzinfo=UTC),
        notes={"clamp": "cap"},
        score=points("88.50"),
    )


def test_data_are_camel_case_with_exact_texts_and_without_absent_values() -> None:
    assert event_data(a_deposit_demanded()) == {
        "occurredOn": "2026-03-01",
        "estateId": "est_1",
        "contractYear": 2,
        "basisArea": "1200.50",
        "ratePerM2": "-0.30",
        "custody": "CONGRESS",
        "shares": [{"ownerId": "own_1", "share": "0.5000"}],
        "from": "2026-04-01",
        "measuredAt": "2026-03-01T09:30:00.000+08:00",
        "notes": {"clamp": "cap"},
        "score": "88.50",
        "approved": False,
    }


def test_data_keep_the_schema_of_their_class() -> None:
    schemas = EventSchemas.of([DepositDemanded])

    schemas.check("finance.deposit.demanded", event_data(a_deposit_demanded()))

    schema = schema_of(DepositDemanded)
    assert schema["$id"] == "/schemas/anju.finance.deposit.demanded.v1.json"
    assert schema["required"] == [
        "approved", "basisArea", "contractYear", "custody", "from", "measuredAt", "notes", "occurredOn", "ratePerM2",
        "shares",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"contractYear": None}, "contractYear"),
        ({"basisArea": 1200.5}, "basisArea"),
        ({"ratePerM2": "0.3"}, "ratePerM2"),
        ({"custody": "BANK"}, "custody"),
        ({"shares": [{"ownerId": "own_1"}]}, "share"),
        ({"from": "1 April"}, "from"),
        ({"notes": {"clamp": 1}}, "clamp"),
    ],
)
def test_data_that_break_the_schema_are_refused_with_the_field(change: dict[str, object], complaint: str) -> None:
    data = event_data(a_deposit_demanded()) | change

    with pytest.raises(InvalidEventData, match=complaint):
        EventSchemas.of([DepositDemanded]).check("finance.deposit.demanded", data)


def test_a_missing_required_field_is_refused_and_an_unknown_extra_one_is_not() -> None:
    schemas = EventSchemas.of([DepositDemanded])
    data = event_data(a_deposit_demanded())

    schemas.check("finance.deposit.demanded", data | {"newField": {"a": 1}})

    del data["occurredOn"]
    with pytest.raises(InvalidEventData, match="occurredOn"):
        schemas.check("finance.deposit.demanded", data)


@pytest.mark.parametrize(
    ("field_name", "expected"),
    [("rate_per_m2", "ratePerM2"), ("from_", "from"), ("occurred_on", "occurredOn"), ("kind", "kind")],
)
def test_wire_names_are_camel_case(field_name: str, expected: str) -> None:
    assert wire_name(field_name) == expected


def test_a_float_has_no_form_on_the_wire() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Weighed(Event):
        type: ClassVar[str] = "finance.deposit.weighed"
        weight: float

    with pytest.raises(TypeError, match="float"):
        schema_of(Weighed)


@pytest.mark.parametrize("field_type", ["deposit.demanded", "Finance.deposit.demanded", "finance.deposit.made.v1", ""])
def test_an_event_class_needs_a_type_of_three_tokens(field_type: str) -> None:
    with pytest.raises(TypeError, match="must be <service>"):
        type("Misnamed", (Event,), {"type": field_type})


@pytest.mark.parametrize("district", ["", "36070", "3607022", "abcdef"])
def test_a_district_is_a_six_digit_code(district: str) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Noted(Event):
        type: ClassVar[str] = "finance.deposit.noted"

    with pytest.raises(ValueError, match="six-digit"):
        Noted(district=district, aggregate_id="dep_1", occurred_on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("name", "is_personal"),
    [
        ("phone", True), ("ownerPhone", True), ("mobileNumber", True), ("idNumber", True), ("identityNumber", True),
        ("ownerName", True), ("name", True), ("email", True), ("contactName", True), ("bankAccount", True),
        ("ownerId", False), ("accountRef", False), ("depositId", False), ("memberIds", False), ("noticeOn", False),
    ],
)  # fmt: skip
def test_personal_data_are_known_by_their_names(name: str, is_personal: bool) -> None:
    assert (personal_data_fields("registry.ownership.transferred", {"owners": [{name: "x"}]}) == (name,)) is is_personal


def test_the_name_of_an_estate_is_no_personal_data() -> None:
    assert personal_data_fields("registry.estate.registered", {"name": "安居里"}) == ()


def test_a_class_with_personal_data_has_no_schema() -> None:
    @dataclass(frozen=True, kw_only=True)
    class OwnerMoved(Event):
        type: ClassVar[str] = "registry.owner.moved"
        new_phone: str

    with pytest.raises(TypeError, match="newPhone"):
        schema_of(OwnerMoved)


def test_a_received_event_tells_its_parts() -> None:
    heard = ReceivedEvent(
        id="evt_1",
        type="registry.contract.signed",
        district="360702",
        aggregate_id="ctr_1",
        aggregate_version=1,
        time=datetime(2026, 3, 1, tzinfo=UTC),
        data={"occurredOn": "2026-03-01", "estateId": "est_1"},
    )

    assert (heard.service, heard.aggregate, heard.occurred_on, heard.estate_id) == (
        "registry", "registry.contract", date(2026, 3, 1), "est_1",
    )  # fmt: skip
