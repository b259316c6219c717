"""What finance's resolvers find in `info.context`."""

import strawberry

from kit.activations import ActivatedPolicies
from kit.graphql.door import RequestContext
from policy.policies import Policies

FinancePolicies = ActivatedPolicies[Policies]
Context = RequestContext[FinancePolicies]
Info = strawberry.Info[Context, None]
