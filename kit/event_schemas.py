"""The JSON schemas of all events: generated from the services' `events`, committed in `docs/events/`, read as data.

`python -m kit.event_schemas` writes one file per event, `<service>.<aggregate>.<event>.v1.json`; with `--check` it only
compares and fails when a file differs, is missing or is left over. At run time `EventSchemas` reads the committed
files: a publisher and a listener check the same file and never import each other.
"""

import argparse
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import fastjsonschema

from kit.events import VERSION, Event, is_event_type, schema_of

REPOSITORY_ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DIRECTORY = REPOSITORY_ROOT / "docs" / "events"

_SUFFIX = f".{VERSION}.json"


class InvalidEventData(ValueError):
    """The data of an event does not keep its schema: a required field is missing or a value has another form."""


class EventSchemas:
    """The committed schemas, compiled once; a type without a schema is unknown here."""

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self._checks: dict[str, Callable[[Any], Any]] = {
            event_type: fastjsonschema.compile(dict(schema), use_formats=False)
            for event_type, schema in schemas.items()
        }

    @classmethod
    def load(cls, directory: Path = DEFAULT_DIRECTORY) -> "EventSchemas":
        """Return the schemas of a directory of `<type>.v1.json` files; raises ValueError naming a file that is none."""
        schemas = {}
        for path in sorted(directory.glob(f"*{_SUFFIX}")):
            event_type = path.name.removesuffix(_SUFFIX)
            if not is_event_type(event_type):
                raise ValueError(f"{path}: the file name is not <service>.<aggregate>.<event>{_SUFFIX}")
            try:
                schemas[event_type] = json.loads(path.read_text("utf-8"))
            except ValueError as error:
                raise ValueError(f"{path}: not a JSON schema: {error}") from error
        return cls(schemas)

    @classmethod
    def of(cls, event_classes: Iterable[type[Event]]) -> "EventSchemas":
        """Return the schemas of these event classes, as they would be committed."""
        return cls({event_class.type: schema_of(event_class) for event_class in event_classes})

    def knows(self, event_type: str) -> bool:
        """Return whether there is a schema of this event type."""
        return event_type in self._checks

    def check(self, event_type: str, data: object) -> None:
        """Raise InvalidEventData unless the data keep the schema of the type; further unknown fields are kept."""
        try:
            self._checks[event_type](data)
        except KeyError as error:
            raise InvalidEventData(f"{event_type} has no schema") from error
        except fastjsonschema.JsonSchemaValueException as error:
            raise InvalidEventData(f"{event_type}: {error.message}") from error


def event_classes_in(module: ModuleType) -> tuple[type[Event], ...]:
    """Return the event classes that a module, or the modules of a package, define, in the order of their types."""
    classes = [
        member
        for part in _with_parts(module)
        for _, member in inspect.getmembers(part, inspect.isclass)
        if issubclass(member, Event) and member is not Event and member.__module__ == part.__name__
    ]
    return tuple(sorted(classes, key=lambda event_class: event_class.type))


def all_event_classes(services_directory: Path = REPOSITORY_ROOT / "services") -> tuple[type[Event], ...]:
    """Return the event classes of every service, found by the name of its `events.py` or its package `events`.

    Raises ValueError when two classes claim one type, or a service announces in another one's name.
    """
    found: dict[str, type[Event]] = {}
    rooms = (*services_directory.glob("*/events.py"), *services_directory.glob("*/events/__init__.py"))
    for service in sorted(path.relative_to(services_directory).parts[0] for path in rooms):
        for event_class in event_classes_in(importlib.import_module(f"services.{service}.events")):
            if event_class.type.split(".")[0] != service:
                raise ValueError(f"{service} announces {event_class.type!r}, which is not its own")
            if event_class.type in found:
                raise ValueError(f"two classes claim the event type {event_class.type!r}")
            found[event_class.type] = event_class
    return tuple(found.values())


def _with_parts(module: ModuleType) -> tuple[ModuleType, ...]:
    parts = pkgutil.iter_modules(getattr(module, "__path__", ()), f"{module.__name__}.")
    return (module, *(importlib.import_module(part.name) for part in parts))


@dataclass(frozen=True)
class SchemaFiles:
    """The wanted files by name, compared with what a directory holds."""

    directory: Path
    wanted: Mapping[str, str]

    @classmethod
    def of(cls, event_classes: Iterable[type[Event]], directory: Path) -> "SchemaFiles":
        """Return the files that these event classes want in a directory."""
        return cls(
            directory,
            {
                f"{event_class.type}{_SUFFIX}": json.dumps(schema_of(event_class), ensure_ascii=False, indent=2) + "\n"
                for event_class in event_classes
            },
        )

    def drift(self) -> tuple[str, ...]:
        """Return one sentence per file that is missing, differs or is left over; empty when all is as wanted."""
        present = {path.name: path.read_text("utf-8") for path in self.directory.glob("*.json")}
        missing = [f"{name} is missing" for name in self.wanted if name not in present]
        changed = [f"{name} differs" for name in self.wanted if name in present and present[name] != self.wanted[name]]
        left_over = [f"{name} has no event class" for name in present if name not in self.wanted]
        return tuple(sorted(missing + changed + left_over))

    def write(self) -> None:
        """Write every wanted file and remove those that no event class wants."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for path in self.directory.glob("*.json"):
            if path.name not in self.wanted:
                path.unlink()
        for name, text in self.wanted.items():
            (self.directory / name).write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the schema files; return the exit code, 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m kit.event_schemas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit code 1 on a difference")
    parser.add_argument("--directory", type=Path, default=DEFAULT_DIRECTORY, help="where the files are")
    chosen = parser.parse_args(arguments)
    files = SchemaFiles.of(all_event_classes(), chosen.directory)
    if not chosen.check:
        files.write()
        sys.stdout.write(f"{len(files.wanted)} event schemas in {chosen.directory}\n")
        return 0
    drift = files.drift()
    for sentence in drift:
        sys.stderr.write(f"{sentence}: run python -m kit.event_schemas\n")
    return 1 if drift else 0


if __name__ == "__main__":
    sys.exit(main())
