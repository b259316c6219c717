"""What the registry hears: inspection's facts about providers, trust's about funds, finance's about deposits."""

from datetime import date
from functools import partial

from kit.activations import ActivatedPolicies
from kit.events import ReceivedEvent
from kit.money import parse_money
from kit.mongo import UnitOfWork
from kit.reactions import Reaction
from kit.score import parse_score
from policy.policies import Policies
from services.registry.domain.credit import Listing, YearlyScore
from services.registry.domain.mode_rules import TrustFund
from services.registry.domain.overdue_deposit import OverdueDeposit
from services.registry.use_cases.hear_credit import keep_end_of_listing, keep_listing_and_advise, keep_score
from services.registry.use_cases.hear_deposit import keep_overdue_deposit, keep_settled_deposit
from services.registry.use_cases.hear_trust_fund import keep_liquidation, keep_opened_fund, keep_suspension


async def when_credit_is_scored_keep_score(work: UnitOfWork, event: ReceivedEvent) -> None:
    """Keep the yearly score, so that a look-up can show it (ZG-12)."""
    score = YearlyScore(
        year=int(event.data["year"]),
        score=parse_score(event.data["score"]),
        serious_dishonesty=bool(event.data["seriousDishonesty"]),
    )
    await keep_score(work, event.data["providerId"], score)


async def when_provider_is_blacklisted_advise_termination(work: UnitOfWork, event: ReceivedEvent) -> None:
    """Keep the entry, and advise ending every contract with the provider; no contract ends by it (ZG-15)."""
    expires_on = event.data.get("expiresOn")
    listing = Listing(
        entry_id=event.data["entryId"],
        reason=event.data["reason"],
        listed_on=date.fromisoformat(event.data["listedOn"]),
        expires_on=None if expires_on is None else date.fromisoformat(expires_on),
    )
    await keep_listing_and_advise(work, event.data["providerId"], listing)


async def when_blacklisting_ends_keep_its_end(work: UnitOfWork, event: ReceivedEvent) -> None:
    """Keep the end of an entry whose rating was corrected, so that the provider may be selected again (ZG-16)."""
    await keep_end_of_listing(
        work, event.data["providerId"], event.data["entryId"], ended_on=date.fromisoformat(event.data["endedOn"])
    )


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


async def when_deposit_is_overdue_mark_its_contract(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F9: mark the contract with the due day and what is missing; service goes on (P1)."""
    overdue = OverdueDeposit(
        deposit_id=event.data["depositId"],
        contract_year=int(event.data["contractYear"]),
        due_on=date.fromisoformat(event.data["dueOn"]),
        missing=parse_money(event.data["missing"]),
    )
    await keep_overdue_deposit(work, event.data["contractId"], overdue)


async def when_deposit_is_settled_unmark_its_contract(work: UnitOfWork, event: ReceivedEvent) -> None:
    """F8: all of the deposit is held, or it is released or forfeited: nothing of it is overdue any more."""
    await keep_settled_deposit(
        work, event.data["contractId"], event.data["depositId"], contract_year=int(event.data["contractYear"])
    )


def reactions(policies: ActivatedPolicies[Policies]) -> tuple[Reaction, ...]:
    """Return the table event → reaction, bound to the policies in force."""
    begin_trust = partial(when_trust_fund_is_opened_begin_the_trust_mode, policies=policies)
    return (
        Reaction("inspection.credit.scored", when_credit_is_scored_keep_score),
        Reaction("inspection.blacklist.listed", when_provider_is_blacklisted_advise_termination),
        Reaction("inspection.blacklist.expired", when_blacklisting_ends_keep_its_end),
        Reaction("trust.fund.opened", begin_trust),
        Reaction("trust.fund.suspended", when_trust_fund_is_suspended_keep_it),
        Reaction("trust.fund.resumed", when_trust_fund_is_resumed_keep_it),
        Reaction("trust.fund.liquidated", when_trust_fund_is_liquidated_keep_it),
        Reaction("finance.deposit.overdue", when_deposit_is_overdue_mark_its_contract),
        Reaction("finance.deposit.held", when_deposit_is_settled_unmark_its_contract),
        Reaction("finance.deposit.released", when_deposit_is_settled_unmark_its_contract),
        Reaction("finance.deposit.forfeited", when_deposit_is_settled_unmark_its_contract),
    )
