"""What can be done with documents."""

import strawberry

from kit.graphql.door import WriteResult
from kit.graphql.payloads import MutationPayload
from services.registry.graphql.context import Info
from services.registry.graphql.document_types import Document, document
from services.registry.graphql.inputs import documents as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.keep_documents import (
    publish_document,
    register_document,
    revise_document,
    seal_document,
    sign_off_document,
)


@strawberry.type
class RegisterDocumentPayload(MutationPayload):
    """What became of registerDocument."""

    document: Document | None


@strawberry.type
class ReviseDocumentPayload(MutationPayload):
    """What became of reviseDocument."""

    document: Document | None


@strawberry.type
class SealDocumentPayload(MutationPayload):
    """What became of sealDocument."""

    document: Document | None


@strawberry.type
class SignOffDocumentPayload(MutationPayload):
    """What became of signOffDocument."""

    document: Document | None


@strawberry.type
class PublishDocumentPayload(MutationPayload):
    """What became of publishDocument."""

    document: Document | None


@strawberry.type
class DocumentMutations:
    """What can be done with documents."""

    @strawberry.mutation(
        description="Register an uploaded file as a document. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, "
        "HOUSING_BUREAU, STREET, COMMUNITY, COMMITTEE, PROVIDER."
    )
    async def register_document(
        self,
        info: Info,
        input: inputs.RegisterDocumentInput,  # noqa: A002
    ) -> RegisterDocumentPayload:
        result = await write(
            info,
            "register_document",
            input,
            lambda work, policies: register_document(work, input.command(), policies=policies),
        )
        return RegisterDocumentPayload(document=await _document(info, result), **result.payload())

    @strawberry.mutation(
        description="Add the next version of a document. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, "
        "HOUSING_BUREAU, STREET, COMMUNITY, COMMITTEE, PROVIDER."
    )
    async def revise_document(self, info: Info, input: inputs.ReviseDocumentInput) -> ReviseDocumentPayload:  # noqa: A002
        result = await write(info, "revise_document", input, lambda work, _: revise_document(work, input.command()))
        return ReviseDocumentPayload(document=await _document(info, result), **result.payload())

    @strawberry.mutation(
        description="Record the seal on a version. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU, "
        "STREET, COMMUNITY, COMMITTEE."
    )
    async def seal_document(self, info: Info, input: inputs.SealDocumentInput) -> SealDocumentPayload:  # noqa: A002
        result = await write(info, "seal_document", input, lambda work, _: seal_document(work, input.command()))
        return SealDocumentPayload(document=await _document(info, result), **result.payload())

    @strawberry.mutation(
        description="Record a department's signature. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU, "
        "FINANCE_BUREAU."
    )
    async def sign_off_document(
        self,
        info: Info,
        input: inputs.SignOffDocumentInput,  # noqa: A002
    ) -> SignOffDocumentPayload:
        result = await write(info, "sign_off_document", input, lambda work, _: sign_off_document(work, input.command()))
        return SignOffDocumentPayload(document=await _document(info, result), **result.payload())

    @strawberry.mutation(
        description="Let a version take effect. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE, HOUSING_BUREAU, STREET, "
        "COMMUNITY, COMMITTEE."
    )
    async def publish_document(self, info: Info, input: inputs.PublishDocumentInput) -> PublishDocumentPayload:  # noqa: A002
        result = await write(
            info,
            "publish_document",
            input,
            lambda work, policies: publish_document(work, input.command(), policies=policies),
        )
        return PublishDocumentPayload(document=await _document(info, result), **result.payload())


async def _document(info: Info, result: WriteResult) -> Document | None:
    return await document(info.context, result.entity_id("document"))
