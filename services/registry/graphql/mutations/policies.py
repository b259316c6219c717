"""What can be done with policies."""

import strawberry

from kit.graphql.payloads import MutationPayload
from services.registry.graphql import types
from services.registry.graphql.context import Info
from services.registry.graphql.inputs import policies as inputs
from services.registry.graphql.mutations.write import write
from services.registry.use_cases.publish_policy import publish_policy


@strawberry.type
class PublishPolicyPayload(MutationPayload):
    """What became of publishPolicy."""

    policy: types.PolicyVersion | None


@strawberry.type
class PolicyMutations:
    """What can be done with policies."""

    @strawberry.mutation(
        description="Put a mounted policy version in force. Roles: OPERATOR, CITY_OFFICE, DISTRICT_OFFICE."
    )
    async def publish_policy(self, info: Info, input: inputs.PublishPolicyInput) -> PublishPolicyPayload:  # noqa: A002
        result = await write(
            info,
            "publish_policy",
            input,
            lambda work, policies: publish_policy(work, input.command(), policies=policies),
        )
        policy_id = result.entity_id("policy")
        policy = None if policy_id is None else await types.policy_version(info.context, policy_id)
        return PublishPolicyPayload(policy=policy, **result.payload())
