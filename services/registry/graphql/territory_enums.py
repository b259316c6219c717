"""The words of territory, bodies and duties as enums of the schema; imported before any type mentions one of them."""

import strawberry

from policy.bodies import BodyKind, DutyBody, DutySide, GridDepartment, PostRole
from policy.vocabulary import PropertyRoomSource
from services.registry.domain.abandonment import AbandonmentReason
from services.registry.domain.facility import FacilityKind
from services.registry.domain.gate import GateBoundary, Payer, Side
from services.registry.graphql.enums import Site

for _enum, _description in (
    (BodyKind, "The bodies that lead the work."),
    (PostRole, "What the holder of a post does in its body."),
    (DutyBody, "Who has a duty, by what it is and not by its local name."),
    (DutySide, "On which side of the gate a duty lies."),
    (GridDepartment, "The departments that name a person for each piece of the grid."),
    (PropertyRoomSource, "Where a property office comes from."),
    (AbandonmentReason, "Why nobody serves an estate."),
    (FacilityKind, "What kind of facility it is."),
    (GateBoundary, "Where the gate of an estate stands."),
    (Payer, "Whose money may pay for a service."),
    (Side, "Which work is done on a side of the gate; administration covers both."),
):
    strawberry.enum(_enum, description=_description)

__all__ = [
    "AbandonmentReason",
    "BodyKind",
    "DutyBody",
    "DutySide",
    "FacilityKind",
    "GateBoundary",
    "GridDepartment",
    "Payer",
    "PostRole",
    "PropertyRoomSource",
    "Side",
    "Site",
]
