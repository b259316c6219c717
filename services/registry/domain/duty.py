"""Which body has which duty, as the district's document says it: the rows of the duty matrix.

Housing bureau (DH-10), civil affairs (DH-14), community (DH-22), and where counties plan while streets and communities
answer for their area (PZ-11), are rows of the policy, not code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.bodies import DutyBody, DutySide
from policy.instruments import DutiesPolicy

TERRITORIAL_BODIES = (DutyBody.STREET, DutyBody.COMMUNITY)
"""Who answers for an area because it is theirs (属地)."""


@dataclass(frozen=True)
class Duty:
    """One row of the matrix; `side` is None where the document does not tell the sides of the gate apart."""

    body: DutyBody
    name: str
    duty: str
    side: DutySide | None
    clause: str
    document: str


def duty_matrix(policy: DutiesPolicy, *, bodies: Sequence[DutyBody] = ()) -> tuple[Duty, ...]:
    """Return the duties of these bodies, or all when none is named, in the document's order (DH-10, DH-14, DH-22)."""
    document = str(policy.source.document)
    return tuple(
        Duty(row.body, row.name, row.duty, row.side, row.clause, document)
        for row in policy.duties
        if not bodies or row.body in bodies
    )


def territorial_duties(policy: DutiesPolicy) -> tuple[Duty, ...]:
    """Return the duties of street and community, who answer for their area (PZ-11)."""
    return duty_matrix(policy, bodies=TERRITORIAL_BODIES)
