"""The ledgers that streets keep of old estates: base ledger, estates without management, and work plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.caller import Scope
from kit.days import day_of, text_of
from kit.mongo import Reader, UnitOfWork, scoped
from kit.ratio import Ratio
from services.registry.domain.base_ledger import (
    BaseLedgerRow,
    PlanKnown,
    RowOutOfOrder,
    RunningState,
    UnmanagedRow,
    WorkPlan,
)
from services.registry.domain.estate import EstateKind, OwnersBody
from services.registry.domain.territory import Place
from services.registry.store.duplicates import refused_when_taken
from services.registry.store.estate_rows import RowOfEstate, add_row, day_of_row, find_rows

BASE_LEDGER = "base_ledger_rows"
UNMANAGED = "unmanaged_estate_rows"
WORK_PLANS = "work_plans"


@dataclass(frozen=True, kw_only=True)
class WorkPlanRecord:
    """A work plan of a street, or of one of its communities, as it is stored."""

    id: str
    district: str
    street_id: str
    community_id: str | None
    plan: WorkPlan
    policy_version_id: str

    @property
    def areas(self) -> list[str]:
        """The grants that see the plan: those of its street, and of its community where it has one."""
        areas = [f"district:{self.district}", f"street:{self.street_id}"]
        return areas if self.community_id is None else [*areas, f"community:{self.community_id}"]


async def add_base_ledger_row(work: UnitOfWork, estate_id: str, place: Place, row: BaseLedgerRow) -> str:
    """Save a row of the base ledger and return its id; raises RowOutOfOrder when there is one of the same day."""
    return await add_row(
        work,
        BASE_LEDGER,
        prefix="blr",
        estate_id=estate_id,
        place=place,
        on=row.as_of,
        content={
            "owners_body": row.owners_body.value,
            "mode_label": row.mode_label,
            "running_state": row.running_state.value,
            "collection_rate": row.collection_rate,
            "problems": row.problems,
        },
        taken=RowOutOfOrder("the ledger has a row of this day", path=("input", "asOf")),
    )


async def find_base_ledger_rows(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[RowOfEstate[BaseLedgerRow]]:
    """Return all rows of the estates that the scope covers, the latest first."""
    documents = await find_rows(reader, BASE_LEDGER, estate_ids, scope=scope)
    return [RowOfEstate(document["_id"], document["estate_id"], _base_row(document)) for document in documents]


async def add_unmanaged_row(work: UnitOfWork, estate_id: str, place: Place, row: UnmanagedRow) -> str:
    """Save a row of the ledger of unmanaged estates and return its id; raises RowOutOfOrder for the same day."""
    return await add_row(
        work,
        UNMANAGED,
        prefix="unr",
        estate_id=estate_id,
        place=place,
        on=row.surveyed_on,
        content={
            "estate_class": row.estate_class.value,
            "household_count": row.household_count,
            "problem": row.problem,
            "late": row.late,
        },
        taken=RowOutOfOrder("the ledger has a row of this day", path=("input", "surveyedOn")),
    )


async def find_unmanaged_rows(
    reader: Reader, estate_ids: Sequence[str], *, scope: Scope
) -> list[RowOfEstate[UnmanagedRow]]:
    """Return all rows of the estates that the scope covers, the latest first."""
    documents = await find_rows(reader, UNMANAGED, estate_ids, scope=scope)
    return [RowOfEstate(document["_id"], document["estate_id"], _unmanaged_row(document)) for document in documents]


async def add_work_plan(work: UnitOfWork, record: WorkPlanRecord) -> None:
    """Save a work plan; raises PlanKnown when the area has one of this class that begins on the same day."""
    plan = record.plan
    taken = PlanKnown("the area has a plan of this class from this day", path=("input", "estateClass"))
    with refused_when_taken(taken):
        await work.collection(WORK_PLANS).insert_one(
            {
                "_id": record.id,
                "district": record.district,
                "street_id": record.street_id,
                "community_id": record.community_id,
                "estate_class": plan.estate_class,
                "mode_label": plan.mode_label,
                "starts_on": text_of(plan.starts_on),
                "finishes_on": text_of(plan.finishes_on),
                "measures": plan.measures,
                "policy_version_id": record.policy_version_id,
                "areas": record.areas,
            },
            session=work.session,
        )


async def find_work_plans(reader: Reader, street_ids: Sequence[str], *, scope: Scope) -> list[WorkPlanRecord]:
    """Return the plans of the streets and their communities that the scope covers, by first day; some tens each."""
    query = scoped(scope, {"street_id": {"$in": list(street_ids)}})
    cursor = reader.collection(WORK_PLANS).find(query, session=reader.session)
    return sorted([_plan(document) async for document in cursor], key=lambda record: (record.plan.starts_on, record.id))


def _base_row(document: Mapping[str, Any]) -> BaseLedgerRow:
    rate = document["collection_rate"]
    return BaseLedgerRow(
        as_of=day_of_row(document),
        owners_body=OwnersBody(document["owners_body"]),
        mode_label=document["mode_label"],
        running_state=RunningState(document["running_state"]),
        collection_rate=None if rate is None else Ratio(rate),
        problems=document["problems"],
    )


def _unmanaged_row(document: Mapping[str, Any]) -> UnmanagedRow:
    return UnmanagedRow(
        surveyed_on=day_of_row(document),
        estate_class=EstateKind(document["estate_class"]),
        household_count=document["household_count"],
        problem=document["problem"],
        late=document["late"],
    )


def _plan(document: Mapping[str, Any]) -> WorkPlanRecord:
    starts_on, finishes_on = day_of(document["starts_on"]), day_of(document["finishes_on"])
    assert starts_on is not None and finishes_on is not None
    return WorkPlanRecord(
        id=document["_id"],
        district=document["district"],
        street_id=document["street_id"],
        community_id=document["community_id"],
        plan=WorkPlan(
            estate_class=document["estate_class"],
            mode_label=document["mode_label"],
            starts_on=starts_on,
            finishes_on=finishes_on,
            measures=document["measures"],
        ),
        policy_version_id=document["policy_version_id"],
    )
