"""Corrections of bills: one that no longer stands is cancelled, and what still stands of it is made out anew.

A part changes hands or is measured anew, a contract ends, or another creditor serves from a day on, after the bill was
made out. The bill is cut at that day: since a fee accrues day by day, the pieces make the bill's amount to the fen as
long as its area stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kit.area import Area
from kit.money import ZERO_FEN, Fen
from services.finance.domain.bill import BillSource, Creditor, DunningStep, FeeBill, FeeUnit, Standing
from services.finance.domain.bill_run import OwnerSpell, fee_of_month, owner_spells
from services.finance.domain.billing_period import accrued, month_slices
from services.finance.domain.part import AreaSpell, area_spells
from services.finance.domain.service_period import ServiceSpell


@dataclass(frozen=True)
class Piece:
    """Days of a bill, both ends included, that are made out anew: to whom, owed to whom, under which contract, and over
    which quantity, as the bill counts it."""

    from_: date
    to: date
    owner_ids: tuple[str, ...]
    creditor: Creditor
    contract_id: str | None
    quantity: int


@dataclass(frozen=True)
class Correction:
    """A bill that is cancelled, and the pieces that are made out in its place."""

    bill: FeeBill
    pieces: tuple[Piece, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether the one piece is the bill as it stands."""
        return self.pieces == (_whole(self.bill),)


def can_be_cut(bill: FeeBill) -> bool:
    """Return whether the bill's fee accrues by days; uses are of their own days and stay as they were billed."""
    return bill.unit is not FeeUnit.PER_USE


def cut_at(bill: FeeBill, last: date) -> Correction:
    """Return the correction of a bill of which nothing is owed after that day (arts. 949, 950)."""
    if last < bill.from_:
        return Correction(bill)
    whole = _whole(bill)
    return Correction(bill, (replace(whole, to=min(last, bill.to)) if can_be_cut(bill) else whole,))


def cut_by_owner(bill: FeeBill, owners: Sequence[tuple[date, tuple[str, ...]]]) -> Correction:
    """Return the correction of a bill by who owes the part's fees on its days, the earliest first (P13).

    Days before the first debtor that is known stay with those whom the bill was made out to.
    """
    whole = _whole(bill)
    if not can_be_cut(bill):
        return Correction(bill, (whole,))
    spells = owner_spells([OwnerSpell(*one) for one in owners], from_=bill.from_, to=bill.to)
    pieces = [replace(whole, from_=from_, to=to, owner_ids=owner_ids) for from_, to, owner_ids in spells]
    if not pieces:
        return Correction(bill, (whole,))
    if pieces[0].from_ > bill.from_:
        pieces.insert(0, replace(whole, to=pieces[0].from_ - timedelta(days=1)))
    return Correction(bill, _joined(pieces))


def cut_by_area(bill: FeeBill, measured: Sequence[tuple[date, Area]]) -> Correction:
    """Return the correction of a bill by the area that its part had on its days, the earliest first.

    Only what is billed by area changes; `measured` is empty where the area was never changed.
    """
    whole = _whole(bill)
    if bill.unit is not FeeUnit.PER_M2_MONTH or not measured:
        return Correction(bill, (whole,))
    spells = area_spells([AreaSpell(*one) for one in measured], from_=bill.from_, to=bill.to)
    return Correction(bill, tuple(replace(whole, from_=first, to=last, quantity=area) for first, last, area in spells))


def cut_by_service(bill: FeeBill, spells: Sequence[ServiceSpell]) -> Correction:
    """Return the correction of a bill by whom its service days are owed to (G-28, P10).

    Only the creditor changes, and the contract with it; days of which no service is known stay as they were billed. Of
    post-termination service nothing is owed for the days on which somebody else has taken over (art. 950).
    """
    whole = _whole(bill)
    if not can_be_cut(bill):
        return Correction(bill, (whole,))
    pieces: list[Piece] = []
    next_day = bill.from_
    for spell in sorted(spells, key=lambda one: one.from_):
        first, last = max(spell.from_, next_day), min(spell.to, bill.to)
        if first > last:
            continue
        if first > next_day:
            pieces.append(replace(whole, from_=next_day, to=first - timedelta(days=1)))
        next_day = last + timedelta(days=1)
        if bill.source is BillSource.POST_TERMINATION and spell.source is BillSource.REGULAR:
            continue
        contract_id = whole.contract_id if spell.creditor == bill.creditor else spell.tariff
        pieces.append(replace(whole, from_=first, to=last, creditor=spell.creditor, contract_id=contract_id))
    if next_day <= bill.to:
        pieces.append(replace(whole, from_=next_day))
    return Correction(bill, _joined(pieces))


def remade(correction: Correction, ids: Sequence[str], *, on: date) -> list[FeeBill]:
    """Return the bills that take the cancelled one's place; a piece that comes to nothing is left out.

    They fall due when it did, are disputed while it is, and asking for payment begins anew.
    """
    bill = correction.bill
    bills = []
    for id_, piece in zip(ids, correction.pieces, strict=True):
        amount = _amount(bill, piece)
        if amount > 0:
            bills.append(
                replace(
                    bill,
                    id=id_,
                    owner_ids=piece.owner_ids,
                    from_=piece.from_,
                    to=piece.to,
                    issued_on=on,
                    quantity=piece.quantity,
                    amount=amount,
                    creditor=piece.creditor,
                    contract_id=piece.contract_id,
                    paid=ZERO_FEN,
                    settlements=(),
                    standing=Standing.DISPUTED if bill.is_disputed else Standing.OPEN,
                    dunning=DunningStep.NONE,
                    cancelled_on=None,
                )
            )
    return bills


def _amount(bill: FeeBill, piece: Piece) -> Fen:
    if not can_be_cut(bill):
        return bill.amount
    return accrued(fee_of_month(bill.unit, bill.rate, piece.quantity), month_slices(piece.from_, piece.to))


def _whole(bill: FeeBill) -> Piece:
    return Piece(bill.from_, bill.to, bill.owner_ids, bill.creditor, bill.contract_id, bill.quantity)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with neighbours that differ in nothing but their days made one."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and replace(before, to=piece.to) == replace(piece, from_=before.from_):
            joined[-1] = replace(before, to=piece.to)
        else:
            joined.append(piece)
    return tuple(joined)
