"""The further tables of a ledger: streets and communities, owners, providers, and the contacts of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kit.errors import ValidationFailed
from kit.tables.cells import is_blank, shown
from policy.bodies import GridDepartment
from services.registry.domain import ledger
from services.registry.domain.ledger_cells import (
    RawRow,
    day_or_year_cell,
    require_plain,
    text_cell,
    word_cell,
)
from services.registry.domain.owner import OwnerKind
from services.registry.domain.provider import ProviderKind, ProviderSource

PROVIDER_KINDS: Final[Mapping[str, ProviderKind]] = {
    "物业服务企业": ProviderKind.COMPANY,
    "国有企业": ProviderKind.STATE_OWNED,
    "专业机构": ProviderKind.PROFESSIONAL_BODY,
    "专业人员": ProviderKind.PROFESSIONAL_PERSON,
    "民办非企业单位": ProviderKind.NON_ENTERPRISE_UNIT,
    "社区": ProviderKind.COMMUNITY,
    "单位": ProviderKind.UNIT,
}
PROVIDER_SOURCES: Final[Mapping[str, ProviderSource]] = {
    "新组建": ProviderSource.NEW,
    "改制": ProviderSource.RESTRUCTURED,
    "引进": ProviderSource.INTRODUCED,
}
GRID_DEPARTMENTS: Final[Mapping[str, GridDepartment]] = {
    "公安": GridDepartment.POLICE,
    "消防": GridDepartment.FIRE,
    "城管": GridDepartment.URBAN_MANAGEMENT,
    "生态环境": GridDepartment.ENVIRONMENT,
    "环保": GridDepartment.ENVIRONMENT,
}


@dataclass(frozen=True)
class TerritoryRow:
    """One row of 街道社区: a street, and one of its communities where the row names one."""

    district: str
    street: str
    community: str | None


@dataclass(frozen=True)
class OwnerRow:
    """One row of 产权人."""

    district: str
    code: str
    name: str
    kind: OwnerKind


@dataclass(frozen=True)
class ProviderRow:
    """One row of 物业服务人; the last three are empty where they do not apply."""

    district: str
    name: str
    unified_credit_code: str
    kind: ProviderKind
    source: ProviderSource | None
    source_body: str | None
    registration_number: str | None


@dataclass(frozen=True)
class GridContactRow:
    """One row of 网格联系人."""

    district: str
    street: str
    community: str
    department: GridDepartment
    person: str
    phone: str
    grid_worker: str | None
    from_: date


def read_territory_row(row: RawRow) -> TerritoryRow:
    """Return a row of 街道社区; raises ValidationFailed with the header as its path."""
    require_plain(row)
    return TerritoryRow(
        district=ledger.district_cell(row),
        street=text_cell(row, ledger.STREET),
        community=_optional(row, ledger.COMMUNITY),
    )


def read_owner_row(row: RawRow) -> OwnerRow:
    """Return a row of 产权人; raises ValidationFailed with the header as its path."""
    require_plain(row)
    return OwnerRow(
        district=ledger.district_cell(row),
        code=text_cell(row, ledger.OWNER_CODE),
        name=text_cell(row, ledger.OWNER_NAME),
        kind=word_cell(row, ledger.OWNER_KIND, ledger.OWNER_KINDS),
    )


def read_provider_row(row: RawRow) -> ProviderRow:
    """Return a row of 物业服务人; raises ValidationFailed with the header as its path."""
    require_plain(row)
    has_source = not is_blank(row.value(ledger.PROVIDER_SOURCE))
    return ProviderRow(
        district=ledger.district_cell(row),
        name=text_cell(row, ledger.PROVIDER_NAME),
        unified_credit_code=text_cell(row, ledger.CREDIT_CODE),
        kind=word_cell(row, ledger.PROVIDER_KIND, PROVIDER_KINDS),
        source=word_cell(row, ledger.PROVIDER_SOURCE, PROVIDER_SOURCES) if has_source else None,
        source_body=_optional(row, ledger.SOURCE_BODY),
        registration_number=_optional(row, ledger.REGISTRATION_NUMBER),
    )


def read_grid_contact_row(row: RawRow) -> GridContactRow:
    """Return a row of 网格联系人; raises ValidationFailed with the header as its path."""
    require_plain(row)
    return GridContactRow(
        district=ledger.district_cell(row),
        street=text_cell(row, ledger.STREET),
        community=text_cell(row, ledger.COMMUNITY),
        department=word_cell(row, ledger.GRID_DEPARTMENT, GRID_DEPARTMENTS),
        person=text_cell(row, ledger.GRID_PERSON),
        phone=text_cell(row, ledger.GRID_PHONE),
        grid_worker=_optional(row, ledger.GRID_WORKER),
        from_=day_cell(row, ledger.FROM),
    )


def day_cell(row: RawRow, header: str) -> date:
    """Return a cell's day; raises ValidationFailed for an empty cell, and for a year alone."""
    day, _ = day_or_year_cell(row, header)
    if day is None:
        raise ValidationFailed(f"{header} is a date such as 2026-03-01", path=(header,), value=shown(row.value(header)))
    return day


def _optional(row: RawRow, header: str) -> str | None:
    return None if is_blank(row.value(header)) else text_cell(row, header)
