"""Asking owners or residents before a mode is chosen (征求意见): how many were asked, answered and consented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.errors import PreconditionMissing, ValidationFailed
from services.registry.domain.mode import ManagementMode


class ConsultationMissing(PreconditionMissing):
    """Nobody asked the owners or residents about the mode before it was chosen (ZG-23)."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A survey about one mode: households asked, how many answered, and how many of them consented."""

    id: str
    mode: ManagementMode
    from_: date
    to: date
    asked: int
    answered: int
    consenting: int


def check_survey(survey: Survey, *, today: date) -> None:
    """Raise ValidationFailed unless the days and the counts can be: consenting ≤ answered ≤ asked (ZG-23)."""
    if survey.mode is ManagementMode.NONE:
        raise ValidationFailed("a survey asks about a mode", path=("input", "mode"), value=survey.mode)
    if not survey.from_ <= survey.to <= today:
        raise ValidationFailed(
            "a survey ends on the day it began or later, and is recorded when it has ended",
            path=("input", "to"),
            value=survey.to,
        )
    if survey.asked <= 0:
        raise ValidationFailed("a survey asks somebody", path=("input", "asked"), value=survey.asked)
    if not 0 <= survey.answered <= survey.asked:
        raise ValidationFailed("no more answer than are asked", path=("input", "answered"), value=survey.answered)
    if not 0 <= survey.consenting <= survey.answered:
        raise ValidationFailed(
            "no more consent than have answered", path=("input", "consenting"), value=survey.consenting
        )


def latest_survey(surveys: Sequence[Survey], mode: ManagementMode, *, by: date) -> Survey | None:
    """Return the survey about the mode that ended last, on that day or before; None when there is none."""
    fitting = [survey for survey in surveys if survey.mode is mode and survey.to <= by]
    return max(fitting, key=lambda survey: survey.to, default=None)


def require_consultation(
    surveys: Sequence[Survey], mode: ManagementMode, *, effective_on: date, voted_on: date | None
) -> Survey | None:
    """Return the latest survey about the mode that ended by the day it begins (ZG-23).

    A joint decision, on which every owner could vote, serves as well: then `voted_on` is its day, and None is returned
    where there is no survey. Raises ConsultationMissing where there is neither.
    """
    found = latest_survey(surveys, mode, by=effective_on)
    if found is not None or (voted_on is not None and voted_on <= effective_on):
        return found
    raise ConsultationMissing(
        f"owners or residents were not asked about {mode.value} by {effective_on.isoformat()}",
        path=("input", "effectiveOn"),
        value=effective_on,
    )
