"""Enum values in people's words: Chinese and English, a dictionary per service.

Each service keeps its dictionary beside its types and answers it in a query field of its own name, so that four
services compose into one schema without two of them claiming one field::

    LABELS = EnumLabels(
        "registry",
        {
            EstateKind: {
                EstateKind.OLD: Label("老旧小区", "Old residential estate"),
                EstateKind.NEW_COMMERCIAL: Label("新建商品房小区", "New commercial estate"),
            },
        },
    )

    @strawberry.type
    class Query:
        registry_enum_labels: list[EnumLabelSet] = LABELS.query_field()

    # { registryEnumLabels(locale: ZH_CN, names: ["EstateKind"]) { name values { value label } } }
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import strawberry
from graphql import GraphQLEnumType

from kit.errors import ValidationFailed


@strawberry.enum(description="The language of labels.")
class Locale(Enum):
    """The languages that labels are written in."""

    ZH_CN = "zh-CN"
    EN = "en"


@dataclass(frozen=True)
class Label:
    """One enum value in people's words."""

    chinese: str
    english: str

    def in_locale(self, locale: Locale) -> str:
        """Return the label in that language."""
        return self.chinese if locale is Locale.ZH_CN else self.english


@strawberry.federation.type(shareable=True, description="One value of an enum and its label.")
class EnumLabel:
    """A value as programs write it and as people read it."""

    value: str = strawberry.field(description='As in the schema, e.g. "CONGRESS_ONLY".')
    label: str = strawberry.field(description='As people read it, e.g. "业主大会".')


@strawberry.federation.type(shareable=True, description="The labels of one enum.")
class EnumLabelSet:
    """All values of one enum, in the order of the schema."""

    name: str = strawberry.field(description='The enum as the schema names it, e.g. "OwnersBody".')
    values: list[EnumLabel] = strawberry.field(description="Every value with its label.")


KIT_LABELS: Mapping[type[Enum], Mapping[Any, Label]] = {
    Locale: {Locale.ZH_CN: Label("简体中文", "Simplified Chinese"), Locale.EN: Label("英文", "English")},
}


def _name_in_schema(enum: type[Enum]) -> str:
    """Return the enum's name in the schema: its own, unless it is declared under another one."""
    definition = getattr(enum, "__strawberry_definition__", None)
    return enum.__name__ if definition is None else str(definition.name)


class EnumLabels:
    """The label dictionary of one service."""

    def __init__(self, service: str, labels: Mapping[type[Enum], Mapping[Any, Label]]) -> None:
        self.service = service
        self._enums: Mapping[type[Enum], Mapping[Any, Label]] = {**KIT_LABELS, **labels}

    @cached_property
    def _labels(self) -> dict[str, dict[str, Label]]:
        # Read when first asked for: an enum has its name in the schema once the schema's module was imported.
        return {
            _name_in_schema(enum): {member.name: label for member, label in values.items()}
            for enum, values in self._enums.items()
        }

    def of(self, member: Enum, locale: Locale = Locale.ZH_CN) -> str:
        """Return an enum value's label; raises KeyError for an enum that has none."""
        return self._labels[_name_in_schema(type(member))][member.name].in_locale(locale)

    def sets(self, locale: Locale, names: list[str] | None = None) -> list[EnumLabelSet]:
        """Return the labels of the named enums, or of all; ValidationFailed for a name this service does not have."""
        chosen = sorted(self._labels) if names is None else names
        for name in chosen:
            if name not in self._labels:
                raise ValidationFailed(f"{self.service} has no enum {name!r}", path=("names",), value=name)
        return [
            EnumLabelSet(
                name=name,
                values=[
                    EnumLabel(value=value, label=label.in_locale(locale)) for value, label in self._labels[name].items()
                ],
            )
            for name in chosen
        ]

    def query_field(self) -> Any:
        """Return the field `<service>EnumLabels(locale, names)` for the service's Query type."""

        def resolve(locale: Locale = Locale.ZH_CN, names: list[str] | None = None) -> list[EnumLabelSet]:
            return self.sets(locale, names)

        return strawberry.field(
            resolver=resolve,
            description=f"The enum values of {self.service} in Chinese or English; all enums when none is named.",
        )

    def missing(self, schema: strawberry.Schema) -> list[str]:
        """Return every enum value of `schema` without a label, and every label without a value; empty when complete."""
        gaps = []
        printed = {
            name: set(graphql_type.values)
            for name, graphql_type in schema._schema.type_map.items()
            if isinstance(graphql_type, GraphQLEnumType) and not name.startswith(("__", "link__", "federation__"))
        }
        for name, values in printed.items():
            labelled = set(self._labels.get(name, {}))
            gaps += [f"{name}.{value} has no label" for value in sorted(values - labelled)]
            gaps += [f"{name}.{value} is labelled but not in the schema" for value in sorted(labelled - values)]
        gaps += [f"{name} is labelled but not in the schema" for name in sorted(set(self._labels) - set(printed))]
        return gaps
