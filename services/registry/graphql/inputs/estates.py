"""What the mutations of `mutations.estates` are given."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from kit.ratio import Ratio
from services.registry.domain.estate import EstateFacts
from services.registry.graphql.enums import (
    AreaBasis,
    Enclosure,
    EstateKind,
    OwnerKind,
)
from services.registry.graphql.mode_enums import ManagementMode
from services.registry.use_cases.import_estates import ImportEstates
from services.registry.use_cases.register_estate import ChangeEstate, RegisterEstate
from services.registry.use_cases.register_part import (
    NamedShare,
    NewOwner,
    RegisterBuilding,
    RegisterOwnership,
    RegisterPart,
)


@strawberry.input(description="Register an estate in exactly one street and one community.")
class RegisterEstateInput(MutationInput):
    """An estate."""

    code: str = strawberry.field(description="The district's own code, unique in the city, at most 64 characters.")
    name: str = strawberry.field(description="Its name, at most 100 characters.")
    street_id: strawberry.ID = strawberry.field(description="The one street that is responsible.")
    community_id: strawberry.ID = strawberry.field(description="The one community, of that street.")
    enclosure: Enclosure = strawberry.field(description="Whether it is gated.")
    kind: EstateKind = strawberry.field(description="Its class.")
    built_on: date | None = strawberry.field(default=None, description="The day of completion, from 1900 to today.")
    built_year: int | None = strawberry.field(default=None, description="The year, where only that is known.")
    approved_gross_area: Area | None = strawberry.field(
        default=None, description="Planned and approved total floor area, underground included, in m2, above 0."
    )
    managed_area: Area = strawberry.field(description="The area under management, in m2, above 0.")
    household_count: int = strawberry.field(description="Households, from 0 to 1,000,000.")

    def command(self) -> RegisterEstate:
        """Return the use case's command."""
        return RegisterEstate(
            code=self.code,
            street_id=self.street_id,
            community_id=self.community_id,
            facts=EstateFacts(
                name=self.name,
                enclosure=self.enclosure,
                kind=self.kind,
                built_on=self.built_on,
                built_year=self.built_year,
                approved_gross_area=self.approved_gross_area,
                managed_area=self.managed_area,
                household_count=self.household_count,
            ),
        )


@strawberry.input(description="Change facts of an estate from a day on; what is left out stays as it is.")
class ChangeEstateInput(MutationInput):
    """What is to change."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    effective_on: date = strawberry.field(description="The day from which the change holds; not in the future.")
    name: str | None = strawberry.field(default=None, description="Its name.")
    enclosure: Enclosure | None = strawberry.field(default=None, description="Whether it is gated.")
    kind: EstateKind | None = strawberry.field(default=None, description="Its class.")
    built_on: date | None = strawberry.field(default=None, description="The day of completion.")
    built_year: int | None = strawberry.field(default=None, description="The year of completion.")
    approved_gross_area: Area | None = strawberry.field(
        default=None, description="Planned and approved total floor area, underground included, in m2, above 0."
    )
    managed_area: Area | None = strawberry.field(default=None, description="The area under management, in m2.")
    household_count: int | None = strawberry.field(default=None, description="Households.")

    def command(self) -> ChangeEstate:
        """Return the use case's command."""
        return ChangeEstate(
            estate_id=self.estate_id,
            effective_on=self.effective_on,
            name=self.name,
            enclosure=self.enclosure,
            kind=self.kind,
            built_on=self.built_on,
            built_year=self.built_year,
            approved_gross_area=self.approved_gross_area,
            managed_area=self.managed_area,
            household_count=self.household_count,
        )


@strawberry.input(description="Import an estate ledger: a workbook (.xlsx) or a CSV file of one table.")
class ImportEstatesInput(MutationInput):
    """A ledger file."""

    content_base64: str = strawberry.field(
        description="The file in base64; at most 2 MiB and 2,000 rows. The command imports larger ones."
    )
    register_territory: bool = strawberry.field(
        default=False, description="Whether streets and communities that are unknown are registered as well."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Report what every row would become, and write nothing."
    )

    def command(self) -> ImportEstates:
        """Return the use case's command."""
        return ImportEstates(content_base64=self.content_base64, register_territory=self.register_territory)


@strawberry.input(description="Register a building of an estate.")
class RegisterBuildingInput(MutationInput):
    """A building."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    label: str = strawberry.field(description='Its label, unique within the estate, e.g. "1号楼".')
    has_lift: bool = strawberry.field(description="Whether it has a lift.")
    gross_area: Area = strawberry.field(description="Its floor area in m2, above 0.")

    def command(self) -> RegisterBuilding:
        """Return the use case's command."""
        return RegisterBuilding(
            estate_id=self.estate_id, label=self.label, has_lift=self.has_lift, gross_area=self.gross_area
        )


@strawberry.input(description="Register an exclusive part of a building.")
class RegisterPartInput(MutationInput):
    """An exclusive part."""

    building_id: strawberry.ID = strawberry.field(description="The building.")
    door_number: str = strawberry.field(description='Its door, unique within the building, e.g. "1单元101室".')
    area: Area = strawberry.field(description="Its floor area in m2, above 0.")
    area_basis: AreaBasis = strawberry.field(description="What the area rests on.")

    def command(self) -> RegisterPart:
        """Return the use case's command."""
        return RegisterPart(
            building_id=self.building_id, door_number=self.door_number, area=self.area, area_basis=self.area_basis
        )


@strawberry.input(description="An owner who may not be registered yet.")
class NewOwnerInput:
    """An owner by the district's number."""

    code: str = strawberry.field(description="The district's number for the owner, unique within the district.")
    name: str = strawberry.field(description="The owner's name.")
    kind: OwnerKind = strawberry.field(description="What the owner is.")


@strawberry.input(description="One owner's share; the owner by id, or by number, name and kind.")
class OwnerShareInput:
    """A share of an owner."""

    owner_id: strawberry.ID | None = strawberry.field(default=None, description="A registered owner.")
    new_owner: NewOwnerInput | None = strawberry.field(default=None, description="An owner who may be new.")
    share: Ratio = strawberry.field(description='The share, e.g. "0.5000"; the shares make exactly 1.')


def named_shares(owners: list[OwnerShareInput]) -> tuple[NamedShare, ...]:
    """Return the shares as the use cases take them."""
    return tuple(
        NamedShare(
            owner_id=named.owner_id,
            new_owner=None
            if named.new_owner is None
            else NewOwner(code=named.new_owner.code, name=named.new_owner.name, kind=named.new_owner.kind),
            share=named.share,
        )
        for named in owners
    )


@strawberry.input(description="Register the first owners of a part.")
class RegisterOwnershipInput(MutationInput):
    """The first owners of a part."""

    part_id: strawberry.ID = strawberry.field(description="The exclusive part; it has no owners yet.")
    effective_on: date = strawberry.field(description="The day from which they own it; not in the future.")
    document_id: str | None = strawberry.field(default=None, description="The document behind it.")
    owners: list[OwnerShareInput] = strawberry.field(description="The owners, 1 to 200.")

    def command(self) -> RegisterOwnership:
        """Return the use case's command."""
        return RegisterOwnership(
            part_id=self.part_id,
            effective_on=self.effective_on,
            document_id=self.document_id,
            owners=named_shares(self.owners),
        )


@strawberry.input(description="Which estates to show; what is left out does not narrow.")
class EstateFilter:
    """Which estates to show."""

    district: DistrictCode | None = strawberry.field(default=None, description="Of this district.")
    street_id: strawberry.ID | None = strawberry.field(default=None, description="Of this street.")
    community_id: strawberry.ID | None = strawberry.field(default=None, description="Of this community.")
    mode: list[ManagementMode] | None = strawberry.field(default=None, description="In one of these modes today.")
    old_only: bool | None = strawberry.field(
        default=None, description="Whether only those that are old by their district's document in force today."
    )
    enclosure: Enclosure | None = strawberry.field(default=None, description="Gated or open.")
    kind: EstateKind | None = strawberry.field(default=None, description="Of this class.")
    search: str | None = strawberry.field(
        default=None,
        description="The beginning of a name (with a Chinese character), of its pinyin initials (letters alone), or of "
        "a code (with a digit); 1 to 50 characters.",
    )
