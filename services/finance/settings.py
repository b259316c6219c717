"""Finance's settings from the environment; read by `app.py` alone."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from kit.settings import ServiceSettings
from kit.signatures import FEWEST_SECRET_CHARACTERS


class FinanceSettings(ServiceSettings):
    """The kit's settings with finance's own database, and the banks whose call-backs are believed."""

    mongo_database: str = "anju_finance"
    bank_secrets: dict[str, SecretStr] = Field(
        default_factory=dict, description="The secret that each bank signs its call-backs with, by the bank's name."
    )

    @model_validator(mode="after")
    def _secrets_are_long(self) -> Self:
        short = [
            bank
            for bank, secret in self.bank_secrets.items()
            if len(secret.get_secret_value()) < FEWEST_SECRET_CHARACTERS
        ]
        if short:
            raise ValueError(f"a bank's secret has at least {FEWEST_SECRET_CHARACTERS} characters: {', '.join(short)}")
        return self
