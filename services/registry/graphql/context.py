"""What the registry's resolvers find in `info.context`."""

import strawberry

from kit.activations import ActivatedPolicies
from kit.graphql.door import RequestContext
from policy.policies import Policies

RegistryPolicies = ActivatedPolicies[Policies]
Context = RequestContext[RegistryPolicies]
Info = strawberry.Info[Context, None]
