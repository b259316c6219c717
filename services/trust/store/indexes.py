"""The indexes that trust's queries need."""

from typing import Final

from kit.mongo import Index
from services.trust.store.trust_contracts import TRUST_CONTRACTS

INDEXES: Final[tuple[Index, ...]] = (Index(TRUST_CONTRACTS, (("awaits_policy", 1),)),)
