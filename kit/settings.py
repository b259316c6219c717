"""What every service reads from its environment; `ANJU_MONGO_URI=…` fills `mongo_uri`.

A service's own `settings.py` subclasses `ServiceSettings` and is read by its `app.py` alone.
"""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ASYMMETRIC_ALGORITHMS = (
    "Ed25519",
    "EdDSA",
    "ES256",
    "ES384",
    "ES512",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
)
"""What a token may be signed with: public-key signatures only, so that a published key can never sign."""


class Environment(StrEnum):
    """Where the process runs; `PRODUCTION` refuses everything made for a developer's desk."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class IssuerSettings(BaseModel):
    """One identity provider whose tokens are accepted, and where its public keys are published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(min_length=1)
    audience: str = Field(min_length=1)
    jwks_url: AnyHttpUrl | None = None
    jwks_file: Path | None = None
    algorithms: tuple[str, ...] = ("Ed25519", "EdDSA", "ES256", "RS256")

    @model_validator(mode="after")
    def _names_one_key_source(self) -> Self:
        if (self.jwks_url is None) == (self.jwks_file is None):
            raise ValueError(f"issuer {self.issuer!r} needs exactly one of jwks_url and jwks_file")
        unsafe = sorted(set(self.algorithms) - set(ASYMMETRIC_ALGORITHMS))
        if unsafe or not self.algorithms:
            raise ValueError(f"issuer {self.issuer!r} may not sign with {', '.join(unsafe) or 'nothing'}")
        return self


class AuthSettings(BaseSettings):
    """Whom a deployable believes; shared by the services and the gateway."""

    model_config = SettingsConfigDict(env_prefix="ANJU_", env_ignore_empty=True, extra="ignore", frozen=True)

    environment: Environment = Environment.PRODUCTION
    issuers: tuple[IssuerSettings, ...] = ()
    development_issuer_dir: Path | None = None

    @property
    def in_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @model_validator(mode="after")
    def _believes_somebody_real(self) -> Self:
        if self.in_production and self.development_issuer_dir is not None:
            raise ValueError("production refuses a development issuer: unset ANJU_DEVELOPMENT_ISSUER_DIR")
        if self.in_production and not self.issuers:
            raise ValueError("production needs at least one issuer in ANJU_ISSUERS")
        if self.in_production:
            plain = [issuer.issuer for issuer in self.issuers if issuer.jwks_url and issuer.jwks_url.scheme != "https"]
            if plain:
                raise ValueError(f"production fetches keys over https only: {', '.join(plain)}")
        if not self.issuers and self.development_issuer_dir is None:
            raise ValueError("no issuer: set ANJU_ISSUERS, or ANJU_DEVELOPMENT_ISSUER_DIR for development")
        return self


class TelemetrySettings(BaseSettings):
    """Where traces, metrics and logs go; shared by the services and the gateway."""

    model_config = SettingsConfigDict(env_prefix="ANJU_", env_ignore_empty=True, extra="ignore", frozen=True)

    otlp_endpoint: AnyHttpUrl | None = None
    trace_file: Path | None = Field(default=None, description="Append finished spans here, one JSON object a line.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


class ServiceSettings(AuthSettings, TelemetrySettings):
    """Everything a service needs to run; a subclass sets the default of `mongo_database`."""

    mongo_uri: str = "mongodb://127.0.0.1:27017/?directConnection=true"
    mongo_database: str
    nats_url: str = "nats://127.0.0.1:4222"
    nats_credentials: Path | None = None
    nats_ca_file: Path | None = None
    nats_replicas: int = Field(default=1, ge=1, le=5)
    policy_dir: Path = Path("policy/districts")
    event_schemas_dir: Path = Path("docs/events")
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65_535)
    max_body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    request_seconds: float = Field(default=25.0, gt=0, le=300)
    streams_max: int = Field(default=1000, ge=1, le=100_000, description="Subscriptions open at a time in a process.")
    drain_seconds: float = Field(default=15.0, gt=0, le=15)
