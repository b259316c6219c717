"""The authority rates a provider's credit for a year; the blacklist follows from the ratings (ZG-14 to ZG-16)."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat

from kit.activations import ActivatedPolicies
from kit.caller import Role
from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from kit.score import Score
from policy.policies import Policies
from services.inspection.domain.credit import DistrictOutOfScope, ProviderUnknown, rate, revise_blacklist
from services.inspection.events import BlacklistExpired, BlacklistListed, CreditScored
from services.inspection.store.credit_records import find_credit_record, save_credit_record
from services.inspection.store.providers import known_providers

PATH = ("input",)
LISTED = "listed"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class ScoreCredit:
    """The command: one provider's rating of one year in one district, as it was published."""

    district: str
    provider_id: str
    year: int
    score: Score
    serious_dishonesty: bool
    published_on: date
    record_expires_on: date | None
    reason: str | None


async def score_credit(work: UnitOfWork, command: ScoreCredit, *, policies: ActivatedPolicies[Policies]) -> Outcome:
    """Keep the rating as the year's next revision and announce it (I7), with every entry that begins (I8) or ends (I9).

    Returns the provider's id as `provider`, and the ids of those entries as details. Raises ForbiddenActor for other
    roles, DistrictOutOfScope, ProviderUnknown, PolicyNotInForce or InstrumentAbsent for a district without blacklist,
    and what `rate` raises.
    """
    work.caller.require_role(Role.HOUSING_BUREAU, Role.DISTRICT_OFFICE, Role.CITY_OFFICE)
    if not work.caller.scope.covers([f"district:{command.district}"]):
        raise DistrictOutOfScope("no such district", path=(*PATH, "district"), value=command.district)
    policy = (await policies.as_recorded(work)).at(command.district, command.published_on).credit
    if command.provider_id not in await known_providers(work, [command.provider_id]):
        raise ProviderUnknown("no such provider", path=(*PATH, "providerId"), value=command.provider_id)
    record = await find_credit_record(work, district=command.district, provider_id=command.provider_id)
    rating = rate(
        record,
        year=command.year,
        score=command.score,
        serious_dishonesty=command.serious_dishonesty,
        published_on=command.published_on,
        record_expires_on=command.record_expires_on,
        today=work.today,
        reason=command.reason,
        path=PATH,
    )
    rated = replace(record, ratings=(*record.ratings, rating))
    change = revise_blacklist(
        rated, policy=policy, changed_on=command.published_on, entry_ids=(new_id("ble") for _ in repeat(None))
    )
    await save_credit_record(work, replace(rated, entries=change.entries), read_revisions=len(record.ratings))
    work.announce(CreditScored.of(rating, record=rated, policy_id=policy.source.policy_version_id))
    for entry in change.listed:
        work.announce(BlacklistListed.of(entry))
    for entry in change.withdrawn:
        work.announce(BlacklistExpired.of(entry, ended_on=command.published_on))
    return Outcome(
        entity_ids={"provider": command.provider_id},
        policy_version_id=policy.source.policy_version_id,
        details={
            LISTED: [entry.id for entry in change.listed],
            WITHDRAWN: [entry.id for entry in change.withdrawn],
        },
    )
