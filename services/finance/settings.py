"""Finance's settings from the environment; read by `app.py` alone."""

from kit.settings import ServiceSettings


class FinanceSettings(ServiceSettings):
    """The kit's settings with finance's own database."""

    mongo_database: str = "anju_finance"
