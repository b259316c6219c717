"""What an old estate is, how estates may be run, who acts for owners, and the property office."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from kit.area import Area
from policy.errors import MeansAbsent, UnknownModeLabel
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing
from policy.kinds import Column, Day, Flag, ListOf, OneOf, Rows, SquareMetres, Words
from policy.vocabulary import (
    ActingBodyKind,
    ActingPower,
    CleaningCost,
    CongressPowers,
    CostBearer,
    ManagementMode,
    ModeMeans,
    OwnersOrgan,
    OwnersRules,
    PropertyRoomSource,
    ProviderKind,
    RoomPer,
    ServiceItem,
)


@dataclass(frozen=True, kw_only=True)
class OldEstatePolicy(Instrument):
    """The building date up to which an estate is old (老旧小区); one of the two bounds is given, the other is None."""

    key: ClassVar[str] = "oldEstate"

    built_on_or_before: Annotated[date | None, Declared("builtOnOrBefore", Day(), Narrowing.CEILING, optional=True)]
    built_before: Annotated[date | None, Declared("builtBefore", Day(), Narrowing.CEILING, optional=True)]

    def is_old(self, *, built_on: date | None = None, built_year: int | None = None) -> bool | None:
        """Return whether an estate of this building date, or else of this year, is old; None when it cannot be said.

        It cannot be said when neither is known, or when the bound lies inside the year and only the year is known.
        """
        if built_on is not None:
            return self._is_old_on(built_on)
        if built_year is None:
            return None
        first, last = self._is_old_on(date(built_year, 1, 1)), self._is_old_on(date(built_year, 12, 31))
        return first if first == last else None

    def contradictions(self) -> Iterator[Contradiction]:
        """Return the contradiction of two bounds, or of none."""
        if (self.built_on_or_before is None) == (self.built_before is None):
            yield Contradiction("builtBefore", "exactly one of builtOnOrBefore and builtBefore is given")

    def _is_old_on(self, built_on: date) -> bool:
        if self.built_on_or_before is not None:
            return built_on <= self.built_on_or_before
        assert self.built_before is not None
        return built_on < self.built_before


@dataclass(frozen=True)
class ModeLabel:
    """One way of running an estate in the district's own words, and the canonical modes it stands for.

    `means` and `providers` tell rows of one canonical mode apart; `items` bounds a basic service and `cost_bearer`
    says who pays for it; `rules` are what owners set before they manage themselves. None where the document is silent.
    """

    label: Annotated[str, Column("label", Words())]
    canonical: Annotated[tuple[ManagementMode, ...], Column("canonical", ListOf(OneOf(ManagementMode), distinct=True))]
    code: Annotated[str | None, Column("code", Words(), optional=True)]
    items: Annotated[
        tuple[ServiceItem, ...] | None, Column("items", ListOf(OneOf(ServiceItem), distinct=True), optional=True)
    ]
    means: Annotated[ModeMeans | None, Column("means", OneOf(ModeMeans), optional=True)]
    providers: Annotated[
        tuple[ProviderKind, ...] | None, Column("providers", ListOf(OneOf(ProviderKind), distinct=True), optional=True)
    ]
    cost_bearer: Annotated[CostBearer | None, Column("costBearer", OneOf(CostBearer), optional=True)]
    rules: Annotated[
        tuple[OwnersRules, ...] | None, Column("rules", ListOf(OneOf(OwnersRules), distinct=True), optional=True)
    ]
    clause: Annotated[str, Column("clause", Words())]


@dataclass(frozen=True, kw_only=True)
class ModesPolicy(Instrument):
    """The district's names for ways of running an estate, and what comes before one of them is chosen.

    The three flags are None where the document does not ask for it: owners of old estates are consulted first; every
    estate is analysed first; the market waits where titles are divided or missing.
    """

    key: ClassVar[str] = "modes"

    labels: Annotated[tuple[ModeLabel, ...], Declared("labels", Rows(ModeLabel), Narrowing.FREE)]
    consultation_first: Annotated[bool | None, Declared("consultationFirst", Flag(), optional=True)]
    analysis_first: Annotated[bool | None, Declared("analysisFirst", Flag(), optional=True)]
    market_needs_titles: Annotated[bool | None, Declared("marketNeedsTitles", Flag(), optional=True)]

    def row(self, label: str, *, path: Sequence[str] = ()) -> ModeLabel:
        """Return the row of the district's label; raises UnknownModeLabel, at `path`."""
        for row in self.labels:
            if row.label == label:
                return row
        known = "、".join(row.label for row in self.labels)
        raise UnknownModeLabel(f"the district has no mode of this name; it has {known}", path=path, value=label)

    def canonical(self, label: str) -> tuple[ManagementMode, ...]:
        """Return the canonical modes that the district's label may stand for, in the document's order.

        Where there are several a person chooses. Raises UnknownModeLabel.
        """
        return self.row(label).canonical

    def row_by_means(self, means: ModeMeans) -> ModeLabel:
        """Return the row of the means; raises MeansAbsent if the district's document does not have it."""
        for row in self.labels:
            if row.means is means:
                return row
        raise MeansAbsent(f"the district's document has no {means.value.lower()}", value=means)

    def rows_of_providers(self, mode: ManagementMode, provider: ProviderKind) -> tuple[ModeLabel, ...]:
        """Return the rows under which a provider of that kind, once selected, serves in that mode."""
        return tuple(
            row
            for row in self.labels
            if mode in row.canonical
            and row.means in (None, ModeMeans.SELECTION)
            and (row.providers is None or provider in row.providers)
        )

    def labels_for(self, mode: ManagementMode) -> tuple[str, ...]:
        """Return the district's labels that may stand for a canonical mode; none if the district does not know it."""
        return tuple(row.label for row in self.labels if mode in row.canonical)

    def contradictions(self) -> Iterator[Contradiction]:
        """Return the contradiction of one label with two rows."""
        labels = [row.label for row in self.labels]
        if len(set(labels)) != len(labels):
            yield Contradiction("labels", "a label stands twice")


@dataclass(frozen=True)
class ActingRule:
    """One body that may act, for which organs of the owners, with which powers and under which conditions.

    `acts_for` and `powers` are None where the document names the body and says no more.
    """

    body: Annotated[ActingBodyKind, Column("body", OneOf(ActingBodyKind))]
    acts_for: Annotated[
        tuple[OwnersOrgan, ...] | None, Column("actsFor", ListOf(OneOf(OwnersOrgan), distinct=True), optional=True)
    ]
    powers: Annotated[
        tuple[ActingPower, ...] | None, Column("powers", ListOf(OneOf(ActingPower), distinct=True), optional=True)
    ]
    after_announcement: Annotated[bool, Column("afterAnnouncement", Flag())]
    ends_with_committee: Annotated[bool, Column("endsWithCommittee", Flag())]
    clause: Annotated[str, Column("clause", Words())]


@dataclass(frozen=True, kw_only=True)
class ActingBodyPolicy(Instrument):
    """Who acts where the owners have no committee; national law keeps the matters of art. 278 with the owners."""

    key: ClassVar[str] = "actingBody"

    bodies: Annotated[tuple[ActingRule, ...], Declared("bodies", Rows(ActingRule), Narrowing.FREE)]
    congress_powers: Annotated[CongressPowers | None, Declared("congressPowers", OneOf(CongressPowers), optional=True)]

    def rule(self, body: ActingBodyKind) -> ActingRule | None:
        """Return the rule of a body, or None if the district does not let it act."""
        return next((rule for rule in self.bodies if rule.body is body), None)


@dataclass(frozen=True, kw_only=True)
class PropertyRoomPolicy(Instrument):
    """The property office (物业管理用房): its least area where the document gives one, and where it may come from."""

    key: ClassVar[str] = "propertyRoom"

    min_area: Annotated[Area | None, Declared("minArea", SquareMetres(), Narrowing.FLOOR, optional=True)]
    per: Annotated[RoomPer | None, Declared("per", OneOf(RoomPer), optional=True)]
    sources: Annotated[
        tuple[PropertyRoomSource, ...],
        Declared("sources", ListOf(OneOf(PropertyRoomSource), distinct=True), Narrowing.SUBSET),
    ]


@dataclass(frozen=True, kw_only=True)
class CleaningCostPolicy(Instrument):
    """Who bears the cost of cleaning the public area."""

    key: ClassVar[str] = "costOfCleaning"

    borne: Annotated[CleaningCost, Declared("borne", OneOf(CleaningCost))]
