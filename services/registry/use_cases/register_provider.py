"""Register providers, and file them with the authority."""

from dataclasses import dataclass
from datetime import date

from kit.idempotency import Outcome
from kit.ids import new_id
from kit.mongo import UnitOfWork
from policy.policies import Policies
from services.registry.domain.provider import ProviderKind, check_filing, checked_unified_credit_code
from services.registry.domain.territory import UnknownDistrict
from services.registry.domain.text import checked_name
from services.registry.events import ProviderFiled, ProviderRegistered
from services.registry.store.providers import Filing, ProviderRecord, add_provider, provider_of, save_filing
from services.registry.use_cases.roles import FILE_PROVIDERS, REGISTER_PROVIDERS


@dataclass(frozen=True, kw_only=True)
class RegisterProvider:
    """A provider and the district that registers it."""

    district: str
    name: str
    unified_credit_code: str
    kind: ProviderKind


@dataclass(frozen=True, kw_only=True)
class FileProvider:
    """The filing of a provider with the authority."""

    provider_id: str
    filed_on: date
    reference: str


async def register_provider(work: UnitOfWork, command: RegisterProvider, *, policies: Policies) -> Outcome:
    """Register a provider from anywhere (XY-05); its unified credit code holds by GB 32100-2015 and is unique."""
    work.caller.require_role(*REGISTER_PROVIDERS)
    if command.district not in policies.districts:
        raise UnknownDistrict(
            "no policy of this district is mounted", path=("input", "district"), value=command.district
        )
    provider = ProviderRecord(
        id=new_id("prv"),
        district=command.district,
        name=checked_name(command.name, path=("input", "name")),
        unified_credit_code=checked_unified_credit_code(
            command.unified_credit_code, path=("input", "unifiedCreditCode")
        ),
        kind=command.kind,
    )
    await add_provider(work, provider)
    work.announce(
        ProviderRegistered(
            district=provider.district,
            aggregate_id=provider.id,
            occurred_on=work.today,
            provider_id=provider.id,
            unified_credit_code=provider.unified_credit_code,
            kind=provider.kind,
        )
    )
    return Outcome(entity_ids={"provider": provider.id})


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
