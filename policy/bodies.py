"""The words that documents use for bodies, their posts, and who has a duty."""

from enum import StrEnum


class BodyKind(StrEnum):
    """The bodies that lead the work."""

    LEADING_GROUP = "LEADING_GROUP"
    JOINT_MEETING = "JOINT_MEETING"
    OFFICE = "OFFICE"
    TASK_GROUP = "TASK_GROUP"


class BodyLevel(StrEnum):
    """Whether a district has one such body or each of its streets has its own."""

    DISTRICT = "DISTRICT"
    STREET = "STREET"


class PostRole(StrEnum):
    """What the holder of a post does in its body."""

    HEAD = "HEAD"
    STANDING_DEPUTY = "STANDING_DEPUTY"
    DEPUTY = "DEPUTY"
    MEMBER = "MEMBER"
    STAFF = "STAFF"


class DutyBody(StrEnum):
    """Who has a duty, by what it is and not by its local name."""

    LEADING_GROUP = "LEADING_GROUP"
    OFFICE = "OFFICE"
    COUNTY = "COUNTY"
    HOUSING = "HOUSING"
    HOUSING_SECURITY_CENTRE = "HOUSING_SECURITY_CENTRE"
    CONSTRUCTION = "CONSTRUCTION"
    URBAN_MANAGEMENT = "URBAN_MANAGEMENT"
    ORGANISATION = "ORGANISATION"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    FINANCE = "FINANCE"
    MARKET_SUPERVISION = "MARKET_SUPERVISION"
    PUBLIC_SECURITY = "PUBLIC_SECURITY"
    TRAFFIC_POLICE = "TRAFFIC_POLICE"
    FIRE = "FIRE"
    ENVIRONMENT_AND_EMERGENCY = "ENVIRONMENT_AND_EMERGENCY"
    OTHER_DEPARTMENTS = "OTHER_DEPARTMENTS"
    STREET = "STREET"
    COMMUNITY = "COMMUNITY"
    OWNERS_COMMITTEE = "OWNERS_COMMITTEE"
    PROVIDER = "PROVIDER"
    PROPERTY_UNIT = "PROPERTY_UNIT"


class DutySide(StrEnum):
    """On which side of the gate a duty lies."""

    INSIDE = "INSIDE"
    OUTSIDE = "OUTSIDE"
    BOTH = "BOTH"


class GridDepartment(StrEnum):
    """The departments that name a person for each piece of the grid (网格化)."""

    POLICE = "POLICE"
    FIRE = "FIRE"
    URBAN_MANAGEMENT = "URBAN_MANAGEMENT"
    ENVIRONMENT = "ENVIRONMENT"
