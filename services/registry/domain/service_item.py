"""The services of a contract: each with content, standard and price, on one side of the gate, in a cost centre."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import EarmarkViolation, ValidationFailed
from kit.money import Fen, format_money
from services.registry.domain.estate import Enclosure
from services.registry.domain.gate import Site, is_inside

MOST_ITEMS = 200

INSIDE_CENTRE = "INSIDE"
OUTSIDE_CENTRE = "OUTSIDE"


class ContractForm(StrEnum):
    """Whether the owners took the whole service, one service of a menu, or several of them (DH-33)."""

    COMPREHENSIVE = "COMPREHENSIVE"
    SINGLE = "SINGLE"
    COMBINED = "COMBINED"


class ContractNotWritten(ValidationFailed):
    """A service item lacks content, standard or price, or the contract a clause that it is written for (DH-33)."""


class SideContradicted(ValidationFailed):
    """An item is said to lie on another side of the gate than its site does (DH-01)."""


class OneCostLineForBothSides(EarmarkViolation):
    """A cost centre holds services of both sides of the gate; they are two centres, also of one provider (DH-36)."""


@dataclass(frozen=True, kw_only=True)
class ServiceItem:
    """One service of the contract: what is done, to which standard, at which price.

    `site` is None for an item whose side was stated; `cost_centre` is the provider's line that it is booked on.
    """

    code: str
    inside: bool
    site: Site | None = None
    menu: str | None
    description: str
    standard: str
    price: Fen
    price_unit: str
    cost_centre: str


@dataclass(frozen=True, kw_only=True)
class DraftItem:
    """A service item as it was handed in, before the check that it is complete."""

    code: str
    inside: bool | None = None
    site: Site | None = None
    menu: str | None = None
    description: str | None
    standard: str | None
    price: Fen | None
    price_unit: str | None
    cost_centre: str | None = None


def checked_items(
    drafts: Sequence[DraftItem], *, enclosure: Enclosure | None, path: Sequence[str] = ("input", "items")
) -> tuple[ServiceItem, ...]:
    """Return the items with their side of the gate, by the site where one is named (DH-01, DH-33).

    An item with neither site nor side lies inside, and one without a cost centre is booked on that of its side. Raises
    ContractNotWritten, naming the field, when content, standard or price lacks; SideContradicted when side and site
    differ; OneCostLineForBothSides when a cost centre holds both sides (DH-36).
    """
    if not 1 <= len(drafts) <= MOST_ITEMS:
        raise ContractNotWritten(
            f"a contract states 1 to {MOST_ITEMS} services with content, standard and price",
            path=path,
            value=len(drafts),
        )
    items = tuple(
        _checked_item(draft, enclosure=enclosure, path=(*path, str(place))) for place, draft in enumerate(drafts)
    )
    _check_cost_centres(items, path=path)
    return items


def _checked_item(draft: DraftItem, *, enclosure: Enclosure | None, path: tuple[str, ...]) -> ServiceItem:
    for field, text in (("description", draft.description), ("standard", draft.standard)):
        if text is None or not text.strip():
            raise ContractNotWritten(
                f"service item {draft.code!r} states no {field}", path=(*path, field), value=draft.code
            )
    if draft.price is None or draft.price_unit is None or not draft.price_unit.strip():
        field = "price" if draft.price is None else "priceUnit"
        raise ContractNotWritten(
            f"service item {draft.code!r} states no {field}", path=(*path, field), value=draft.code
        )
    if draft.price < 0:
        raise ContractNotWritten("a price is not negative", path=(*path, "price"), value=format_money(draft.price))
    inside = _side_of(draft, enclosure=enclosure, path=path)
    return ServiceItem(
        code=draft.code,
        inside=inside,
        site=draft.site,
        menu=draft.menu,
        description=(draft.description or "").strip(),
        standard=(draft.standard or "").strip(),
        price=draft.price,
        price_unit=draft.price_unit.strip(),
        cost_centre=(draft.cost_centre or "").strip() or (INSIDE_CENTRE if inside else OUTSIDE_CENTRE),
    )


def _side_of(draft: DraftItem, *, enclosure: Enclosure | None, path: tuple[str, ...]) -> bool:
    if draft.site is None:
        return draft.inside is not False
    inside = is_inside(enclosure=enclosure, site=draft.site, path=(*path, "site"))
    if draft.inside is not None and draft.inside is not inside:
        raise SideContradicted(
            f"{draft.site.value} lies {'inside' if inside else 'outside'} this estate's gate",
            path=(*path, "inside"),
            value=draft.code,
        )
    return inside


def _check_cost_centres(items: Sequence[ServiceItem], *, path: Sequence[str]) -> None:
    side_of_centre: dict[str, bool] = {}
    for place, item in enumerate(items):
        if side_of_centre.setdefault(item.cost_centre, item.inside) is not item.inside:
            raise OneCostLineForBothSides(
                "services inside and outside the gate are booked on cost centres of their own",
                path=(*path, str(place), "costCentre"),
                value=item.cost_centre,
            )


def form_of(items: Sequence[ServiceItem]) -> ContractForm:
    """Return the form: comprehensive without any menu, else a single service or a combination of several (DH-33)."""
    if all(item.menu is None for item in items):
        return ContractForm.COMPREHENSIVE
    return ContractForm.SINGLE if len(items) == 1 else ContractForm.COMBINED
