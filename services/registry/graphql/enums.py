"""The domain's words as enums of the schema; imported before any type or input mentions one of them."""

import strawberry

from policy.vocabulary import CustodyKind, Department, ExitStep
from services.registry.domain.contract import (
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
)
from services.registry.domain.contract_exit import EndCause, ExitGround, ExitTrigger, HandoverGroup, NoticeParty
from services.registry.domain.contract_state import ContractState
from services.registry.domain.contract_terms import FeeInterval, FeeMethod
from services.registry.domain.decision import DecisionMatter, DecisionState
from services.registry.domain.document import SubjectKind, VersionState
from services.registry.domain.document_kinds import DocumentKind
from services.registry.domain.estate import Enclosure, EstateKind, OwnersBody
from services.registry.domain.export import ExportKind, TableFormat, TaskState
from services.registry.domain.fund_use import FundUseState
from services.registry.domain.gate import Site
from services.registry.domain.ledger import RowOutcome
from services.registry.domain.owner import OwnerKind
from services.registry.domain.part import AreaBasis
from services.registry.domain.provider import ProviderKind, ProviderSource
from services.registry.domain.service_item import ContractForm
from services.registry.domain.staff import StaffSource
from services.registry.domain.tender import AgreementGround, TenderMethod

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
    (ExportKind, "The lists that can be had as a file."),
    (TableFormat, "The kinds of files a list is written to."),
    (TaskState, "Where a task stands that writes or reads a file."),
    (SubjectKind, "What a document is about."),
    (VersionState, "Where a version of a document stands."),
    (Department, "A department of the city or district."),
    (SurplusRule, "What happens to what is left of a trust's year."),
    (ProviderSource, "Where a provider comes from."),
    (ContractForm, "Whether the whole service was taken, one service of a menu or several."),
    (Site, "Where a service is done, from the homes outwards."),
    (FeeMethod, "How the fee of a contract is reckoned."),
    (FeeInterval, "How often the fee is collected."),
    (AgreementGround, "Why an early-stage provider may be selected by agreement."),
    (ExitStep, "The steps of a provider's exit, in their order."),
    (ExitGround, "On which footing a notice rests (Civil Code, arts. 946-948)."),
    (ExitTrigger, "What set an exit off."),
    (NoticeParty, "Who gives notice of an exit."),
    (HandoverGroup, "What is handed over at the end (Civil Code, art. 949)."),
    (EndCause, "Why a contract ended."),
    (StaffSource, "Where staff of an estate come from."),
    (CustodyKind, "Whose account holds money in custody."),
    (FundUseState, "How far a use of a maintenance fund has come."),
):
    strawberry.enum(_enum, description=_description)

__all__ = [
    "AgreementGround",
    "AreaBasis",
    "ContractForm",
    "ContractKind",
    "ContractState",
    "CustodyKind",
    "DecisionMatter",
    "DecisionState",
    "Department",
    "DepositStatus",
    "DisclosureInterval",
    "DocumentKind",
    "Enclosure",
    "EndCause",
    "EstateKind",
    "ExitGround",
    "ExitStep",
    "ExitTrigger",
    "ExportKind",
    "FeeInterval",
    "FeeMethod",
    "FundUseState",
    "HandoverGroup",
    "NoticeParty",
    "OwnerKind",
    "OwnersBody",
    "ProviderKind",
    "ProviderSource",
    "RemunerationKind",
    "RowOutcome",
    "Site",
    "StaffSource",
    "SubjectKind",
    "SurplusRule",
    "TableFormat",
    "TaskState",
    "TenderMethod",
    "VersionState",
]
