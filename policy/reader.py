"""Reading one policy file strictly: whatever is not exactly as declared is refused with its line and the reason."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kit.ids import is_id
from policy.errors import PolicyFileInvalid, Problem
from policy.instruments import INSTRUMENTS, Declared, Instrument
from policy.kinds import Count, Day, Kind, OneOf, Unreadable, Words, declared, entries_of, is_null
from policy.parameter import Document, InstrumentSource, Parameter, Status
from policy.policy_file import NATION, Level, PolicyFile, city_of, is_area_code, version_id

T = TypeVar("T")

MAX_FILE_BYTES = 1_000_000
MAX_NESTING = 50

_INSTRUMENTS_BY_KEY: dict[str, type[Instrument]] = {instrument.key: instrument for instrument in INSTRUMENTS}
_FILE_KEYS = (
    "area",
    "name",
    "level",
    "parent",
    "version",
    "effectiveFrom",
    "effectiveTo",
    "document",
    "instruments",
)
_DOCUMENT_KEYS = ("title", "number", "issuer", "issuedOn")
_INSTRUMENT_KEYS = ("status", "clause", "quote", "document", "note", "values")
_VALUE_KEYS = ("value", "unit", "clause", "quote", "document", "status", "assumption", "confirm", "note")
_ASSUMPTION = re.compile(r"A-[1-9][0-9]?")

_Entries = Mapping[str, tuple[yaml.Node, yaml.Node]]


def read_policy_file(path: Path) -> PolicyFile:
    """Return the policy of one file; raises PolicyFileInvalid with every problem found."""
    return _Reader(path).read()


class _Reader:
    """Reads one file; collects problems, so that an operator sees all of them at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[Problem] = []
        self._lines: dict[str, int] = {}

    def read(self) -> PolicyFile:
        root, content_hash = self._compose()
        policy_file = self._read_file(root, content_hash)
        if policy_file is None or self._problems:
            raise PolicyFileInvalid(self._problems)
        return policy_file

    def _compose(self) -> tuple[yaml.Node, str]:
        try:
            content = self._path.read_bytes()
            if len(content) > MAX_FILE_BYTES:
                raise PolicyFileInvalid([Problem(self._path, 1, f"the file has more than {MAX_FILE_BYTES} bytes")])
            text = content.decode("utf-8-sig")
            self._check_shape(text)
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except OSError as error:
            raise PolicyFileInvalid([Problem(self._path, 1, f"cannot be read: {error.strerror}")]) from error
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise PolicyFileInvalid([Problem(self._path, line, "the file is not UTF-8 text")]) from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise PolicyFileInvalid([Problem(self._path, line, f"not well-formed YAML: {error.problem}")]) from error
        except yaml.YAMLError as error:
            raise PolicyFileInvalid([Problem(self._path, 1, f"not well-formed YAML: {error}")]) from error
        if root is None:
            raise PolicyFileInvalid([Problem(self._path, 1, "the file is empty")])
        return root, hashlib.sha256(_canonical(root).encode()).hexdigest()

    def _check_shape(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise PolicyFileInvalid([Problem(self._path, line, "aliases are not allowed: write the value")])
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            # Composing goes as deep as the text does, and ends the process where it is too deep.
            if depth > MAX_NESTING:
                raise PolicyFileInvalid([Problem(self._path, line, f"nested more than {MAX_NESTING} deep")])

    def _read_file(self, root: yaml.Node, content_hash: str) -> PolicyFile | None:
        entries = self._entries(root, _FILE_KEYS)
        if entries is None:
            return None
        area = self._required(root, entries, "area", Words())
        name = self._required(root, entries, "name", Words())
        level = self._required(root, entries, "level", OneOf(Level))
        parent = self._nullable(entries, "parent", Words())
        version = self._required(root, entries, "version", Count("versions", minimum=1))
        effective_from = self._effective_from(root, entries)
        effective_to = self._nullable(entries, "effectiveTo", Day())
        if effective_from is not None and effective_to is not None and effective_to < effective_from:
            self._refuse(entries["effectiveTo"][1], "effectiveTo is before effectiveFrom")
        if area is not None and level is not None:
            self._check_area(root, entries, area, level, parent)
        document = self._document(root, entries)
        if "instruments" not in entries:
            self._refuse(root, "'instruments' is missing")
            return None
        if area is None or name is None or level is None or version is None or document is None:
            return None
        instruments, sources = self._instruments(entries["instruments"][1], document, version_id(area, version))
        return PolicyFile(
            path=self._path,
            area=area,
            area_name=name,
            level=level,
            parent=parent,
            version=version,
            effective_from=effective_from,
            effective_to=effective_to,
            document=document,
            hash=content_hash,
            instruments=instruments,
            sources=sources,
            lines=self._lines,
        )

    def _effective_from(self, root: yaml.Node, entries: _Entries) -> date | None:
        # Null must be written: a forgotten date is not the same as a document without one.
        if "effectiveFrom" not in entries:
            self._refuse(root, "'effectiveFrom' is missing; write null for a document without a date")
            return None
        self._lines["effectiveFrom"] = _line(entries["effectiveFrom"][0])
        return self._nullable(entries, "effectiveFrom", Day())

    def _check_area(self, root: yaml.Node, entries: _Entries, area: str, level: Level, parent: str | None) -> None:
        area_node = entries["area"][1]
        parent_node = entries["parent"][1] if "parent" in entries else root
        if level is Level.NATION:
            if area != NATION:
                self._refuse(area_node, f"national law has the area {NATION!r}")
        elif level is Level.ESTATE:
            if not is_id(area, "est"):
                self._refuse(area_node, "the area of an estate's policy is the estate's id, such as est_…")
        elif not is_area_code(area):
            self._refuse(area_node, f"an area is a code of six digits such as '360702', not {area!r}")
        elif (level is Level.CITY) != area.endswith("00"):
            self._refuse(
                area_node, f"the code of a city ends in 00, a district's does not: {area!r} is no {level.value}"
            )
        if level in (Level.NATION, Level.CITY):
            if parent is not None:
                self._refuse(parent_node, f"a policy of level {level.value} has no parent")
        elif parent is None:
            self._refuse(parent_node, f"'parent' is missing: a policy of level {level.value} says the level above")
        elif level is Level.DISTRICT and parent != city_of(area):
            self._refuse(parent_node, f"the parent of district {area} is its city {city_of(area)}, not {parent!r}")
        elif level is Level.ESTATE and not is_area_code(parent):
            self._refuse(parent_node, f"the parent of an estate is its district's code, not {parent!r}")

    def _document(self, owner: yaml.Node, entries: _Entries) -> Document | None:
        if "document" not in entries:
            self._refuse(owner, "'document' is missing")
            return None
        node = entries["document"][1]
        parts = self._entries(node, _DOCUMENT_KEYS)
        if parts is None:
            return None
        title = self._required(node, parts, "title", Words())
        issued_on = self._nullable(parts, "issuedOn", Day())
        if title is None:
            return None
        return Document(
            title=title,
            number=self._nullable(parts, "number", Words()),
            issuer=self._nullable(parts, "issuer", Words()),
            issued_on=issued_on.isoformat() if issued_on else None,
        )

    def _instruments(
        self, node: yaml.Node, document: Document, policy_version_id: str
    ) -> tuple[dict[str, Instrument], dict[str, InstrumentSource]]:
        instruments: dict[str, Instrument] = {}
        sources: dict[str, InstrumentSource] = {}
        entries = self._entries(node, tuple(_INSTRUMENTS_BY_KEY)) or {}
        for key, (key_node, value_node) in entries.items():
            if key not in _INSTRUMENTS_BY_KEY:
                continue
            self._lines[key] = _line(key_node)
            source, values = self._source(key_node, value_node, document, policy_version_id)
            if source is None:
                continue
            sources[key] = source
            instrument = self._instrument(_INSTRUMENTS_BY_KEY[key], key_node, source, values)
            if instrument is not None:
                instruments[key] = instrument
        return instruments, sources

    def _source(
        self, key_node: yaml.Node, node: yaml.Node, document: Document, policy_version_id: str
    ) -> tuple[InstrumentSource | None, yaml.Node | None]:
        entries = self._entries(node, _INSTRUMENT_KEYS)
        if entries is None:
            return None, None
        status = self._required(key_node, entries, "status", OneOf(Status))
        values = entries["values"][1] if "values" in entries else None
        own_document = self._document(node, entries) if "document" in entries else None
        clause = self._nullable(entries, "clause", Words())
        if status is None:
            return None, None
        if status is Status.ABSENT:
            for forbidden in ("values", "clause", "document"):
                if forbidden in entries:
                    self._refuse(entries[forbidden][0], f"an absent instrument has no {forbidden!r}")
        elif clause is None:
            self._refuse(key_node, "'clause' is missing")
        if status is Status.DELEGATED and values is not None and own_document is None:
            self._refuse(key_node, "the values of a delegated instrument need the 'document' that sets them")
        return (
            InstrumentSource(
                status=status,
                clause=clause,
                document=str(own_document or document),
                policy_version_id=policy_version_id,
                quote=self._nullable(entries, "quote", Words()),
                note=self._nullable(entries, "note", Words()),
            ),
            values,
        )

    def _instrument(
        self, kind: type[Instrument], key_node: yaml.Node, source: InstrumentSource, node: yaml.Node | None
    ) -> Instrument | None:
        if source.status is Status.ABSENT or (source.status is Status.DELEGATED and node is None):
            return None
        if node is None:
            self._refuse(key_node, "'values' is missing")
            return None
        declarations = declared(kind, Declared)
        problems_before = len(self._problems)
        entries = self._entries(node, tuple(declaration.key for declaration in declarations.values()))
        if entries is None:
            return None
        fields: dict[str, Any] = {}
        parameters: dict[str, Parameter] = {}
        for name, declaration in declarations.items():
            fields[name] = None
            if declaration.key in entries:
                value_key_node, value_node = entries[declaration.key]
                self._lines[f"{kind.key}.{declaration.key}"] = _line(value_key_node)
                parameter = self._parameter(name, declaration, value_key_node, value_node, source)
                if parameter is not None:
                    parameters[name] = parameter
                    fields[name] = parameter.value
            elif not declaration.optional:
                self._refuse(key_node, f"{declaration.key!r} is missing")
        if len(self._problems) > problems_before:
            return None
        instrument = kind(source=source, parameters=parameters, **fields)
        for contradiction in instrument.contradictions():
            line = self._lines.get(f"{kind.key}.{contradiction.key}", _line(key_node))
            self._problems.append(Problem(self._path, line, f"{kind.key}.{contradiction.key}: {contradiction.reason}"))
        return instrument

    def _parameter(
        self, name: str, declaration: Declared, key_node: yaml.Node, node: yaml.Node, source: InstrumentSource
    ) -> Parameter | None:
        entries = self._entries(node, _VALUE_KEYS)
        if entries is None:
            return None
        if "value" not in entries:
            self._refuse(key_node, "'value' is missing")
            return None
        self._check_unit(declaration, key_node, entries)
        assumption, confirm = self._assumption(key_node, entries)
        value_node = entries["value"][1]
        value: Any = None
        if not is_null(value_node):
            value = self._reads(value_node, declaration.kind)
        elif not declaration.optional:
            self._refuse(value_node, f"{declaration.key!r} may not be null")
        own_document = self._document(node, entries) if "document" in entries else None
        return Parameter(
            name=name,
            value=value,
            plain=None if value is None else declaration.kind.plain(value),
            unit=declaration.kind.unit or "",
            clause=self._nullable(entries, "clause", Words()) or source.clause or "",
            document=str(own_document) if own_document else source.document,
            status=self._nullable(entries, "status", OneOf(Status)) or source.status,
            policy_version_id=source.policy_version_id,
            quote=self._nullable(entries, "quote", Words()),
            assumption=assumption,
            confirm_with=confirm,
        )

    def _check_unit(self, declaration: Declared, key_node: yaml.Node, entries: _Entries) -> None:
        unit = self._nullable(entries, "unit", Words())
        expected = declaration.kind.unit
        if unit is None:
            if expected is not None:
                self._refuse(key_node, f"'unit' is missing: {declaration.key!r} is in {expected!r}")
        elif expected is None:
            self._refuse(entries["unit"][1], f"{declaration.key!r} has no unit")
        elif unit != expected:
            self._refuse(entries["unit"][1], f"{declaration.key!r} is in {expected!r}, not {unit!r}")

    def _assumption(self, key_node: yaml.Node, entries: _Entries) -> tuple[str | None, str | None]:
        assumption = self._nullable(entries, "assumption", Words())
        confirm = self._nullable(entries, "confirm", Words())
        if assumption is not None and not _ASSUMPTION.fullmatch(assumption):
            self._refuse(entries["assumption"][1], f"an assumption is named such as 'A-2', not {assumption!r}")
        if (assumption is None) != (confirm is None):
            self._refuse(key_node, "'assumption' and 'confirm' stand together")
        return assumption, confirm

    def _entries(self, node: yaml.Node, known: tuple[str, ...]) -> _Entries | None:
        """Return the mapping's entries; refuses unknown keys, each at its line."""
        entries = self._attempt(lambda: entries_of(node))
        for key, (key_node, _) in (entries or {}).items():
            if key not in known:
                self._refuse(key_node, f"unknown key {key!r}; known are {', '.join(known)}")
        return entries

    def _required(self, owner: yaml.Node, entries: _Entries, key: str, kind: Kind[T]) -> T | None:
        if key not in entries:
            self._refuse(owner, f"{key!r} is missing")
            return None
        return self._reads(entries[key][1], kind)

    def _nullable(self, entries: _Entries, key: str, kind: Kind[T]) -> T | None:
        if key not in entries or is_null(entries[key][1]):
            return None
        return self._reads(entries[key][1], kind)

    def _reads(self, node: yaml.Node, kind: Kind[T]) -> T | None:
        return self._attempt(lambda: kind.read(node))

    def _attempt(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Unreadable as unreadable:
            self._problems.append(Problem(self._path, unreadable.line, unreadable.reason))
            return None

    def _refuse(self, node: yaml.Node, reason: str) -> None:
        self._problems.append(Problem(self._path, _line(node), reason))


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _canonical(root: yaml.Node) -> str:
    """Return the content as one text that is the same for the same content, whatever the layout, order and comments."""
    return json.dumps(_as_tagged(root), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _as_tagged(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {json.dumps(_as_tagged(key), ensure_ascii=False): _as_tagged(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_as_tagged(entry) for entry in node.value]
    return [node.tag, node.value]
