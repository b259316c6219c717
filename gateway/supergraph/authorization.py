"""Who may ask for what: `@authenticated`, `@requiresScopes` and `@policy`, closed unless proven open."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.supergraph.field_sets import FieldSet
from gateway.supergraph.model import FieldInGraph, Kind, Requirement, Supergraph

Coordinate = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Access:
    """What the door found out about the caller."""

    authenticated: bool = False
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()

    def allows(self, requirement: Requirement) -> bool:
        """Return whether the caller meets every directive of the requirement."""
        return (
            (self.authenticated or not requirement.authenticated)
            and _any_group_held(requirement.scopes, self.scopes)
            and _any_group_held(requirement.policies, self.policies)
        )


ANONYMOUS = Access()


def _any_group_held(groups: tuple[frozenset[str], ...] | None, held: frozenset[str]) -> bool:
    return groups is None or any(group <= held for group in groups)


class Authorization:
    """The supergraph's requirements, and what they forbid to whom."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self._forbidden: dict[Access, frozenset[Coordinate]] = {}
        self._scopes = _mentioned(supergraph.requirements, "scopes")
        self._policies = _mentioned(supergraph.requirements, "policies")

    def forbidden(self, access: Access) -> frozenset[Coordinate]:
        """Return every (type, field) the caller may not ask, abstract types and requirements included."""
        if not self.supergraph.requirements:
            return frozenset()
        # Only what some directive mentions counts, so that callers with other scopes share the answer.
        relevant = Access(access.authenticated, access.scopes & self._scopes, access.policies & self._policies)
        known = self._forbidden.get(relevant)
        if known is None:
            known = self._forbidden[relevant] = self._find(relevant)
        return known

    def _find(self, access: Access) -> frozenset[Coordinate]:
        types = self.supergraph.types
        denied = {name for name, requirement in self.supergraph.requirements.items() if not access.allows(requirement)}
        forbidden = {
            (of_type.name, one.name)
            for of_type in types.values()
            for one in of_type.fields.values()
            if (of_type.name, one.name) in denied or (of_type.name, "") in denied or (one.type_name, "") in denied
        }
        while True:
            grown = forbidden | self._through_requirements(forbidden)
            grown |= self._through_interfaces(grown)
            if grown == forbidden:
                return frozenset(forbidden)
            forbidden = grown

    def _through_requirements(self, forbidden: set[Coordinate]) -> set[Coordinate]:
        return {
            (of_type.name, one.name)
            for of_type in self.supergraph.types.values()
            for one in of_type.fields.values()
            if any(
                self._needs(of_type.name, view.requires, forbidden) or self._needs_from_context(view, forbidden)
                for view in one.in_graphs.values()
            )
        }

    def _needs_from_context(self, view: FieldInGraph, forbidden: set[Coordinate]) -> bool:
        return any(
            self._needs(type_name, argument.selection, forbidden)
            for argument in view.context_arguments
            for type_name in self.supergraph.contexts.get(argument.context, ())
        )

    def _needs(self, type_name: str, fields: FieldSet, forbidden: set[Coordinate]) -> bool:
        for selected in fields:
            holder = selected.type_condition or type_name
            if (holder, selected.name) in forbidden:
                return True
            one = self.supergraph.field(holder, selected.name) if holder in self.supergraph.types else None
            if one is not None and selected.children and self._needs(one.type_name, selected.children, forbidden):
                return True
        return False

    def _through_interfaces(self, forbidden: set[Coordinate]) -> set[Coordinate]:
        """Return interface fields that some implementation forbids, and implementations of forbidden ones."""
        found: set[Coordinate] = set()
        for of_type in self.supergraph.types.values():
            if of_type.kind is not Kind.INTERFACE:
                continue
            for name in of_type.fields:
                below = {(member, name) for member in self.supergraph.possible_types(of_type.name)}
                if (of_type.name, name) in forbidden:
                    found |= below
                elif below & forbidden:
                    found.add((of_type.name, name))
        return found


def _mentioned(requirements: Mapping[Coordinate, Requirement], attribute: str) -> frozenset[str]:
    groups = (getattr(requirement, attribute) or () for requirement in requirements.values())
    return frozenset(name for group in groups for names in group for name in names)
