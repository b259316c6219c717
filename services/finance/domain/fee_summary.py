"""What was billed to an estate's owners for a period, and how much of it is paid."""

from dataclasses import dataclass

from kit.money import ZERO_FEN, Fen
from kit.ratio import Ratio, ratio_half_up


@dataclass(frozen=True)
class FeeSummary:
    """The bills of a period, cancelled ones left out, and what was paid on them up to now.

    What is disputed or written off stays billed: giving a claim up makes no rate better.
    """

    estate_id: str
    period: str
    billed: Fen = ZERO_FEN
    collected: Fen = ZERO_FEN

    @property
    def collection_rate(self) -> Ratio | None:
        """The share that is collected, rounded half-up to four digits; None where nothing was billed."""
        return None if self.billed <= 0 else ratio_half_up(self.collected, self.billed)
