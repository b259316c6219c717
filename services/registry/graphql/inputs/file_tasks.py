"""What the mutations of `mutations.file_tasks` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from services.registry.graphql.enums import ExportKind, TableFormat
from services.registry.use_cases.file_tasks import StartExport, StartImport


@strawberry.input(description="Write a list to a file in the background, within what the caller may see.")
class StartExportInput(MutationInput):
    """A list and the file it is wanted in."""

    kind: ExportKind = strawberry.field(description="Which list.")
    format: TableFormat = strawberry.field(
        default=TableFormat.XLSX, description="A workbook, or a CSV file in UTF-8 with a byte order mark."
    )
    district: DistrictCode | None = strawberry.field(default=None, description="Of this district alone.")
    street_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of this street alone; of no effect on lists of providers, documents and districts."
    )
    community_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Of this community alone; of no effect on lists of providers, documents and districts.",
    )
    on: date | None = strawberry.field(
        default=None, description="POLICIES, DUTY_MATRIX and BODIES alone: as on this day; today when left out."
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


@strawberry.input(description="Import an uploaded ledger in the background.")
class StartImportInput(MutationInput):
    """A ledger that was uploaded."""

    content_id: strawberry.ID = strawberry.field(
        description="What POST /documents/content answered to the same caller: a workbook (.xlsx) or a CSV file."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Report what every row would become, and write nothing; at most 20,000 rows."
    )
    register_territory: bool = strawberry.field(
        default=False, description="Whether streets and communities that estates name are registered as well."
    )

    def command(self) -> StartImport:
        """Return the use case's command."""
        return StartImport(content_id=self.content_id, dry_run=self.dry_run, register_territory=self.register_territory)
