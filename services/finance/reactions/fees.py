"""What fees hear from the registry: contracts, modes and owners, each fact kept and the bills corrected to it."""

from datetime import date

from kit.events import ReceivedEvent
from kit.mongo import UnitOfWork
from kit.reactions import Reaction
from policy.vocabulary import CostBearer, ManagementMode
from services.finance.domain.contract import ContractKind
from services.finance.domain.service_period import ContractItem, EstateMode, FeeContract
from services.finance.use_cases.bill_late import HeardOf, bill_late_before_commit
from services.finance.use_cases.follow_service import (
    change_area_of_part,
    change_debtors_of_part,
    change_mode,
    end_fee_contract,
    move_fee_records,
    start_fee_contract,
    take_fee_contract,
    take_mode_back,
)

_NO_MODE = "NONE"


async def when_contract_is_signed_keep_its_items(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R17: what the contract prices, on which side of the gate, and whom its fees are owed to."""
    data = event.data
    await take_fee_contract(
        work,
        FeeContract(
            id=event.aggregate_id,
            district=event.district,
            estate_id=data["estateId"],
            street_id=data["streetId"],
            community_id=data["communityId"],
            provider_id=data["providerId"],
            kind=ContractKind(data["kind"]),
            decision_id=data.get("decisionId"),
            items=tuple(ContractItem(item["code"], item["inside"], item.get("costCentre")) for item in data["items"]),
        ),
    )


async def when_service_starts_fees_are_owed(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R18: from that day on."""
    await start_fee_contract(work, event.aggregate_id, date.fromisoformat(event.data["serviceStartOn"]))


async def when_contract_is_superseded_its_fees_end(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R19: on the day of the successor the old contract no longer serves (art. 940)."""
    ended_on = date.fromisoformat(event.data["endedOn"])
    await end_fee_contract(work, event.aggregate_id, ended_on=ended_on, superseded=True)


async def when_contract_is_terminated_its_fees_end(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R21: after it only post-termination service is billed, and none where the hand-over was refused (P14)."""
    await end_fee_contract(
        work,
        event.aggregate_id,
        ended_on=date.fromisoformat(event.data["endedOn"]),
        superseded=False,
        handover_refused=not event.data["handoverAccepted"],
    )


async def when_mode_changes_fees_go_to_its_payee(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R23: service days from then on are owed to whom the mode says; a reversal takes the announcement back."""
    data = event.data
    effective_on = date.fromisoformat(data["effectiveOn"])
    if data["isReversal"]:
        await take_mode_back(work, estate_id=data["estateId"], effective_on=effective_on)
        return
    bearer = data.get("costBearer")
    await change_mode(
        work,
        estate_id=data["estateId"],
        district=event.district,
        street_id=data["streetId"],
        community_id=data["communityId"],
        mode=EstateMode(
            effective_on=effective_on,
            mode=None if data["to"] == _NO_MODE else ManagementMode(data["to"]),
            contract_id=data.get("contractId"),
            items=tuple(data["items"]),
            cost_bearer=None if bearer is None else CostBearer(bearer),
        ),
    )


async def when_estate_moves_let_others_see_its_fees(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R3: the grants of another street or community see what the former ones saw."""
    if {"streetId", "communityId"} & set(event.data["after"]):
        await move_fee_records(work, event.aggregate_id)


async def when_ownership_is_transferred_split_the_bills(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R6: bills that reach beyond the transfer are split by day, those that nobody was known to owe are made out; the
    first registration has none to be split."""
    part_id, since = event.data["partId"], date.fromisoformat(event.data["effectiveOn"])
    if event.data["fromOwnerIds"]:
        _correct_before_commit(work, part_id, since)
    bill_late_before_commit(work, HeardOf(event.data["estateId"], part_id, since))


async def when_part_is_registered_bill_what_is_missing(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R5: a part that is heard of after its months were billed gets its bills of them."""
    bill_late_before_commit(work, HeardOf(event.data["estateId"], event.data["partId"], date.min))


async def when_part_is_measured_anew_correct_the_bills(work: UnitOfWork, event: ReceivedEvent) -> None:
    """R5: bills of days on which another area holds are made out by it."""
    part_id, since = event.data["partId"], date.fromisoformat(event.data["effectiveOn"])

    async def correct() -> None:
        await change_area_of_part(work, part_id=part_id, since=since)

    work.before_commit(correct)


async def when_part_is_delivered_split_the_bills(work: UnitOfWork, event: ReceivedEvent) -> None:
    """From the hand-over on the buyers owe the fee, until then the developer does."""
    _correct_before_commit(work, event.data["partId"], date.fromisoformat(event.data["deliveredOn"]))


def _correct_before_commit(work: UnitOfWork, part_id: str, since: date) -> None:
    """Correct the bills once the owners of this unit of work are written, which happens before its commit, too."""

    async def correct() -> None:
        await change_debtors_of_part(work, part_id=part_id, since=since)

    work.before_commit(correct)


FEE_REACTIONS: tuple[Reaction, ...] = (
    Reaction("registry.contract.signed", when_contract_is_signed_keep_its_items),
    Reaction("registry.contract.started", when_service_starts_fees_are_owed),
    Reaction("registry.contract.superseded", when_contract_is_superseded_its_fees_end),
    Reaction("registry.contract.terminated", when_contract_is_terminated_its_fees_end),
    Reaction("registry.mode.changed", when_mode_changes_fees_go_to_its_payee),
    Reaction("registry.estate.changed", when_estate_moves_let_others_see_its_fees),
    Reaction("registry.ownership.transferred", when_ownership_is_transferred_split_the_bills),
    Reaction("registry.part.registered", when_part_is_registered_bill_what_is_missing),
    Reaction("registry.part.changed", when_part_is_measured_anew_correct_the_bills),
    Reaction("registry.part.delivered", when_part_is_delivered_split_the_bills),
)
