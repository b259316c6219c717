"""Import an uploaded ledger: what an import task does. Its own file is the result of every row, as a table."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kit.activations import ActivatedPolicies
from kit.clock import Clock
from kit.content.storage import ContentStorage
from policy.policies import Policies
from services.registry.domain.content import MediaType
from services.registry.domain.export import TableFormat
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.use_cases.contents import verified
from services.registry.use_cases.import_estates import imported_batches, rehearse_ledger
from services.registry.use_cases.ledger_file import open_ledger
from services.registry.use_cases.run_file_tasks import Attempt
from services.registry.use_cases.table_files import media_type_of, table_writer

RESULT_HEADERS: Final = ("工作表", "行号", "结果", "单元格", "列名", "值", "错误代码", "原因")
OUTCOME_WORDS: Final = {RowOutcome.LANDED: "已导入", RowOutcome.UNCHANGED: "无变化", RowOutcome.REJECTED: "已拒绝"}


@dataclass(frozen=True)
class ImportWork:
    """Imports ledgers out of the content storage, with the policies in force."""

    storage: ContentStorage
    clock: Clock
    policies: ActivatedPolicies[Policies]

    async def __call__(self, attempt: Attempt) -> MediaType:
        """Import the ledger that the task orders and write every row's result to the attempt's path."""
        path = attempt.path.with_suffix(".ledger")
        await self._fetch(attempt, path)
        counts: Counter[RowOutcome] = Counter()
        writer = table_writer(attempt.path, TableFormat.CSV, title="导入结果", headers=RESULT_HEADERS)
        async for results in self._results(attempt, path):
            counts.update(result.outcome for result in results)
            await asyncio.to_thread(writer.write, [_row(result) for result in results])
            attempt.done += len(results)
            attempt.counts = {outcome.value.lower(): counts[outcome] for outcome in RowOutcome}
            await attempt.progress()
        await asyncio.to_thread(writer.close)
        attempt.total = attempt.done
        return media_type_of(TableFormat.CSV)

    async def _fetch(self, attempt: Attempt, path: Path) -> None:
        order = attempt.task.order
        with path.open("wb") as file:
            async for chunk in verified(self.storage, order["content_id"], sha256=order["sha256"]):
                await asyncio.to_thread(file.write, chunk)

    async def _results(self, attempt: Attempt, path: Path) -> AsyncIterator[Sequence[RowResult]]:
        task = attempt.task
        with path.open("rb") as file:
            if task.order["dry_run"]:
                yield await rehearse_ledger(
                    attempt.mongo,
                    lambda: open_ledger(file),
                    caller=task.caller,
                    clock=self.clock,
                    policies_in=self.policies.as_recorded,
                    register_territory=task.order["register_territory"],
                )
                return
            async for results in imported_batches(
                attempt.mongo,
                open_ledger(file),
                caller=task.caller,
                clock=self.clock,
                policies_in=self.policies.as_recorded,
                register_territory=task.order["register_territory"],
            ):
                yield results


def _row(result: RowResult) -> tuple[str | int | None, ...]:
    return (
        result.sheet,
        result.row,
        OUTCOME_WORDS[result.outcome],
        result.cell,
        result.header,
        result.value,
        result.code,
        result.reason,
    )
