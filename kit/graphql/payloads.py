"""What every mutation takes and answers, the same types in every service.

::

    @strawberry.input
    class SignContractInput(MutationInput):
        estate_id: strawberry.ID

    @strawberry.type
    class SignContractPayload(MutationPayload):
        contract: ServiceContract | None
"""

import strawberry

from kit.errors import Flag, Refusal


@strawberry.federation.type(shareable=True, description="Why a command was refused; nothing was written.")
class MutationError:
    """One business refusal: the code is for programs, the message for people."""

    code: str = strawberry.field(description='A code of the error catalogue, e.g. "OUT_OF_RANGE".')
    message: str = strawberry.field(description="What is wrong, for people, with the offending value.")
    path: list[str] = strawberry.field(description='Where in the input, e.g. ["input", "amount"]; empty when nowhere.')
    value: str | None = strawberry.field(description="The offending value as a text.")

    @classmethod
    def of(cls, refusal: Refusal) -> "MutationError":
        """Return the refusal as the client sees it."""
        return cls(code=refusal.code, message=refusal.message, path=list(refusal.path), value=refusal.value)


@strawberry.federation.type(shareable=True, description="The command was accepted, but a person should look.")
class MutationWarning:
    """One flag raised beside an accepted command."""

    code: str = strawberry.field(description='The flag, e.g. "WARN:PARTY_RATIO".')
    message: str = strawberry.field(description="What to look at, for people.")
    path: list[str] = strawberry.field(description="Where in the input; empty when nowhere.")
    value: str | None = strawberry.field(description="The value that raised the flag, as a text.")

    @classmethod
    def of(cls, flag: Flag) -> "MutationWarning":
        """Return the flag as the client sees it."""
        value = None if flag.value is None else str(flag.value)
        return cls(code=flag.code, message=flag.message, path=list(flag.path), value=value)


@strawberry.federation.type(shareable=True, description="A fact that this command announced to the other services.")
class AnnouncedEvent:
    """The id and the type of an event that was announced."""

    id: strawberry.ID = strawberry.field(description="The event's id, the same on the bus.")
    type: str = strawberry.field(description='The kind of fact, e.g. "registry.contract.signed".')


@strawberry.input
class MutationInput:
    """What every input carries; subclasses add the command's own fields."""

    idempotency_key: str = strawberry.field(
        description="Chosen by the client, 1 to 128 characters. The same key with the same input acts once and answers "
        "the first outcome again; with another input it is refused with DUPLICATE."
    )
    reason: str | None = strawberry.field(
        default=None, description="Why, for the record; at most 500 characters, e.g. a document number."
    )


@strawberry.type
class MutationPayload:
    """What every payload carries; subclasses add the entity, which is null when the command was refused."""

    policy_version_id: str | None = strawberry.field(
        description='The policy version that the command was judged by, e.g. "360702-v1".'
    )
    events: list[AnnouncedEvent] = strawberry.field(description="What the command announced to the other services.")
    warnings: list[MutationWarning] = strawberry.field(description="Accepted, but a person should look.")
    errors: list[MutationError] = strawberry.field(description="Why the command was refused; empty when it was done.")
    replayed: bool = strawberry.field(
        description="True when this key had already acted: the outcome is the first one's, nothing was done again."
    )
