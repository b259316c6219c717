"""Every list that the schema shows can be had as a file, in words that can be imported again."""

from enum import Enum
from pathlib import Path
from typing import Final

import pytest
from graphql import GraphQLList, GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, get_nullable_type

from services.registry.domain import ledger, ledger_masters, ledger_places
from services.registry.domain.export import ExportKind
from services.registry.graphql.labels import LABELS

K = ExportKind

EXPORTED: Final[dict[str, ExportKind]] = {
    "Query.estates": K.ESTATES,
    "Query.providers": K.PROVIDERS,
    "Query.owners": K.OWNERS,
    "Query.documents": K.DOCUMENTS,
    "Query.endingContracts": K.ENDING_CONTRACTS,
    "Query.estateCorrections": K.CORRECTIONS,
    "Query.overdueReviews": K.OVERDUE_REVIEWS,
    "Query.estateLedger": K.ESTATE_LEDGER,
    "Query.estateCoverage": K.ESTATE_COVERAGE,
    "Query.dutyMatrix": K.DUTY_MATRIX,
    "Query.policiesInForce": K.POLICIES,
    "Query.workOrder": K.ESTATE_TRAITS,
    "District.streets": K.TERRITORY,
    "District.bodies": K.BODIES,
    "District.policies": K.POLICIES,
    "Street.communities": K.TERRITORY,
    "Street.serviceAreas": K.SERVICE_AREAS,
    "Street.bodies": K.BODIES,
    "Street.duties": K.DUTY_MATRIX,
    "Street.workPlans": K.WORK_PLANS,
    "Street.estates": K.ESTATES,
    "Community.estates": K.ESTATES,
    "Community.propertyRooms": K.PROPERTY_ROOMS,
    "Community.gridContacts": K.GRID_CONTACTS,
    "Community.donations": K.DONATIONS,
    "Estate.memberships": K.MEMBERSHIPS,
    "Estate.gridContacts": K.GRID_CONTACTS,
    "Estate.facilities": K.FACILITIES,
    "Estate.baseSurveys": K.BASE_SURVEYS,
    "Estate.partyCoverage": K.PARTY_COVERAGES,
    "Estate.backboneResidents": K.BACKBONE_RESIDENTS,
    "Estate.baseLedger": K.BASE_LEDGER,
    "Estate.unmanagedRows": K.UNMANAGED_ESTATES,
    "Estate.abandonments": K.ABANDONMENTS,
    "Estate.buildings": K.BUILDINGS,
    "Estate.modeHistory": K.MODES,
    "Estate.reversedModes": K.REVERSED_MODES,
    "Estate.consultations": K.CONSULTATIONS,
    "Estate.contracts": K.CONTRACTS,
    "Estate.selections": K.SELECTIONS,
    "Estate.staff": K.STAFF,
    "Estate.decisions": K.DECISIONS,
    "Estate.fundUses": K.FUND_USES,
    "Building.parts": K.PARTS,
    "ExclusivePart.ownerships": K.OWNERSHIPS,
    "ExclusivePart.feeDebtors": K.OWNERSHIPS,
    "Owner.parts": K.PARTS,
    "Provider.activeContracts": K.CONTRACTS,
    "Bundle.estates": K.BUNDLES,
    "Bundle.contracts": K.BUNDLES,
    "ServiceArea.estates": K.SERVICE_AREAS,
    "GoverningBody.posts": K.BODIES,
    "BodyPost.holders": K.BODIES,
    "ServiceContract.items": K.SERVICE_ITEMS,
}
"""The list as a file that each list of the schema is a part of."""

OF_NO_LIST: Final = {
    "Query.exportTasks": "the caller's own files",
    "Query.importTasks": "the caller's own files",
    "Query.registryEnumLabels": "a dictionary for frontends",
    "Estate.fundCustodies": "one for each fund of the estate; the register of accounts is finance's",
}

HOLDERS: Final = sorted({name.partition(".")[0] for name in EXPORTED})


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The registry's schema as it is printed."""
    return build_schema(Path("services/registry/graphql/schema.graphql").read_text(encoding="utf-8"), assume_valid=True)


def lists_of(schema: GraphQLSchema, holder: str) -> set[str]:
    """Return the fields of a type that are lists or pages of things with fields."""
    found = schema.get_type(holder)
    assert isinstance(found, GraphQLObjectType)
    named = {
        f"{holder}.{name}"
        for name, field in found.fields.items()
        if isinstance(get_named_type(field.type), GraphQLObjectType)
        and (isinstance(get_nullable_type(field.type), GraphQLList) or str(field.type).endswith("Connection!"))
    }
    return named - OF_NO_LIST.keys()


@pytest.mark.parametrize("holder", [name for name in HOLDERS if name != "ServiceContract"])
def test_every_list_of_the_schema_is_an_export(schema: GraphQLSchema, holder: str) -> None:
    assert lists_of(schema, holder) == {name for name in EXPORTED if name.startswith(f"{holder}.")}


def test_every_export_but_those_of_single_facts_is_a_list_of_the_schema() -> None:
    # The pool is a fact of each provider.
    assert set(ExportKind) - set(EXPORTED.values()) == {K.WELFARE_POOL}


@pytest.mark.parametrize(
    "words",
    [
        ledger.ENCLOSURES,
        ledger.ESTATE_KINDS,
        ledger.AREA_BASES,
        ledger.OWNER_KINDS,
        ledger_masters.PROVIDER_KINDS,
        ledger_masters.PROVIDER_SOURCES,
        ledger_masters.GRID_DEPARTMENTS,
        ledger_places.FACILITY_KINDS,
        ledger_places.SITES,
        ledger_places.ROOM_SOURCES,
    ],
)
def test_an_exported_word_is_one_that_an_import_takes(words: dict[str, Enum]) -> None:
    assert {LABELS.of(value): value for value in words.values()}.items() <= words.items()
