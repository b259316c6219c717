"""Keep the uses of maintenance funds that finance announces, beside the owners' decisions on them (P12)."""

from kit.mongo import UnitOfWork
from services.registry.domain.fund_use import FundUse, UseReport, with_report
from services.registry.store.estates import estate_of
from services.registry.store.fund_uses import add_fund_use, fund_use_of, save_reports


async def keep_proposed_use(work: UnitOfWork, use: FundUse) -> None:
    """Keep a proposed use, so that the decision on it can be opened; raises EstateNotFound."""
    estate = await estate_of(work, use.estate_id)
    await add_fund_use(work, use, place=estate.place)


async def keep_report_of_use(work: UnitOfWork, use_id: str, report: UseReport) -> None:
    """Keep that a use is paid, allocated or published; raises FundUseNotFound for one that was never proposed."""
    use = await fund_use_of(work, use_id)
    reported = with_report(use, report)
    if reported != use:
        await save_reports(work, reported)
