"""The committed schema files are compared with the event classes, file by file."""

import importlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from kit.event_schemas import EventSchemas, InvalidEventData, SchemaFiles, event_classes_in
from kit.events import Event, event_data


@dataclass(frozen=True, kw_only=True)
class EstateMeasured(Event):
    """An estate was measured."""

    type: ClassVar[str] = "registry.estate.measured"
    households: int


@dataclass(frozen=True, kw_only=True)
class EstateClosed(Event):
    """An estate was closed."""

    type: ClassVar[str] = "registry.estate.closed"


def test_written_files_have_no_drift_and_load_as_schemas(tmp_path: Path) -> None:
    files = SchemaFiles.of([EstateMeasured, EstateClosed], tmp_path)
    files.write()

    schemas = EventSchemas.load(tmp_path)

    assert files.drift() == ()
    assert schemas.knows("registry.estate.measured")
    assert not schemas.knows("registry.estate.opened")
    event = EstateMeasured(district="360702", aggregate_id="est_1", occurred_on=date(2026, 3, 1), households=5)
    schemas.check("registry.estate.measured", event_data(event))


def test_drift_names_each_file_that_is_missing_changed_or_left_over(tmp_path: Path) -> None:
    SchemaFiles.of([EstateMeasured], tmp_path).write()
    (tmp_path / "registry.estate.measured.v1.json").write_text("{}\n", "utf-8")
    (tmp_path / "registry.estate.sold.v1.json").write_text("{}\n", "utf-8")

    drift = SchemaFiles.of([EstateMeasured, EstateClosed], tmp_path).drift()

    assert drift == (
        "registry.estate.closed.v1.json is missing",
        "registry.estate.measured.v1.json differs",
        "registry.estate.sold.v1.json has no event class",
    )


def test_a_package_announces_what_its_modules_define_whether_it_names_them_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "announced_in_a_package"
    package.mkdir()
    (package / "__init__.py").write_text("from announced_in_a_package.named import Named\n", "utf-8")
    for name in ("named", "unnamed"):
        (package / f"{name}.py").write_text(
            f"from kit.events import Event\n\nclass {name.title()}(Event):\n    type = 'registry.estate.{name}'\n",
            "utf-8",
        )
    monkeypatch.syspath_prepend(str(tmp_path))

    found = event_classes_in(importlib.import_module("announced_in_a_package"))

    assert [event_class.type for event_class in found] == ["registry.estate.named", "registry.estate.unnamed"]


def test_writing_removes_files_without_an_event_class(tmp_path: Path) -> None:
    SchemaFiles.of([EstateMeasured, EstateClosed], tmp_path).write()

    SchemaFiles.of([EstateClosed], tmp_path).write()

    assert [path.name for path in tmp_path.iterdir()] == ["registry.estate.closed.v1.json"]


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    (tmp_path / "registry.estate.closed.v1.json").write_text("not json", "utf-8")

    with pytest.raises(ValueError, match=r"registry\.estate\.closed\.v1\.json"):
        EventSchemas.load(tmp_path)


def test_an_unknown_type_has_no_check() -> None:
    with pytest.raises(InvalidEventData, match="has no schema"):
        EventSchemas({}).check("registry.estate.closed", {})
