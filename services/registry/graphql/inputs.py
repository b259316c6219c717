"""What the registry's mutations take: one input each, turned into the use case's command."""

from datetime import date

import strawberry

from kit.area import Area
from kit.graphql.payloads import MutationInput
from kit.graphql.scalars import DistrictCode
from kit.money import Fen
from kit.ratio import Ratio
from services.registry.domain.contract import DepositTerms, DraftItem, Tender, TrustTerms
from services.registry.domain.decision import Count, Roll
from services.registry.domain.estate import EstateFacts
from services.registry.graphql.enums import (
    AreaBasis,
    ContractKind,
    DecisionMatter,
    DepositStatus,
    DisclosureInterval,
    Enclosure,
    EstateKind,
    OwnerKind,
    ProviderKind,
    RemunerationKind,
    SurplusRule,
    TenderMethod,
)
from services.registry.use_cases.decide_jointly import ImportExternalResult, OpenDecision
from services.registry.use_cases.form_congress import FormCongress, OpenOwnersAccount
from services.registry.use_cases.import_estates import ImportEstates
from services.registry.use_cases.publish_policy import PublishPolicy
from services.registry.use_cases.record_credit_lookup import RecordCreditLookup
from services.registry.use_cases.register_estate import ChangeEstate, RegisterEstate
from services.registry.use_cases.register_part import (
    NamedShare,
    NewOwner,
    RegisterBuilding,
    RegisterOwnership,
    RegisterPart,
)
from services.registry.use_cases.register_provider import FileProvider, RegisterProvider
from services.registry.use_cases.register_territory import RegisterCommunity, RegisterStreet
from services.registry.use_cases.sign_contract import SignContract, StartService


@strawberry.input(description="Put a mounted version of a policy in force.")
class PublishPolicyInput(MutationInput):
    """The version to put in force."""

    district: DistrictCode = strawberry.field(description="The area whose document it is.")
    version: int = strawberry.field(description="The version's number, from 1.")
    effective_from: date | None = strawberry.field(
        default=None, description="The first day; needed where the document itself bears no date."
    )

    def command(self) -> PublishPolicy:
        """Return the use case's command."""
        return PublishPolicy(district=self.district, version=self.version, effective_from=self.effective_from)


@strawberry.input(description="Register a town, street or management office of a district.")
class RegisterStreetInput(MutationInput):
    """A street."""

    district: DistrictCode = strawberry.field(description="A district with a mounted policy.")
    name: str = strawberry.field(description='Its name, unique within the district, e.g. "解放街道".')

    def command(self) -> RegisterStreet:
        """Return the use case's command."""
        return RegisterStreet(district=self.district, name=self.name)


@strawberry.input(description="Register a community of a street.")
class RegisterCommunityInput(MutationInput):
    """A community."""

    street_id: strawberry.ID = strawberry.field(description="The street.")
    name: str = strawberry.field(description='Its name, unique within the street, e.g. "金桂社区".')

    def command(self) -> RegisterCommunity:
        """Return the use case's command."""
        return RegisterCommunity(street_id=self.street_id, name=self.name)


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
            owners=tuple(
                NamedShare(
                    owner_id=named.owner_id,
                    new_owner=None
                    if named.new_owner is None
                    else NewOwner(code=named.new_owner.code, name=named.new_owner.name, kind=named.new_owner.kind),
                    share=named.share,
                )
                for named in self.owners
            ),
        )


@strawberry.input(description="Register a provider.")
class RegisterProviderInput(MutationInput):
    """A provider."""

    district: DistrictCode = strawberry.field(description="The district that registers it.")
    name: str = strawberry.field(description="Its registered name.")
    unified_credit_code: str = strawberry.field(
        description='18 characters with the check character of GB 32100-2015, e.g. "91360702MA35TEST0X".'
    )
    kind: ProviderKind = strawberry.field(description="What kind of provider it is.")

    def command(self) -> RegisterProvider:
        """Return the use case's command."""
        return RegisterProvider(
            district=self.district, name=self.name, unified_credit_code=self.unified_credit_code, kind=self.kind
        )


@strawberry.input(description="Record that the authority filed a provider.")
class FileProviderInput(MutationInput):
    """The filing of a provider."""

    provider_id: strawberry.ID = strawberry.field(description="The provider; it is not filed yet.")
    filed_on: date = strawberry.field(description="The day of the filing; not in the future.")
    filing_reference: str = strawberry.field(description="The authority's reference of it.")

    def command(self) -> FileProvider:
        """Return the use case's command."""
        return FileProvider(provider_id=self.provider_id, filed_on=self.filed_on, reference=self.filing_reference)


@strawberry.input(description="Record that an estate's owners formed their congress.")
class FormCongressInput(MutationInput):
    """A congress."""

    estate_id: strawberry.ID = strawberry.field(description="The estate; it has no congress yet.")
    formed_on: date = strawberry.field(description="The day it was formed; not in the future.")
    filed_on: date | None = strawberry.field(
        default=None, description="The day it was filed; not before it was formed."
    )
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The joint decision it was formed by, where one is registered."
    )

    def command(self) -> FormCongress:
        """Return the use case's command."""
        return FormCongress(
            estate_id=self.estate_id,
            formed_on=self.formed_on,
            filed_on=self.filed_on,
            decision_id=self.decision_id,
        )


@strawberry.input(description="Record that a congress opened its public account.")
class OpenOwnersAccountInput(MutationInput):
    """A public account."""

    congress_id: strawberry.ID = strawberry.field(description="The congress; it has no account yet.")
    account_reference: str = strawberry.field(description="The bank's reference of the account, never its number.")
    opened_on: date = strawberry.field(description="The day it was opened; not before the congress was formed.")

    def command(self) -> OpenOwnersAccount:
        """Return the use case's command."""
        return OpenOwnersAccount(
            congress_id=self.congress_id, account_reference=self.account_reference, opened_on=self.opened_on
        )


@strawberry.input(description="Open a joint decision of owners; its roll is fixed from the registered parts.")
class OpenDecisionInput(MutationInput):
    """A joint decision."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    matter: DecisionMatter = strawberry.field(description="What is decided.")
    scope_building_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The buildings whose owners decide; none for the whole estate."
    )
    subject_ref: str | None = strawberry.field(
        default=None, description="What it is about, e.g. the id of the candidate provider."
    )
    notice_on: date = strawberry.field(description="The day the owners were told; not in the future.")
    voting_from: date = strawberry.field(description="The first day of the vote, at least 15 days after the notice.")
    voting_to: date = strawberry.field(description="The last day of the vote.")

    def command(self) -> OpenDecision:
        """Return the use case's command."""
        return OpenDecision(
            estate_id=self.estate_id,
            matter=self.matter,
            scope_building_ids=tuple(self.scope_building_ids),
            subject_ref=self.subject_ref,
            notice_on=self.notice_on,
            voting_from=self.voting_from,
            voting_to=self.voting_to,
        )


@strawberry.input(description="Close a joint decision with the roll and counts of an external voting system.")
class ImportExternalResultInput(MutationInput):
    """The result of an external vote."""

    decision_id: strawberry.ID = strawberry.field(description="The decision; it is not closed yet.")
    external_system_ref: str = strawberry.field(description="The voting system's reference of the result.")
    closed_on: date = strawberry.field(description="The day it was closed; not before the last day of the vote.")
    total_area: Area = strawberry.field(description="The area on the roll, in m2.")
    total_persons: int = strawberry.field(description="The persons on the roll.")
    participating_area: Area = strawberry.field(description="The area that took part, in m2.")
    participating_persons: int = strawberry.field(description="The persons who took part.")
    agree_area: Area = strawberry.field(description="The area that agreed, in m2.")
    agree_persons: int = strawberry.field(description="The persons who agreed.")

    def command(self) -> ImportExternalResult:
        """Return the use case's command."""
        return ImportExternalResult(
            decision_id=self.decision_id,
            external_system_ref=self.external_system_ref,
            closed_on=self.closed_on,
            roll=Roll(total_area=self.total_area, total_persons=self.total_persons),
            count=Count(
                participating_area=self.participating_area,
                participating_persons=self.participating_persons,
                agree_area=self.agree_area,
                agree_persons=self.agree_persons,
            ),
        )


@strawberry.input(description="Look up a candidate's filing and credit for an estate, and keep what was shown.")
class RecordCreditLookupInput(MutationInput):
    """A look-up."""

    provider_id: strawberry.ID = strawberry.field(description="The candidate.")
    estate_id: strawberry.ID = strawberry.field(description="The estate that selects.")

    def command(self) -> RecordCreditLookup:
        """Return the use case's command."""
        return RecordCreditLookup(provider_id=self.provider_id, estate_id=self.estate_id)


@strawberry.input(description="One service: what is done, to which standard, at which price; all three are required.")
class ServiceItemInput:
    """One service of a contract."""

    code: str = strawberry.field(description='The service\'s code, e.g. "CLEANING".')
    inside: bool = strawberry.field(default=True, description="Whether it is done inside the gate.")
    menu: str | None = strawberry.field(default=None, description="The menu it was chosen from.")
    description: str | None = strawberry.field(default=None, description="What is done; required.")
    standard: str | None = strawberry.field(default=None, description="To which standard; required.")
    price: Fen | None = strawberry.field(default=None, description="At which price, in yuan; required.")
    price_unit: str | None = strawberry.field(default=None, description='What the price is for, e.g. "m2/month".')


@strawberry.input(description="The deposit clause; a contract may have none.")
class DepositTermsInput:
    """The deposit clause."""

    status: DepositStatus = strawberry.field(description="Whether a deposit was agreed.")
    rate_per_m2: Fen | None = strawberry.field(
        name="ratePerM2",
        default=None,
        description='Yuan per m2 and year, above 0, e.g. "1.00"; only with an agreed deposit.',
    )


@strawberry.input(description="The clauses of a trust contract.")
class TrustTermsInput:
    """The trust clauses."""

    remuneration_kind: RemunerationKind = strawberry.field(description="How the trustee is paid.")
    remuneration_rate: Ratio | None = strawberry.field(
        default=None, description="With a percentage: the share, above 0."
    )
    remuneration_fixed: Fen | None = strawberry.field(default=None, description="With FIXED: yuan a year, above 0.")
    dual_sign_above: Fen = strawberry.field(description="Payments above this many yuan need two signatures.")
    disclosure_every: DisclosureInterval = strawberry.field(description="How often the accounts are published.")
    surplus_rule: SurplusRule = strawberry.field(description="What happens to what is left of a year.")


@strawberry.input(description="The record of an early-stage tender.")
class TenderInput:
    """The record of a tender."""

    method: TenderMethod = strawberry.field(description="Open or invited.")
    reference: str = strawberry.field(description="The authority's reference of the tender.")
    awarded_on: date = strawberry.field(description="The day of the award; not after the signing.")


@strawberry.input(description="Register a property service contract that was concluded in writing.")
class SignContractInput(MutationInput):
    """A contract."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    provider_id: strawberry.ID = strawberry.field(description="The provider.")
    number: str = strawberry.field(description="The contract's number, unique in the city.")
    kind: ContractKind = strawberry.field(description="Who concluded it, and on which footing.")
    signed_on: date = strawberry.field(description="The day of signing; not in the future.")
    from_: date = strawberry.field(name="from", description="The first day of its term; not before the signing.")
    to: date | None = strawberry.field(default=None, description="The last day of its term; none when not limited.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed joint decision to hire; CONGRESS and TRUST need one."
    )
    items: list[ServiceItemInput] = strawberry.field(description="Its services, 1 to 200.")
    deposit: DepositTermsInput = strawberry.field(description="The deposit clause.")
    trust: TrustTermsInput | None = strawberry.field(default=None, description="With TRUST: the trust's clauses.")
    tender: TenderInput | None = strawberry.field(default=None, description="With EARLY_STAGE: the tender's record.")

    def command(self) -> SignContract:
        """Return the use case's command."""
        trust, tender = self.trust, self.tender
        return SignContract(
            estate_id=self.estate_id,
            provider_id=self.provider_id,
            number=self.number,
            kind=self.kind,
            signed_on=self.signed_on,
            from_=self.from_,
            to=self.to,
            decision_id=self.decision_id,
            items=tuple(
                DraftItem(
                    code=item.code,
                    inside=item.inside,
                    menu=item.menu,
                    description=item.description,
                    standard=item.standard,
                    price=item.price,
                    price_unit=item.price_unit,
                )
                for item in self.items
            ),
            deposit=DepositTerms(self.deposit.status, self.deposit.rate_per_m2),
            trust=None
            if trust is None
            else TrustTerms(
                remuneration_kind=trust.remuneration_kind,
                remuneration_rate=trust.remuneration_rate,
                remuneration_fixed=trust.remuneration_fixed,
                dual_sign_above=trust.dual_sign_above,
                disclosure_every=trust.disclosure_every,
                surplus_rule=trust.surplus_rule,
            ),
            tender=None
            if tender is None
            else Tender(method=tender.method, reference=tender.reference, awarded_on=tender.awarded_on),
        )


@strawberry.input(description="Record that service under a contract began.")
class StartServiceInput(MutationInput):
    """The start of service."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is SIGNED.")
    service_start_on: date = strawberry.field(description="The first day of service; not before the signing.")

    def command(self) -> StartService:
        """Return the use case's command."""
        return StartService(contract_id=self.contract_id, service_start_on=self.service_start_on)


@strawberry.input(description="Which estates to show; what is left out does not narrow.")
class EstateFilter:
    """Which estates to show."""

    district: DistrictCode | None = strawberry.field(default=None, description="Of this district.")
    street_id: strawberry.ID | None = strawberry.field(default=None, description="Of this street.")
    community_id: strawberry.ID | None = strawberry.field(default=None, description="Of this community.")
