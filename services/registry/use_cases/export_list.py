"""Write a list to a file: what an export task does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kit.activations import ActivatedPolicies
from policy.policies import Policies
from services.registry.domain.content import MediaType
from services.registry.domain.export import COLUMNS, TableFormat
from services.registry.use_cases.file_tasks import list_order
from services.registry.use_cases.lists import list_pages, list_total
from services.registry.use_cases.lists.reading import Reading
from services.registry.use_cases.run_file_tasks import Attempt
from services.registry.use_cases.table_files import media_type_of, table_writer

ROWS_BETWEEN_REPORTS = 2_000


@dataclass(frozen=True)
class ExportWork:
    """Writes lists with the policies in force; `words` gives an enum value in Chinese."""

    policies: ActivatedPolicies[Policies]
    words: Callable[[Enum], str]

    async def __call__(self, attempt: Attempt) -> MediaType:
        """Write the list that the task orders to the attempt's path, a page at a time."""
        task, order = attempt.task, list_order(attempt.task)
        reading = Reading(
            mongo=attempt.mongo,
            caller=task.caller,
            policies=await self.policies.as_recorded(attempt.mongo),
            words=self.words,
            order=order,
        )
        attempt.total = await list_total(reading)
        await attempt.progress()
        table_format = TableFormat(task.order["format"])
        writer = table_writer(attempt.path, table_format, title=self.words(order.kind), headers=COLUMNS[order.kind])
        rows = unreported = 0
        async for page in list_pages(reading):
            # In a thread: a page of a workbook takes tens of milliseconds, and requests must not wait for it.
            await asyncio.to_thread(writer.write, page.rows)
            attempt.done += page.steps
            rows += len(page.rows)
            unreported += len(page.rows)
            if unreported >= ROWS_BETWEEN_REPORTS:
                attempt.counts["rows"], unreported = rows, 0
                await attempt.progress()
        await asyncio.to_thread(writer.close)
        attempt.counts["rows"] = rows
        attempt.total = attempt.done
        return media_type_of(table_format)
