"""What a bill run needs of a part, kept in its document as one line.

A run reads millions of parts, and taking apart a whole document would cost it more than making out the bill.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from kit.area import Area
from services.finance.domain.bill_run import BilledPart, OwnerSpell
from services.finance.domain.part import AreaSpell, Part

BilledLine: TypeAlias = list[Any]


def line_of(part: Part) -> BilledLine | None:
    """Return a part's door number and area, then day and debtors of each spell; None before its facts were heard.

    The ids of a spell's debtors are one text, with spaces in between.
    """
    if part.facts is None:
        return None
    spells = (text for since, ids in part.fee_debtors for text in (since.isoformat(), " ".join(ids)))
    return [part.facts.door_number, part.facts.area, *spells]


def billed_part(part_id: str, line: BilledLine, measured: Mapping[str, int] | None) -> BilledPart:
    """Return the part that a line speaks of; `measured` are its areas by day where its area was changed, else None."""
    door_number, area, *spells = line
    if len(spells) == 2 and not measured:
        return BilledPart(part_id, door_number, area, _day(spells[0]), tuple(spells[1].split()))
    pairs = zip(spells[::2], spells[1::2], strict=True)
    areas = sorted((date.fromisoformat(day), Area(known)) for day, known in (measured or {}).items())
    owners = [OwnerSpell(_day(since), tuple(ids.split())) for since, ids in pairs]
    return BilledPart.owned_by(part_id, door_number, area, owners, tuple(AreaSpell(*one) for one in areas))


@lru_cache(maxsize=4_096)
def _day(text: str) -> date:
    """Return the day of an ISO date; many parts have the same."""
    return date.fromisoformat(text)
