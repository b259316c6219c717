"""Trust's settings from the environment; read by `app.py` alone."""

from kit.settings import ServiceSettings


class TrustSettings(ServiceSettings):
    """The kit's settings with trust's own database."""

    mongo_database: str = "anju_trust"
