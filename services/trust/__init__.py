"""Trust: the accounts of trust-model estates (信托制物业); in this release the trust terms of contracts.

It adds `trustTerms` to ServiceContract and owns no entity yet. The terms come with the registry's signed contract.
"""
