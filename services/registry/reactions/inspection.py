"""What the registry hears from inspection: scores of providers, and the blacklist."""

from datetime import date

from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import Reaction
from kit.score import parse_score
from services.registry.domain.credit import Listing, YearlyScore
from services.registry.use_cases.hear_credit import keep_end_of_listing, keep_listing_and_advise, keep_score


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


REACTIONS = (
    Reaction("inspection.credit.scored", when_credit_is_scored_keep_score),
    Reaction("inspection.blacklist.listed", when_provider_is_blacklisted_advise_termination),
    Reaction("inspection.blacklist.expired", when_blacklisting_ends_keep_its_end),
)
