"""What the mutations of `mutations.corrections` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from services.registry.use_cases.correct_estates import CorrectEstates


@strawberry.input(description="Correct facts of many estates by a table; `reason` is required.")
class CorrectEstatesInput(MutationInput):
    """A table of corrections."""

    content_base64: str = strawberry.field(
        description="A workbook or CSV file in base64, at most 2 MiB and 2,000 rows: 小区编码 and any of 小区名称, "
        "门型, 小区类别, 建成日期, 规划核准总建筑面积(含地下), 物业管理面积, 户数. "
        "An empty cell leaves the fact as it is."
    )
    effective_on: date = strawberry.field(description="The day from which the corrected facts hold; not in the future.")
    dry_run: bool = strawberry.field(
        default=False, description="Report what every row would become, and correct nothing."
    )

    def command(self) -> CorrectEstates:
        """Return the use case's command."""
        return CorrectEstates(content_base64=self.content_base64, effective_on=self.effective_on, reason=self.reason)
