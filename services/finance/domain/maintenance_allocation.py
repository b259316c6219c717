"""Who bears a use of the fund: by area among the doors of the scope (Decree 165, art. 20; Civil Code 283).

Each door's share is rounded down to the fen; the pool bears the remainder. What a door's account does not hold is not
taken from anybody else: it becomes a receivable of that door's owner alone, and the contractor gets that part when the
owner has paid. So the fund pays out exactly what its accounts give, and doors and pool always sum to the bank balance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from kit.area import Area, format_area, sum_area
from kit.errors import PreconditionMissing
from kit.explanation import ExplainedValue, Explanation
from kit.money import ZERO_FEN, Fen, add_fen, format_money, share_floor, sum_fen

CLAUSE = "第二十条"
DOCUMENT = "《住宅专项维修资金管理办法》（建设部、财政部令第165号）"
ROUNDING = "shares down to the fen, the remainder to the estate's pool"


class ScopeEmpty(PreconditionMissing):
    """No part with an area is known in the scope, so there is nobody to share the cost."""


@dataclass(frozen=True)
class ScopePart:
    """A part that shares the cost: its door, its area, and its sub-account if it has one."""

    part_id: str
    door_number: str
    area: Area
    sub_account_id: str | None


@dataclass(frozen=True)
class AllocationLine:
    """What one part bears, in fen: `share` in all, `covered` by its account, `shortfall` owed by its owner."""

    part_id: str
    door_number: str
    area: Area
    sub_account_id: str | None
    share: Fen
    covered: Fen

    @property
    def shortfall(self) -> Fen:
        """What the part's own account does not cover."""
        return Fen(self.share - self.covered)


@dataclass(frozen=True)
class Charged:
    """What a first payment has taken already, in fen: by part id, and from the pool."""

    by_part: Mapping[str, Fen]
    pool: Fen


NOTHING_CHARGED: Final = Charged({}, ZERO_FEN)


@dataclass(frozen=True)
class Allocation:
    """A whole sheet: the lines by door, and how the pool bears the remainder, in fen.

    `remainder` is what the shares leave; `pool_covered` is how much of it the pool holds.
    """

    total: Fen
    scope_area: Area
    lines: tuple[AllocationLine, ...]
    remainder: Fen
    pool_covered: Fen

    @property
    def covered(self) -> Fen:
        """What the fund pays: from doors and pool, never more than each of them holds."""
        return sum_fen((*(line.covered for line in self.lines), self.pool_covered))

    @property
    def shortfall(self) -> Fen:
        """What owners owe for their own doors."""
        return sum_fen(line.shortfall for line in self.lines)

    @property
    def charged(self) -> Charged:
        """What this sheet has taken in all, for the next one to count."""
        return Charged({line.part_id: line.covered for line in self.lines}, self.pool_covered)

    @property
    def hash(self) -> str:
        """The SHA-256 of the sheet's lines and remainder: tells whether a published sheet is this one."""
        rows = [f"{line.part_id},{line.share},{line.covered}" for line in self.lines]
        return sha256("\n".join((*rows, f"pool,{self.remainder},{self.pool_covered}")).encode()).hexdigest()


def allocate(
    total: Fen,
    parts: Sequence[ScopePart],
    *,
    balances: Mapping[str, Fen],
    pool: Fen,
    charged: Charged = NOTHING_CHARGED,
) -> Allocation:
    """Return the sheet of a cost: by area, floored, the remainder to the pool, nobody paying for another.

    `balances` are what the sub-accounts hold now, by their id, and `pool` what the pool does; what was `charged` before
    counts towards each share. Raises ScopeEmpty.
    """
    whole = sum_area(part.area for part in parts)
    if whole <= 0:
        raise ScopeEmpty("no part with an area is known in the scope", path=("scopeBuildingIds",))
    lines = []
    for part in sorted(parts, key=lambda one: (one.door_number, one.part_id)):
        share = share_floor(total, part.area, whole)
        held = ZERO_FEN if part.sub_account_id is None else balances.get(part.sub_account_id, ZERO_FEN)
        covered = min(share, add_fen(held, charged.by_part.get(part.part_id, ZERO_FEN)))
        lines.append(AllocationLine(part.part_id, part.door_number, part.area, part.sub_account_id, share, covered))
    remainder = Fen(total - sum_fen(line.share for line in lines))
    return Allocation(total, whole, tuple(lines), remainder, min(remainder, add_fen(pool, charged.pool)))


def explain_share(line: AllocationLine, allocation: Allocation, *, policy_version_id: str) -> Explanation:
    """Return how a door's share of a use came about."""
    return Explanation(
        formula="floor(total × area ÷ scopeArea)",
        inputs=(
            ExplainedValue(name="total", value=format_money(allocation.total), unit="yuan", source="settlement"),
            ExplainedValue(name="area", value=format_area(line.area), unit="m2", source="registry: part"),
            ExplainedValue(
                name="scopeArea", value=format_area(allocation.scope_area), unit="m2", source="parts of the scope"
            ),
        ),
        parameters=(),
        result=format_money(line.share),
        clause=CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
        rounding=ROUNDING,
    )


def explain_paid(allocation: Allocation, *, policy_version_id: str) -> Explanation:
    """Return how what a fund paid for a use came about: nobody's account pays for another (art. 20)."""
    doors = sum_fen(line.covered for line in allocation.lines)
    return Explanation(
        formula="Σ covered + pool",
        inputs=(
            ExplainedValue("Σ covered", format_money(doors), "yuan", f"{len(allocation.lines)} doors of the scope"),
            ExplainedValue("pool", format_money(allocation.pool_covered), "yuan", "remainder of the floored shares"),
        ),
        parameters=(),
        result=format_money(allocation.covered),
        clause=CLAUSE,
        document=DOCUMENT,
        policy_version_id=policy_version_id,
        rounding=ROUNDING,
    )
