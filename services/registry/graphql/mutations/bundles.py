"""What can be done to bundles."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import bundle_types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import bundles as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.form_bundle import form_bundle


@strawberry.type
class FormBundlePayload(MutationPayload):
    """What became of formBundle."""

    bundle: bundle_types.Bundle | None


@strawberry.type
class BundleMutations:
    """What can be done to bundles."""

    @strawberry.mutation(description="Bundle near estates. Roles: STREET, HOUSING_BUREAU, DISTRICT_OFFICE.")
    async def form_bundle(self, info: Info, input: inputs.FormBundleInput) -> FormBundlePayload:  # noqa: A002
        result = await write(info, "form_bundle", input, lambda work, _: form_bundle(work, input.command()))
        return FormBundlePayload(
            bundle=await bundle_types.bundle(info.context, result.entity_id("bundle")), **result.payload()
        )
