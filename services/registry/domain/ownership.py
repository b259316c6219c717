"""How the ownership of a part changes, who votes for its co-owners, and who owes its fee."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit.caller import Scope
from kit.errors import PreconditionMissing, StateConflict, ValidationFailed
from kit.ratio import Ratio
from services.registry.domain.owner import OwnerKind, Share

_OWNER_GRANT = "owner:"


class PartNotOwned(PreconditionMissing):
    """The part has no owners yet: its first ones are registered, not transferred to."""


class TransferOutOfOrder(StateConflict):
    """The transfer would take effect on or before the day of an earlier one."""


class NothingTransferred(ValidationFailed):
    """The owners and shares named are those that hold already."""


class NotCoOwned(StateConflict):
    """One person owns the part and votes for it; there is nobody to represent."""


class RepresentativeNotOwner(ValidationFailed):
    """Whoever is named to vote for a co-owned part owns no share of it."""


class NothingToDeliver(StateConflict):
    """The part was not sold by a developer, or is delivered already."""


@dataclass(frozen=True)
class Transfer:
    """What a transfer leaves: all ownerships, past ones included, and who gave a share or some of it."""

    ownerships: tuple[Share, ...]
    giver_ids: tuple[str, ...]


@dataclass(frozen=True)
class Sale:
    """A developer's sale of a part: until the day of delivery the developer owes its fee (Regulations, art. 41)."""

    developer_ids: tuple[str, ...]
    sold_on: date
    delivered_on: date | None = None


@dataclass(frozen=True)
class Representative:
    """The co-owner who votes for a part, from a day on."""

    owner_id: str
    from_: date


def holding(ownerships: Sequence[Share], day: date) -> tuple[Share, ...]:
    """Return the shares that hold on that day."""
    return tuple(share for share in ownerships if share.holds_on(day))


def transferred(ownerships: Sequence[Share], owners: Sequence[tuple[str, Ratio]], *, on: date, today: date) -> Transfer:
    """Return the ownerships after a transfer on a day; a share that stays the same runs on without a break.

    `owners` are all who own the part from that day on, with shares that make one. Raises PartNotOwned, ValidationFailed
    for a day to come, TransferOutOfOrder for a day that is not after every earlier change, and NothingTransferred.
    """
    if not ownerships:
        raise PartNotOwned("the part has no owners yet: register its first ones", path=("input", "partId"))
    if on > today:
        raise ValidationFailed(
            "a transfer is recorded when it has happened", path=("input", "effectiveOn"), value=on.isoformat()
        )
    latest = max(share.from_ for share in ownerships)
    if on <= latest:
        raise TransferOutOfOrder(
            f"the part changed hands on {latest.isoformat()}, so this takes effect later",
            path=("input", "effectiveOn"),
            value=on.isoformat(),
        )
    wanted = dict(owners)
    ended = [share for share in ownerships if share.to is None and wanted.get(share.owner_id) != share.share]
    if not ended:
        raise NothingTransferred("the part has these owners and shares already", path=("input", "owners"))
    kept = {share.owner_id for share in ownerships if share.to is None and share not in ended}
    after = [replace(share, to=on) if share in ended else share for share in ownerships]
    after += [Share(owner_id, share, on) for owner_id, share in owners if owner_id not in kept]
    givers = tuple(share.owner_id for share in ended if wanted.get(share.owner_id, Ratio(0)) < share.share)
    return Transfer(tuple(after), givers)


def sale_of(
    transfer: Transfer, kinds: Mapping[str, OwnerKind], *, on: date, delivered_on: date | None, today: date
) -> Sale | None:
    """Return the developer's sale that a transfer is; None when somebody else gave a share (Regulations, art. 41).

    Raises NothingToDeliver for a day of delivery without such a sale, ValidationFailed for one before it or to come.
    """
    by_developers = bool(transfer.giver_ids) and all(
        kinds.get(giver) is OwnerKind.DEVELOPER for giver in transfer.giver_ids
    )
    if not by_developers:
        if delivered_on is not None:
            raise NothingToDeliver("only a developer's sale is delivered", path=("input", "deliveredOn"))
        return None
    sale = Sale(transfer.giver_ids, on)
    return sale if delivered_on is None else delivered(sale, on=delivered_on, today=today)


def delivered(sale: Sale | None, *, on: date, today: date) -> Sale:
    """Return the sale with its day of delivery; raises NothingToDeliver, or ValidationFailed for a day that cannot be.

    From that day on the buyers owe the fee (Regulations, art. 41).
    """
    if sale is None or sale.delivered_on is not None:
        raise NothingToDeliver("the part was not sold by a developer, or is delivered", path=("input", "partId"))
    if not sale.sold_on <= on <= today:
        raise ValidationFailed(
            f"a part is delivered between its sale on {sale.sold_on.isoformat()} and today",
            path=("input", "deliveredOn"),
            value=on.isoformat(),
        )
    return replace(sale, delivered_on=on)


def is_unsold(ownerships: Sequence[Share], kinds: Mapping[str, OwnerKind], *, on: date) -> bool:
    """Return whether developers alone own the part on that day (Regulations, art. 41); False for one nobody owns."""
    holders = holding(ownerships, on)
    return bool(holders) and all(kinds.get(share.owner_id) is OwnerKind.DEVELOPER for share in holders)


def fee_debtors(ownerships: Sequence[Share], sale: Sale | None, *, on: date) -> tuple[str, ...]:
    """Return the ids of those who owe the part's fee on a day: its owners, or the developer of an undelivered part.

    A developer owes what is unsold as any owner does, and what is sold until it is delivered (Regulations, art. 41).
    """
    if sale is not None and sale.sold_on <= on and (sale.delivered_on is None or on < sale.delivered_on):
        return sale.developer_ids
    return tuple(share.owner_id for share in holding(ownerships, on))


def check_representative(ownerships: Sequence[Share], owner_id: str | None, *, on: date, today: date) -> None:
    """Raise NotCoOwned, RepresentativeNotOwner or ValidationFailed unless the owner may vote for the co-owners.

    A co-owned part has one representative and one vote; None takes the vote back.
    """
    if on > today:
        raise ValidationFailed(
            "a representative is recorded when named", path=("input", "effectiveOn"), value=on.isoformat()
        )
    holders = {share.owner_id for share in holding(ownerships, on)}
    if len(holders) < 2:
        raise NotCoOwned("one person owns the part, and votes for it", path=("input", "partId"))
    if owner_id is not None and owner_id not in holders:
        raise RepresentativeNotOwner(
            "the representative owns a share of the part", path=("input", "ownerId"), value=owner_id
        )


def voting_representative(ownerships: Sequence[Share], named: Representative | None, *, on: date) -> str | None:
    """Return who votes for the part on a day: its one owner, or the co-owner who was named and still owns a share.

    None while co-owners have named nobody, and for a part that nobody owns.
    """
    holders = {share.owner_id for share in holding(ownerships, on)}
    if len(holders) == 1:
        return holders.pop()
    return named.owner_id if named is not None and named.from_ <= on and named.owner_id in holders else None


def sees_ownership_of(
    ownerships: Sequence[Share], *, on: date, scope: Scope, areas_without_owners: Sequence[str]
) -> bool:
    """Return whether a caller may see who owns the part on a day.

    An office sees every day; a caller who is let in as an owner sees the days of the own share only, so that a former
    owner keeps the own past and does not learn who came after.
    """
    if scope.covers(areas_without_owners):
        return True
    return any(scope.covers([f"{_OWNER_GRANT}{share.owner_id}"]) for share in holding(ownerships, on))
