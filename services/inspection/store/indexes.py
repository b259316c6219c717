"""The indexes that inspection's queries need."""

from typing import Final

from kit.mongo import Index
from services.inspection.store.credit_records import CREDIT_RECORDS

INDEXES: Final[tuple[Index, ...]] = (
    Index(CREDIT_RECORDS, (("provider_id", 1),)),
    Index(CREDIT_RECORDS, (("district", 1), ("is_listed", 1))),
    Index(CREDIT_RECORDS, (("entries.id", 1),)),
)
