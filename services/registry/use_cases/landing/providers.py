"""How rows of 物业服务人 land: each provider under its unified credit code."""

from collections.abc import Mapping, Sequence
from typing import Final

from kit.errors import Refusal
from kit.mongo import UnitOfWork
from services.registry.domain import ledger
from services.registry.domain.ledger import RowOutcome, RowResult
from services.registry.domain.ledger_cells import RawRow
from services.registry.domain.ledger_masters import ProviderRow, read_provider_row
from services.registry.domain.provider import CreditCodeTaken
from services.registry.store.listings import find_providers_by_credit_code
from services.registry.store.providers import ProviderRecord, add_provider
from services.registry.use_cases.landing.rows import ImportRules, readable, row_result
from services.registry.use_cases.register_provider import RegisterProvider, announce_provider, new_provider
from services.registry.use_cases.roles import REGISTER_PROVIDERS

_HEADER_OF_FIELD: Final[Mapping[str, str]] = {
    "district": ledger.DISTRICT,
    "name": ledger.PROVIDER_NAME,
    "unifiedCreditCode": ledger.CREDIT_CODE,
    "kind": ledger.PROVIDER_KIND,
    "source": ledger.PROVIDER_SOURCE,
    "sourceBody": ledger.SOURCE_BODY,
    "registrationNumber": ledger.REGISTRATION_NUMBER,
}


async def land_providers(work: UnitOfWork, rows: Sequence[RawRow], rules: ImportRules) -> dict[int, RowResult]:
    """Land rows of 物业服务人 and return their results by row number."""
    work.caller.require_role(*REGISTER_PROVIDERS)
    results: dict[int, RowResult] = {}
    read = readable(rows, read_provider_row, results)
    codes = [row.unified_credit_code.upper() for _, row in read]
    known = await find_providers_by_credit_code(work, codes)
    for raw, row in read:
        try:
            provider = new_provider(_command(row), policies=rules.policies)
            registered = known.get(provider.unified_credit_code)
            if registered is None:
                await add_provider(work, provider)
                announce_provider(work, provider)
                known[provider.unified_credit_code] = provider
            else:
                _require_same_provider(registered, provider)
        except Refusal as refusal:
            field = refusal.path[1] if len(refusal.path) > 1 and refusal.path[0] == "input" else None
            if field is not None:
                refusal.path = (_HEADER_OF_FIELD.get(field, field),)
            results[raw.number] = ledger.rejected(raw, refusal)
        else:
            outcome = RowOutcome.LANDED if registered is None else RowOutcome.UNCHANGED
            results[raw.number] = row_result(raw, outcome)
    return results


def _command(row: ProviderRow) -> RegisterProvider:
    return RegisterProvider(
        district=row.district,
        name=row.name,
        unified_credit_code=row.unified_credit_code,
        kind=row.kind,
        source=row.source,
        source_body=row.source_body,
        registration_number=row.registration_number,
        self_managed_estate_id=None,
    )


def _require_same_provider(registered: ProviderRecord, named: ProviderRecord) -> None:
    if registered.name != named.name:
        raise CreditCodeTaken(
            f"the code is that of {registered.name}; a ledger does not overwrite", path=(ledger.PROVIDER_NAME,)
        )
    if registered.kind is not named.kind:
        raise CreditCodeTaken(
            "the provider is registered as another kind; a ledger does not overwrite", path=(ledger.PROVIDER_KIND,)
        )
