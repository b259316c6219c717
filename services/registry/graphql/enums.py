"""The domain's words as enums of the schema; imported before any type or input mentions one of them."""

import strawberry

from policy.vocabulary import Department
from services.registry.domain.contract import (
    ContractKind,
    ContractState,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
    TenderMethod,
)
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.document import SubjectKind, VersionState
from services.registry.domain.document_kinds import DocumentKind
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.ledger import RowOutcome
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis
from services.registry.domain.provider import ProviderKind

for _enum, _description in (
    (Enclosure, "Whether the estate is gated."),
    (EstateKind, "The four classes of estates."),
    (OwnersBody, "Which body of its owners an estate has."),
    (AreaBasis, "What an area rests on: the register before a survey before a contract of sale."),
    (OwnerKind, "What an owner is."),
    (ProviderKind, "What kind of provider serves an estate."),
    (ContractKind, "Who concluded a contract, and on which footing."),
    (ContractState, "Where a contract stands."),
    (DecisionMatter, "What owners decide jointly (Civil Code, art. 278)."),
    (DecisionState, "Where a joint decision stands."),
    (RowOutcome, "What became of a row of a ledger."),
    (DepositStatus, "Whether the parties agreed on a performance deposit."),
    (TenderMethod, "How an early-stage provider was selected."),
    (RemunerationKind, "How a trustee is paid."),
    (DisclosureInterval, "How often a trustee publishes the accounts."),
    (DocumentKind, "What a document is."),
    (SubjectKind, "What a document is about."),
    (VersionState, "Where a version of a document stands."),
    (Department, "A department of the city or district."),
    (SurplusRule, "What happens to what is left of a trust's year."),
):
    strawberry.enum(_enum, description=_description)

__all__ = [
    "AreaBasis",
    "ContractKind",
    "ContractState",
    "DecisionMatter",
    "DecisionState",
    "Department",
    "DepositStatus",
    "DisclosureInterval",
    "DocumentKind",
    "Enclosure",
    "EstateKind",
    "OwnerKind",
    "OwnersBody",
    "ProviderKind",
    "RemunerationKind",
    "RowOutcome",
    "SubjectKind",
    "SurplusRule",
    "TenderMethod",
    "VersionState",
]
