"""The performance deposit (履约保证金)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from kit.money import Fen
from policy.instruments.base import Contradiction, Declared, Instrument, Narrowing, bounds_contradiction
from policy.kinds import ListOf, Money, OneOf, TableOf
from policy.vocabulary import (
    Approver,
    Beneficiary,
    CongressWithoutAccount,
    ContractKind,
    CustodyKind,
    DepositBasis,
    DepositPer,
    PartYear,
    RateSource,
    YearMode,
)


@dataclass(frozen=True, kw_only=True)
class DepositPolicy(Instrument):
    """The bounds of the deposit per management area and year, both included, its custody and who approves its use."""

    key: ClassVar[str] = "deposit"

    floor_fen: Annotated[Fen, Declared("floor", Money("yuan/area/year"), Narrowing.FLOOR)]
    cap_fen: Annotated[Fen, Declared("cap", Money("yuan/area/year"), Narrowing.CEILING)]
    basis: Annotated[DepositBasis, Declared("basis", OneOf(DepositBasis))]
    per: Annotated[DepositPer, Declared("per", OneOf(DepositPer))]
    rate_source: Annotated[RateSource, Declared("rateSource", OneOf(RateSource))]
    year_mode: Annotated[YearMode, Declared("yearMode", OneOf(YearMode))]
    part_year: Annotated[PartYear, Declared("partYear", OneOf(PartYear))]
    payer: Annotated[Beneficiary, Declared("payer", OneOf(Beneficiary))]
    custody: Annotated[
        Mapping[ContractKind, CustodyKind], Declared("custody", TableOf(ContractKind, OneOf(CustodyKind)))
    ]
    congress_without_account: Annotated[
        CongressWithoutAccount, Declared("congressWithoutAccount", OneOf(CongressWithoutAccount))
    ]
    approvals_with_committee: Annotated[
        tuple[Approver, ...], Declared("approvalsWithCommittee", ListOf(OneOf(Approver), distinct=True))
    ]
    approvals_without_committee: Annotated[
        tuple[Approver, ...], Declared("approvalsWithoutCommittee", ListOf(OneOf(Approver), distinct=True))
    ]

    def custody_for(self, kind: ContractKind | str) -> CustodyKind:
        """Return the account that holds the deposit of a contract of that kind; raises KeyError for another kind."""
        return self.custody[ContractKind(kind)]

    def approvals(self, *, has_committee: bool) -> tuple[Approver, ...]:
        """Return whose approvals a withdrawal needs."""
        return self.approvals_with_committee if has_committee else self.approvals_without_committee

    def contradictions(self) -> Iterator[Contradiction]:
        """Return a floor above the cap, and a contract kind without custody."""
        yield from bounds_contradiction("cap", self.floor_fen, self.cap_fen)
        missing = [kind.value for kind in ContractKind if kind not in self.custody]
        if missing:
            yield Contradiction("custody", f"no custody for {', '.join(missing)}")
