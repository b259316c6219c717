"""What can be asked about documents at the root."""

import strawberry

from kit.graphql.scalars import DistrictCode
from services.registry.graphql import document_types
from services.registry.graphql.context import Info
from services.registry.graphql.enums import DocumentKind
from services.registry.store.documents import DocumentFilter as DocumentConditions


@strawberry.input(description="Which documents to show; what is left out does not narrow.")
class DocumentFilter:
    """Which documents to show."""

    district: DistrictCode | None = strawberry.field(default=None, description="Of this district.")
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="About this.")
    kind: DocumentKind | None = strawberry.field(default=None, description="Of this kind.")


@strawberry.type
class DocumentQueries:
    """The root fields of documents."""

    @strawberry.field(description="The document with this id; null when unknown or not for the caller.")
    async def document(self, info: Info, id: strawberry.ID) -> document_types.Document | None:  # noqa: A002
        return await document_types.document(info.context, id)

    @strawberry.field(description="The documents of the caller's area in the order of registration, 1 to 100 a page.")
    async def documents(
        self,
        info: Info,
        filter: DocumentFilter | None = None,  # noqa: A002
        first: int = 20,
        after: str | None = None,
    ) -> document_types.DocumentConnection:
        conditions = DocumentConditions()
        if filter is not None:
            conditions = DocumentConditions(district=filter.district, subject_id=filter.subject_id, kind=filter.kind)
        return await document_types.document_page(info, conditions, first=first, after=after)
