"""The fields that trust adds to the registry's entities."""

import strawberry

from kit.money import Fen
from kit.ratio import Ratio
from services.trust.domain.trust_terms import RemunerationKind, TrustFundSource
from services.trust.domain.trust_terms import TrustTerms as TermsRecord
from services.trust.graphql import loaders
from services.trust.graphql.context import Info

strawberry.enum(RemunerationKind, description="How a trustee is paid.")
strawberry.enum(TrustFundSource, description="Which money is trust property.")


@strawberry.type(description="The trust clauses of a contract, in the words of the trust-model estates (信托制物业).")
class TrustTerms:
    """What the parties of a trust contract agreed."""

    fund_scope: list[TrustFundSource] = strawberry.field(description="Which money is trust property.")
    remuneration_kind: RemunerationKind
    remuneration_rate: Ratio | None = strawberry.field(description="The trustee's share; null for a fixed sum.")
    remuneration_fixed: Fen | None = strawberry.field(description="The trustee's sum in yuan; null for a share.")
    dual_sign_above: Fen = strawberry.field(description="Payments above this sum, in yuan, need two signatures.")
    disclosure_every: str = strawberry.field(description='How often accounts are published, e.g. "QUARTER".')
    surplus_rule: str = strawberry.field(description="What happens to what is left of a year.")
    policy_version_id: str = strawberry.field(description="The version of the policy that the terms hold under.")

    @classmethod
    def of(cls, record: TermsRecord) -> "TrustTerms":
        """Return the terms as the schema shows them."""
        stated = record.stated
        return cls(
            fund_scope=list(record.fund_scope),
            remuneration_kind=stated.remuneration_kind,
            remuneration_rate=stated.remuneration_rate,
            remuneration_fixed=stated.remuneration_fixed,
            dual_sign_above=stated.dual_sign_above,
            disclosure_every=stated.disclosure_every,
            surplus_rule=stated.surplus_rule,
            policy_version_id=record.policy_version_id,
        )


@strawberry.federation.type(keys=["id"])
class ServiceContract:
    """The registry's contract, as far as trust answers for it."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ServiceContract":  # noqa: A002
        """Return the reference; its fields are null outside the caller's scope."""
        return cls(id=id)

    @strawberry.field(description="The trust clauses; null for any other contract.")
    async def trust_terms(self, info: Info) -> TrustTerms | None:
        """Return the trust terms that hold for this contract."""
        contract = await info.context.load(loaders.trust_contracts_by_id, str(self.id))
        return None if contract is None or contract.terms is None else TrustTerms.of(contract.terms)
