"""What inspection's mutations take."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from kit.score import Score
from services.inspection.use_cases.score_credit import ScoreCredit


@strawberry.input(description="A provider's published rating of one year.")
class ScoreCreditInput(MutationInput):
    """Input of `scoreCredit`; a year that is rated already needs a `reason`."""

    district: DistrictCode
    provider_id: strawberry.ID
    year: int = strawberry.field(description="The rated year, from 2000 to the year of publication.")
    score: Score = strawberry.field(description='Points from "0.00" to "100.00".')
    serious_dishonesty: bool = strawberry.field(description="Whether a serious dishonesty act is on record.")
    published_on: date = strawberry.field(description="The day the rating was published, today or earlier.")
    record_expires_on: date | None = strawberry.field(
        default=None,
        description="The last day of the dishonesty record; required with a serious act. The blacklist lasts as long.",
    )

    def command(self) -> ScoreCredit:
        """Return the command of the use case."""
        return ScoreCredit(
            district=str(self.district),
            provider_id=str(self.provider_id),
            year=self.year,
            score=self.score,
            serious_dishonesty=self.serious_dishonesty,
            published_on=self.published_on,
            record_expires_on=self.record_expires_on,
            reason=self.reason,
        )
