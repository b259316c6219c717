"""The interface of everything with an opaque id; apart from the types, so that each of their modules can have it."""

import strawberry


@strawberry.interface(description="Everything with an opaque id.")
class Node:
    """Everything with an opaque id."""

    id: strawberry.ID
