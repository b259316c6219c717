"""Inspection's settings from the environment; read by `app.py` alone."""

from kit.settings import ServiceSettings


class InspectionSettings(ServiceSettings):
    """The kit's settings with inspection's own database."""

    mongo_database: str = "anju_inspection"
