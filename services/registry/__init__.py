"""The registry: territory, estates, buildings, parts, owners, providers, congresses, joint decisions and contracts.

It owns every entity it shows: District, PolicyVersion, Street, Community, Estate, Building, ExclusivePart, Owner,
OwnersCongress, Provider, CreditLookup, JointDecision and ServiceContract; the other services add fields to them. It
extends no entity of theirs: of a provider's credit it keeps a projection of the inspection's facts.
"""
