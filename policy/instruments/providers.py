"""How owners come to a provider, and who may be in the pool of public-welfare companies."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from policy.instruments.base import Declared, Instrument
from policy.kinds import Flag


@dataclass(frozen=True, kw_only=True)
class SelectionPolicy(Instrument):
    """The selection of a provider by owners (选聘): whether content and fee standard are fixed before the vote."""

    key: ClassVar[str] = "selection"

    plan_first: Annotated[bool, Declared("planFirst", Flag())]


@dataclass(frozen=True, kw_only=True)
class WelfarePoolPolicy(Instrument):
    """The pool of public-welfare companies (公益性物业服务企业库): what an entry needs."""

    key: ClassVar[str] = "welfarePool"

    needs_clean_record: Annotated[bool, Declared("needsCleanRecord", Flag())]
    needs_rank: Annotated[bool, Declared("needsRank", Flag())]
