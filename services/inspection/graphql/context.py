"""What inspection's resolvers find in `info.context`."""

import strawberry

from kit.activations import ActivatedPolicies
from kit.graphql.door import RequestContext
from policy.policies import Policies

InspectionPolicies = ActivatedPolicies[Policies]
Context = RequestContext[InspectionPolicies]
Info = strawberry.Info[Context, None]
