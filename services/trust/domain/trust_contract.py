"""A contract with trust clauses as trust heard of it, whether or not its district's document is in force yet."""

from dataclasses import dataclass
from datetime import date

from services.trust.domain.trust_terms import StatedTerms, TrustTerms


@dataclass(frozen=True)
class TrustContract:
    """A signed contract with trust clauses; `terms` is None while its district's document is not in force yet."""

    id: str
    district: str
    estate_id: str
    street_id: str
    community_id: str
    signed_on: date
    stated: StatedTerms
    terms: TrustTerms | None = None
