"""What trust's resolvers find in `info.context`."""

import strawberry

from kit.activations import ActivatedPolicies
from kit.graphql.door import RequestContext
from policy.policies import Policies

TrustPolicies = ActivatedPolicies[Policies]
Context = RequestContext[TrustPolicies]
Info = strawberry.Info[Context, None]
