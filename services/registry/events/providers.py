"""What the registry announces of providers."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kit.events import Event
from services.registry.domain.provider import ProviderKind, ProviderSource


@dataclass(frozen=True, kw_only=True)
class ProviderRegistered(Event):
    """A provider entered the registry."""

    type: ClassVar[str] = "registry.provider.registered"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    source: ProviderSource | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderFiled(Event):
    """A provider is filed with the authority."""

    type: ClassVar[str] = "registry.provider.filed"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    filed_on: date


@dataclass(frozen=True, kw_only=True)
class ProviderJoinedPool(Event):
    """A provider entered the pool of public-welfare companies."""

    type: ClassVar[str] = "registry.provider.pool_joined"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    joined_on: date


@dataclass(frozen=True, kw_only=True)
class ProviderLeftPool(Event):
    """A provider left the pool of public-welfare companies, by itself or because it was blacklisted."""

    type: ClassVar[str] = "registry.provider.pool_left"

    provider_id: str
    unified_credit_code: str
    kind: ProviderKind
    left_on: date
