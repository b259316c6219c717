"""What the registry hears from trust: the funds of estates, by which the trust mode may begin."""

from datetime import date
from functools import partial

from kit.activations import ActivatedPolicies
from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import Reaction
from policy.policies import Policies
from services.registry.domain.mode_rules import TrustFund
from services.registry.use_cases.hear_trust_fund import keep_liquidation, keep_opened_fund, keep_suspension


async def when_trust_fund_is_opened_begin_the_trust_mode(
    work: UnitOfWork, event: ReceivedEvent, *, policies: ActivatedPolicies[Policies]
) -> None:
    """T2: keep the open fund, and let the mode of a trust contract that is served begin (PZ-26)."""
    fund = TrustFund(id=event.data["fundId"], opened_on=date.fromisoformat(event.data["openedOn"]))
    in_force = await policies.as_recorded(work)
    await keep_opened_fund(work, fund, estate_id=event.data["estateId"], event=event, policies=in_force)


async def when_trust_fund_is_suspended_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """T3: no trust mode begins while the fund is suspended."""
    await keep_suspension(work, event.data["fundId"], suspended=True)


async def when_trust_fund_is_resumed_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """T3: the fund serves again."""
    await keep_suspension(work, event.data["fundId"], suspended=False)


async def when_trust_fund_is_liquidated_keep_it(work: UnitOfWork, event: ReceivedEvent) -> None:
    """T11: the fund is no more."""
    await keep_liquidation(work, event.data["fundId"], closed_on=event.occurred_on)


def trust_reactions(policies: ActivatedPolicies[Policies]) -> tuple[Reaction, ...]:
    """Return the part of the table that is about funds, bound to the policies in force."""
    begin_trust = partial(when_trust_fund_is_opened_begin_the_trust_mode, policies=policies)
    return (
        Reaction("trust.fund.opened", begin_trust),
        Reaction("trust.fund.suspended", when_trust_fund_is_suspended_keep_it),
        Reaction("trust.fund.resumed", when_trust_fund_is_resumed_keep_it),
        Reaction("trust.fund.liquidated", when_trust_fund_is_liquidated_keep_it),
    )
