"""Property service areas (物业服务区域): how a street divides its territory, and that a contract needs one."""

from kit.errors import Duplicate, PreconditionMissing, ValidationFailed


class ServiceAreaMissing(PreconditionMissing):
    """The estate lies in no service area of its street, and its district wants one before a contract (DH-20)."""


class ServiceAreaKnown(Duplicate):
    """The street has a service area of this name, or the estate lies in another one already."""


class EstateOfAnotherStreet(ValidationFailed):
    """A service area covers estates of its own street alone (DH-20)."""


def require_service_area(service_area_id: str | None, *, required: bool, estate_id: str) -> None:
    """Raise ServiceAreaMissing when the district wants a service area and the estate lies in none (DH-20).

    `required` is what the district's document says on the day of signing.
    """
    if required and service_area_id is None:
        raise ServiceAreaMissing(
            "the street has drawn no service area for this estate", path=("input", "estateId"), value=estate_id
        )
