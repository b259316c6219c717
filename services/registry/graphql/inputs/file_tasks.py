"""What the mutations of `mutations.file_tasks` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.graphql.enums import ExportKind, TableFormat
from services.registry.use_cases.file_tasks import StartExport


@strawberry.input(description="Write a list to a file in the background, within what the caller may see.")
class StartExportInput(MutationInput):
    """A list and the file it is wanted in."""

    kind: ExportKind = strawberry.field(description="Which list.")
    format: TableFormat = strawberry.field(
        default=TableFormat.XLSX, description="A workbook, or a CSV file in UTF-8 with a byte order mark."
    )
    district: DistrictCode | None = strawberry.field(default=None, description="Of this district alone.")
    street_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of this street alone; for lists of estates and what belongs to them, and owners."
    )
    community_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of this community alone; for lists of estates and what belongs to them, and owners."
    )
    on: date | None = strawberry.field(
        default=None, description="POLICIES alone: the versions in force on this day; today when left out."
    )

    def command(self) -> StartExport:
        """Return the use case's command."""
        return StartExport(
            kind=self.kind,
            format=self.format,
            district=self.district,
            street_id=self.street_id,
            community_id=self.community_id,
            on=self.on,
        )
