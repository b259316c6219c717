"""What the registry reads from its environment."""

from kit.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """The kit's settings with the registry's database."""

    mongo_database: str = "anju_registry"
