"""The words of surveys and ledgers as enums of the schema; imported before any type or input mentions one of them."""

import strawberry

from services.registry.domain.base_ledger import RunningState
from services.registry.domain.base_survey import Condition, Priority, SurveyBlock, Weakness
from services.registry.domain.party_coverage import CoverageForm, SecretaryGround, ServesAs, Standing

for _enum, _description in (
    (RunningState, "How the management of an estate runs."),
    (Condition, "How good a facility is."),
    (Priority, "In which order estates are taken on: pilots first, then what is easy."),
    (SurveyBlock, "The three blocks of a base survey."),
    (Weakness, "The known weaknesses of an estate's management."),
    (CoverageForm, "How the party organisation covers an estate."),
    (SecretaryGround, "Why the county sends an estate a first secretary."),
    (ServesAs, "What able residents serve as."),
    (Standing, "What a resident is who is encouraged to serve."),
):
    strawberry.enum(_enum, description=_description)

__all__ = [
    "Condition",
    "CoverageForm",
    "Priority",
    "RunningState",
    "SecretaryGround",
    "ServesAs",
    "Standing",
    "SurveyBlock",
    "Weakness",
]
