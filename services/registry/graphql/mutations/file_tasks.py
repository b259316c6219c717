"""What can be done to get lists as files, and to bring ledgers in."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import file_task_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import file_tasks as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.file_tasks import start_export, start_import


@strawberry.type
class StartExportPayload(MutationPayload):
    """What became of startExport."""

    export_task: file_task_types.ExportTask | None


@strawberry.type
class StartImportPayload(MutationPayload):
    """What became of startImport."""

    import_task: file_task_types.ImportTask | None


@strawberry.type
class FileTaskMutations:
    """What can be done to get lists as files, and to bring ledgers in."""

    @strawberry.mutation(
        description="Write a list to a file. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU, "
        "FINANCE_BUREAU, STREET, COMMUNITY, AUDITOR."
    )
    async def start_export(self, info: Info, input: inputs.StartExportInput) -> StartExportPayload:  # noqa: A002
        result = await write(
            info,
            "start_export",
            input,
            lambda work, policies: start_export(work, input.command(), policies=policies),
        )
        return StartExportPayload(
            export_task=await file_task_types.export_task(info.context, result.entity_id("task")), **result.payload()
        )

    @strawberry.mutation(
        description="Import an uploaded ledger of any master data; good rows land, bad rows are reported. Roles: "
        "OPERATOR, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, COMMUNITY."
    )
    async def start_import(self, info: Info, input: inputs.StartImportInput) -> StartImportPayload:  # noqa: A002
        result = await write(info, "start_import", input, lambda work, _: start_import(work, input.command()))
        return StartImportPayload(
            import_task=await file_task_types.import_task(info.context, result.entity_id("task")), **result.payload()
        )
