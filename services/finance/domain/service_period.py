"""Whose service an estate had on which days, and so to whom its fees are owed: by the service period, never by the day
of payment (G-28).

Contracts and modes are facts of the registry, heard in any order. A mode says who is paid; where none was heard, the
kind of the contract does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from policy.vocabulary import CostBearer, ManagementMode
from services.finance.domain.bill import BillSource, Creditor, Payee
from services.finance.domain.contract import ContractKind

_ONE_DAY = timedelta(days=1)
_PAYEE_OF_MODE = {
    ManagementMode.MARKET: Payee.PROVIDER,
    ManagementMode.TAKEOVER_FIRST: Payee.PROVIDER,
    ManagementMode.OWNER_SELF: Payee.OWNERS_PUBLIC_ACCOUNT,
    ManagementMode.UNIT_SELF: Payee.UNIT,
    ManagementMode.TRUST: Payee.TRUST_FUND,
    ManagementMode.COMMUNITY_FALLBACK: Payee.COMMUNITY,
}
_PAID_BY_CONTRACT = frozenset({Payee.PROVIDER, Payee.TRUST_FUND})


@dataclass(frozen=True)
class ContractItem:
    """A service of a contract: its code, its side of the gate, and the provider's cost centre for it."""

    code: str
    inside: bool
    cost_centre: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeeContract:
    """What billing knows of a contract, as far as it was heard.

    `ended_on` is the last day of a contract that was terminated, and the first of its successor where one superseded
    it. `handover_refused` is a contract that ended without an accepted handover: nothing is owed after it (art. 949).
    """

    id: str
    district: str
    estate_id: str
    street_id: str = ""
    community_id: str = ""
    provider_id: str = ""
    kind: ContractKind = ContractKind.CONGRESS
    decision_id: str | None = None
    items: tuple[ContractItem, ...] = ()
    started_on: date | None = None
    ended_on: date | None = None
    handover_refused: bool = False

    def serves_on(self, day: date) -> bool:
        """Return whether service under the contract runs on that day."""
        return (
            self.started_on is not None and self.started_on <= day and (self.ended_on is None or day <= self.ended_on)
        )

    @property
    def creditor(self) -> Creditor:
        """Whom its fees are owed to where no mode says otherwise."""
        if self.kind is ContractKind.TRUST:
            return Creditor(Payee.TRUST_FUND, self.id)
        return Creditor(Payee.PROVIDER, self.provider_id)


@dataclass(frozen=True)
class EstateMode:
    """How an estate is managed from a day on, None by nobody; items and cost bearer are those of a basic service."""

    effective_on: date
    mode: ManagementMode | None
    contract_id: str | None = None
    items: tuple[str, ...] = ()
    cost_bearer: CostBearer | None = None


@dataclass(frozen=True)
class EstateService:
    """Everything that says who serves an estate when."""

    estate_id: str
    community_id: str
    contracts: tuple[FeeContract, ...] = ()
    modes: Mapping[date, EstateMode] = field(default_factory=dict)

    @property
    def creditors(self) -> tuple[Creditor, ...]:
        """Everybody to whom fees of the estate may ever have been owed, by what was heard up to now."""
        found = [contract.creditor for contract in self.contracts]
        found += [Creditor(Payee.TRUST_FUND, contract.id) for contract in self.contracts]
        found += [Creditor(payee, self.estate_id) for payee in (Payee.OWNERS_PUBLIC_ACCOUNT, Payee.UNIT)]
        return tuple(dict.fromkeys((*found, Creditor(Payee.COMMUNITY, self.community_id))))

    def mode_on(self, day: date) -> EstateMode | None:
        """Return the mode on that day; None before the first that was heard."""
        begun = [since for since in self.modes if since <= day]
        return self.modes[max(begun)] if begun else None

    def with_mode(self, mode: EstateMode) -> "EstateService":
        """Return the estate with this mode from its day on, until the next."""
        return replace(self, modes={**self.modes, mode.effective_on: mode})


@dataclass(frozen=True)
class ServiceSpell:
    """Days, both ends included, of one service: to whom its fees are owed, under which contract and mode."""

    from_: date
    to: date
    creditor: Creditor
    contract: FeeContract | None
    mode: EstateMode | None
    source: BillSource = BillSource.REGULAR

    @property
    def tariff(self) -> str | None:
        """The contract whose rates hold; None where the estate's own do, as when the owners manage themselves."""
        return None if self.contract is None else self.contract.id


def service_spells(service: EstateService, *, from_: date, to: date) -> tuple[ServiceSpell, ...]:
    """Return the services of an estate from `from_` to `to`, both included; days without any service are left out."""
    spells: list[ServiceSpell] = []
    for first, last in _stretches(service, from_=from_, to=to):
        spell = _spell(service, first, last)
        if spell is not None:
            spells.append(spell)
    return _joined(spells)


def _stretches(service: EstateService, *, from_: date, to: date) -> list[tuple[date, date]]:
    """Return the days cut wherever a contract or a mode begins or ends."""
    days = set(service.modes)
    for contract in service.contracts:
        if contract.started_on is not None:
            days.add(contract.started_on)
        if contract.ended_on is not None:
            days.update((contract.ended_on, contract.ended_on + _ONE_DAY))
    cuts = [from_, *sorted(day for day in days if from_ < day <= to), to + _ONE_DAY]
    return [(first, after - _ONE_DAY) for first, after in pairwise(cuts)]


def _spell(service: EstateService, first: date, last: date) -> ServiceSpell | None:
    mode = service.mode_on(first)
    contract = _latest(one for one in service.contracts if one.serves_on(first))
    source = BillSource.REGULAR
    payee = None if mode is None or mode.mode is None else _PAYEE_OF_MODE[mode.mode]
    if contract is None and payee in (None, *_PAID_BY_CONTRACT):
        # Until somebody takes over, the old provider goes on and may charge for it (art. 950).
        contract = _latest(one for one in service.contracts if one.ended_on is not None and one.ended_on < first)
        source = BillSource.POST_TERMINATION
        if contract is None or contract.handover_refused:
            return None
    if payee is None or payee is Payee.PROVIDER:
        assert contract is not None
        return ServiceSpell(first, last, contract.creditor, contract, mode, source)
    if payee is Payee.TRUST_FUND:
        assert contract is not None
        return ServiceSpell(first, last, Creditor(payee, contract.id), contract, mode, source)
    holder = service.community_id if payee is Payee.COMMUNITY else service.estate_id
    return ServiceSpell(first, last, Creditor(payee, holder), None, mode)


def _latest(contracts: Iterable[FeeContract]) -> FeeContract | None:
    """Return the contract that began last: on the day of a hand-over the new one serves."""
    started = [one for one in contracts if one.started_on is not None]
    return max(started, key=lambda one: (one.started_on or date.min, one.id), default=None)


def _joined(spells: Sequence[ServiceSpell]) -> tuple[ServiceSpell, ...]:
    """Return the spells with neighbours of the same service made one."""
    joined: list[ServiceSpell] = []
    for spell in spells:
        before = joined[-1] if joined else None
        if before is not None and replace(before, to=spell.to) == replace(spell, from_=before.from_):
            joined[-1] = replace(before, to=spell.to)
        else:
            joined.append(spell)
    return tuple(joined)
