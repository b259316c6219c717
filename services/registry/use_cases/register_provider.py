"""Register providers, and file them with the authority."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.provider import (
    ProviderKind,
    ProviderSource,
    check_filing,
    checked_origin,
    checked_registration,
    checked_unified_credit_code,
)
from services.registry.domain.territory import UnknownDistrict
from services.registry.domain.text import checked_name
from services.registry.events import ProviderFiled, ProviderRegistered
from services.registry.store.estates import estate_of
from services.registry.store.providers import Filing, ProviderRecord, add_provider, provider_of, save_filing
from services.registry.use_cases.roles import FILE_PROVIDERS, REGISTER_PROVIDERS


@dataclass(frozen=True, kw_only=True)
class RegisterProvider:
    """A provider and the district that registers it; a group that manages its own estate names the estate."""

    district: str
    name: str
    unified_credit_code: str
    kind: ProviderKind
    source: ProviderSource | None
    source_body: str | None
    registration_number: str | None
    self_managed_estate_id: str | None


@dataclass(frozen=True, kw_only=True)
class FileProvider:
    """The filing of a provider with the authority."""

    provider_id: str
    filed_on: date
    reference: str


async def register_provider(work: UnitOfWork, command: RegisterProvider, *, policies: Policies) -> Outcome:
    """Register a provider of any kind (DH-05): new, restructured or brought in from anywhere (XY-03, XY-04, XY-05).

    Its unified credit code holds by GB 32100-2015 and is unique. A self-management group is registered as a private
    non-enterprise unit, under its number (XY-07).
    """
    work.caller.require_role(*REGISTER_PROVIDERS)
    provider = new_provider(command, policies=policies)
    if command.self_managed_estate_id is not None:
        await estate_of(work, command.self_managed_estate_id, path=("input", "selfManagedEstateId"))
    await add_provider(work, provider)
    announce_provider(work, provider)
    return Outcome(entity_ids={"provider": provider.id})


def new_provider(command: RegisterProvider, *, policies: Policies) -> ProviderRecord:
    """Return the provider with everything checked; raises what `register_provider` does, and reads nothing."""
    if command.district not in policies.districts:
        raise UnknownDistrict(
            "no policy of this district is mounted", path=("input", "district"), value=command.district
        )
    return ProviderRecord(
        id=new_id("prv"),
        district=command.district,
        name=checked_name(command.name, path=("input", "name")),
        unified_credit_code=checked_unified_credit_code(
            command.unified_credit_code, path=("input", "unifiedCreditCode")
        ),
        kind=command.kind,
        source=command.source,
        source_body=checked_origin(command.source, command.source_body),
        registration_number=checked_registration(
            command.kind,
            registration_number=command.registration_number,
            self_managed_estate_id=command.self_managed_estate_id,
        ),
        self_managed_estate_id=command.self_managed_estate_id,
    )


def announce_provider(work: UnitOfWork, provider: ProviderRecord) -> None:
    """Announce a provider that was registered."""
    work.announce(
        ProviderRegistered(
            district=provider.district,
            aggregate_id=provider.id,
            occurred_on=work.today,
            provider_id=provider.id,
            unified_credit_code=provider.unified_credit_code,
            kind=provider.kind,
            source=provider.source,
        )
    )


async def file_provider(work: UnitOfWork, command: FileProvider) -> Outcome:
    """Record that the authority filed the provider; an early-stage tender needs it (ZG-11)."""
    work.caller.require_role(*FILE_PROVIDERS)
    provider = await provider_of(work, command.provider_id)
    check_filing(filed_on=command.filed_on, today=work.today, already_filed=provider.filing is not None)
    filing = Filing(
        filed_on=command.filed_on, reference=checked_name(command.reference, path=("input", "filingReference"))
    )
    await save_filing(work, provider, filing)
    work.announce(
        ProviderFiled(
            district=provider.district,
            aggregate_id=provider.id,
            occurred_on=command.filed_on,
            provider_id=provider.id,
            unified_credit_code=provider.unified_credit_code,
            kind=provider.kind,
            filed_on=command.filed_on,
        )
    )
    return Outcome(entity_ids={"provider": provider.id})
