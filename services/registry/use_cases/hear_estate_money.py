"""Keep on an estate what finance announces of its arrears and of where its funds are kept."""

from kit.mongo import UnitOfWork
from services.registry.domain.arrears_mark import ArrearsCrossing, latest_crossing
from services.registry.domain.fund_custody import FundCustody, after_move
from services.registry.store.estates import estate_of, save_arrears_crossing, save_fund_custodies


async def keep_arrears_crossing(work: UnitOfWork, estate_id: str, crossing: ArrearsCrossing) -> None:
    """Mark an estate whose arrears reached the threshold, or clear its mark (P5); raises EstateNotFound.

    The mark is a notice to people; a running case of mediation is not touched by it.
    """
    estate = await estate_of(work, estate_id)
    await save_arrears_crossing(work, estate, latest_crossing(estate.arrears_crossing, crossing))


async def keep_fund_custody(work: UnitOfWork, estate_id: str, move: FundCustody) -> None:
    """Keep where a fund of the estate is kept since it moved (P3); raises EstateNotFound."""
    estate = await estate_of(work, estate_id)
    await save_fund_custodies(work, estate, after_move(estate.fund_custodies, move))
