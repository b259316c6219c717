"""How the ownership of a part changes, who votes for co-owners, who owes the fee, and who may know it."""

from datetime import date

import pytest

from kit.caller import Scope
from kit.errors import Refusal, ValidationFailed
from kit.ratio import Ratio
from services.registry.domain.owner import OwnerKind, Share
from services.registry.domain.ownership import (
    NotCoOwned,
    NothingToDeliver,
    NothingTransferred,
    PartNotOwned,
    Representative,
    RepresentativeNotOwner,
    Sale,
    TransferOutOfOrder,
    check_representative,
    delivered,
    fee_debtors,
    holding,
    is_unsold,
    sale_of,
    sees_ownership_of,
    transferred,
    voting_representative,
)

TODAY = date(2026, 3, 5)
BOUGHT = date(2010, 1, 1)
SOLD = date(2025, 7, 1)
HALF, WHOLE = Ratio(5_000), Ratio(10_000)
ANNA, BO, CHEN = (f"own_0192a0000000700080000000000000{number:02x}" for number in (1, 2, 3))


def test_a_sale_ends_the_sellers_share_on_the_day_the_buyers_begins() -> None:
    transfer = transferred([Share(ANNA, WHOLE, BOUGHT)], [(BO, HALF), (CHEN, HALF)], on=SOLD, today=TODAY)

    assert transfer.ownerships == (
        Share(ANNA, WHOLE, BOUGHT, SOLD), Share(BO, HALF, SOLD), Share(CHEN, HALF, SOLD),
    )  # fmt: skip
    assert transfer.giver_ids == (ANNA,)
    assert [share.owner_id for share in holding(transfer.ownerships, date(2025, 6, 30))] == [ANNA]
    assert [share.owner_id for share in holding(transfer.ownerships, SOLD)] == [BO, CHEN]


def test_a_co_owner_who_keeps_the_share_keeps_it_without_a_break() -> None:
    known = [Share(ANNA, HALF, BOUGHT), Share(BO, HALF, BOUGHT)]

    transfer = transferred(known, [(ANNA, HALF), (CHEN, HALF)], on=SOLD, today=TODAY)

    assert transfer.ownerships == (Share(ANNA, HALF, BOUGHT), Share(BO, HALF, BOUGHT, SOLD), Share(CHEN, HALF, SOLD))
    assert transfer.giver_ids == (BO,)


def test_whoever_gives_away_the_smallest_share_is_a_giver() -> None:
    known = [Share(ANNA, Ratio(1), BOUGHT), Share(BO, Ratio(9_999), BOUGHT)]

    assert transferred(known, [(BO, WHOLE)], on=SOLD, today=TODAY).giver_ids == (ANNA,)


def test_whoever_gets_more_is_no_giver() -> None:
    known = [Share(ANNA, HALF, BOUGHT), Share(BO, HALF, BOUGHT)]

    transfer = transferred(known, [(ANNA, WHOLE)], on=SOLD, today=TODAY)

    assert transfer.giver_ids == (BO,)
    assert [(share.owner_id, share.share) for share in holding(transfer.ownerships, SOLD)] == [(ANNA, WHOLE)]


@pytest.mark.parametrize(
    ("known", "owners", "on", "refusal", "code", "path", "value"),
    [
        ([], [(BO, WHOLE)], SOLD, PartNotOwned, "PRECONDITION", ("input", "partId"), None),
        (
            [Share(ANNA, WHOLE, BOUGHT)],
            [(ANNA, WHOLE)],
            SOLD,
            NothingTransferred,
            "VALIDATION",
            ("input", "owners"),
            None,
        ),
        (
            [Share(ANNA, WHOLE, SOLD)],
            [(BO, WHOLE)],
            SOLD,
            TransferOutOfOrder,
            "STATE_CONFLICT",
            ("input", "effectiveOn"),
            "2025-07-01",
        ),
        (
            [Share(ANNA, WHOLE, BOUGHT)],
            [(BO, WHOLE)],
            date(2026, 3, 6),
            ValidationFailed,
            "VALIDATION",
            ("input", "effectiveOn"),
            "2026-03-06",
        ),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(
    known: list[Share],
    owners: list[tuple[str, Ratio]],
    on: date,
    refusal: type[Refusal],
    code: str,
    path: tuple[str, ...],
    value: str | None,
) -> None:
    with pytest.raises(refusal) as refused:
        transferred(known, owners, on=on, today=TODAY)

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == code


def test_a_transfer_on_the_day_after_the_last_one_and_one_of_today_are_in_order() -> None:
    known = [Share(ANNA, WHOLE, date(2026, 3, 4))]

    assert transferred(known, [(BO, WHOLE)], on=TODAY, today=TODAY).giver_ids == (ANNA,)


DEVELOPER = {ANNA: OwnerKind.DEVELOPER, BO: OwnerKind.NATURAL}


def test_the_developer_owes_the_fee_of_what_it_sold_until_the_day_of_delivery() -> None:
    transfer = transferred([Share(ANNA, WHOLE, BOUGHT)], [(BO, WHOLE)], on=SOLD, today=TODAY)
    sale = sale_of(transfer, DEVELOPER, on=SOLD, delivered_on=None, today=TODAY)
    handed_over = delivered(sale, on=date(2025, 9, 1), today=TODAY)

    assert fee_debtors(transfer.ownerships, sale, on=date(2025, 6, 30)) == (ANNA,)  # Unsold: as its owner.
    assert fee_debtors(transfer.ownerships, sale, on=SOLD) == (ANNA,)  # Sold and not delivered.
    assert fee_debtors(transfer.ownerships, handed_over, on=date(2025, 8, 31)) == (ANNA,)
    assert fee_debtors(transfer.ownerships, handed_over, on=date(2025, 9, 1)) == (BO,)


@pytest.mark.parametrize("on", [SOLD, TODAY])
def test_a_sale_may_be_delivered_with_the_transfer_on_any_day_from_the_sale_to_today(on: date) -> None:
    transfer = transferred([Share(ANNA, WHOLE, BOUGHT)], [(BO, WHOLE)], on=SOLD, today=TODAY)

    assert sale_of(transfer, DEVELOPER, on=SOLD, delivered_on=on, today=TODAY) == Sale((ANNA,), SOLD, on)


@pytest.mark.parametrize("on", [date(2025, 6, 30), date(2026, 3, 6)])
def test_a_sale_is_not_delivered_with_the_transfer_before_the_sale_or_tomorrow(on: date) -> None:
    transfer = transferred([Share(ANNA, WHOLE, BOUGHT)], [(BO, WHOLE)], on=SOLD, today=TODAY)

    with pytest.raises(ValidationFailed) as refused:
        sale_of(transfer, DEVELOPER, on=SOLD, delivered_on=on, today=TODAY)

    assert (refused.value.path, refused.value.value) == (("input", "deliveredOn"), on.isoformat())


def test_a_part_is_unsold_while_developers_alone_own_it() -> None:
    sold = [Share(ANNA, WHOLE, BOUGHT, SOLD), Share(BO, WHOLE, SOLD)]

    assert is_unsold(sold, DEVELOPER, on=date(2025, 6, 30))
    assert not is_unsold(sold, DEVELOPER, on=SOLD)
    assert not is_unsold([], DEVELOPER, on=SOLD)
    assert not is_unsold([Share(ANNA, HALF, BOUGHT), Share(BO, HALF, BOUGHT)], DEVELOPER, on=SOLD)


def test_only_a_developers_sale_is_delivered_and_only_once_and_not_before_the_sale() -> None:
    between_persons = transferred([Share(BO, WHOLE, BOUGHT)], [(CHEN, WHOLE)], on=SOLD, today=TODAY)

    assert sale_of(between_persons, DEVELOPER, on=SOLD, delivered_on=None, today=TODAY) is None
    with pytest.raises(NothingToDeliver) as refused:
        sale_of(between_persons, DEVELOPER, on=SOLD, delivered_on=SOLD, today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "deliveredOn"), None)
    with pytest.raises(NothingToDeliver) as none:
        delivered(None, on=SOLD, today=TODAY)
    assert (none.value.path, none.value.value) == (("input", "partId"), None)
    with pytest.raises(NothingToDeliver) as refused:
        delivered(Sale((ANNA,), SOLD, SOLD), on=TODAY, today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "partId"), None)
    with pytest.raises(ValidationFailed) as refused:
        delivered(Sale((ANNA,), SOLD), on=date(2025, 6, 30), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "deliveredOn"), "2025-06-30")
    with pytest.raises(ValidationFailed) as refused:
        delivered(Sale((ANNA,), SOLD), on=date(2026, 3, 6), today=TODAY)
    assert (refused.value.path, refused.value.value) == (("input", "deliveredOn"), "2026-03-06")
    assert none.value.code == "STATE_CONFLICT"
    assert delivered(Sale((ANNA,), SOLD), on=TODAY, today=TODAY).delivered_on == TODAY


CO_OWNED = [Share(ANNA, HALF, BOUGHT), Share(BO, HALF, BOUGHT)]


def test_a_co_owner_may_vote_for_a_co_owned_part() -> None:
    check_representative(CO_OWNED, BO, on=SOLD, today=TODAY)
    check_representative(CO_OWNED, None, on=SOLD, today=TODAY)
    check_representative(CO_OWNED, ANNA, on=TODAY, today=TODAY)

    assert voting_representative(CO_OWNED, Representative(BO, SOLD), on=SOLD) == BO
    assert voting_representative(CO_OWNED, Representative(BO, SOLD), on=date(2025, 6, 30)) is None
    assert voting_representative(CO_OWNED, None, on=SOLD) is None
    assert voting_representative([Share(ANNA, WHOLE, BOUGHT)], None, on=SOLD) == ANNA


def test_a_representative_who_sold_the_share_represents_nobody() -> None:
    after = transferred(CO_OWNED, [(ANNA, HALF), (CHEN, HALF)], on=SOLD, today=TODAY).ownerships

    assert voting_representative(after, Representative(BO, BOUGHT), on=SOLD) is None


@pytest.mark.parametrize(
    ("ownerships", "owner_id", "on", "refusal", "code", "path", "value"),
    [
        (
            CO_OWNED,
            CHEN,
            SOLD,
            RepresentativeNotOwner,
            "VALIDATION",
            ("input", "ownerId"),
            CHEN,
        ),
        ([Share(ANNA, WHOLE, BOUGHT)], ANNA, SOLD, NotCoOwned, "STATE_CONFLICT", ("input", "partId"), None),
        ([], ANNA, SOLD, NotCoOwned, "STATE_CONFLICT", ("input", "partId"), None),
        (CO_OWNED, BO, date(2026, 3, 6), ValidationFailed, "VALIDATION", ("input", "effectiveOn"), "2026-03-06"),
    ],
)
def test_nobody_else_votes_for_a_part(
    ownerships: list[Share],
    owner_id: str,
    on: date,
    refusal: type[Refusal],
    code: str,
    path: tuple[str, ...],
    value: str | None,
) -> None:
    with pytest.raises(refusal) as refused:
        check_representative(ownerships, owner_id, on=on, today=TODAY)

    assert (refused.value.path, refused.value.value) == (path, value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("grant", "before_the_sale", "after_it"),
    [
        (f"owner:{ANNA}", True, False),
        (f"owner:{BO}", False, True),
        (f"owner:{CHEN}", False, False),
        ("district:360702", True, True),
    ],
)
def test_a_former_owner_sees_the_own_past_and_not_who_came_after(
    grant: str, before_the_sale: bool, after_it: bool
) -> None:
    ownerships = [Share(ANNA, WHOLE, BOUGHT, SOLD), Share(BO, WHOLE, SOLD)]
    scope = Scope.of(grant)

    seen = [
        sees_ownership_of(ownerships, on=day, scope=scope, areas_without_owners=["district:360702"])
        for day in (date(2025, 6, 30), SOLD)
    ]

    assert seen == [before_the_sale, after_it]
