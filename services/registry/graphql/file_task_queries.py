"""What can be asked about files in the making at the root."""

import strawberry

from services.registry.graphql import file_task_types
from services.registry.graphql.context import Info


@strawberry.type
class FileTaskQueries:
    """The root fields of tasks."""

    @strawberry.field(description="The export with this id; null unless the caller asked for it.")
    async def export_task(self, info: Info, id: strawberry.ID) -> file_task_types.ExportTask | None:  # noqa: A002
        return await file_task_types.export_task(info.context, id)

    @strawberry.field(description="The caller's latest exports, at most 20, the latest first.")
    async def export_tasks(self, info: Info) -> list[file_task_types.ExportTask]:
        return await file_task_types.latest_exports(info.context)

    @strawberry.field(description="The import with this id; null unless the caller asked for it.")
    async def import_task(self, info: Info, id: strawberry.ID) -> file_task_types.ImportTask | None:  # noqa: A002
        return await file_task_types.import_task(info.context, id)

    @strawberry.field(description="The caller's latest imports, at most 20, the latest first.")
    async def import_tasks(self, info: Info) -> list[file_task_types.ImportTask]:
        return await file_task_types.latest_imports(info.context)
