"""What the mutations of `mutations.contracts` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from kit.money import Fen
from kit.ratio import Ratio
from services.registry.domain.contract import DepositTerms, DraftItem, Tender, TrustTerms
from services.registry.graphql.enums import (
    ContractKind,
    DepositStatus,
    DisclosureInterval,
    RemunerationKind,
    SurplusRule,
    TenderMethod,
)
from services.registry.use_cases.sign_contract import SignContract, StartService


@strawberry.input(description="One service: what is done, to which standard, at which price; all three are required.")
class ServiceItemInput:
    """One service of a contract."""

    code: str = strawberry.field(description='The service\'s code, e.g. "CLEANING".')
    inside: bool = strawberry.field(default=True, description="Whether it is done inside the gate.")
    menu: str | None = strawberry.field(default=None, description="The menu it was chosen from.")
    description: str | None = strawberry.field(default=None, description="What is done; required.")
    standard: str | None = strawberry.field(default=None, description="To which standard; required.")
    price: Fen | None = strawberry.field(default=None, description="At which price, in yuan; required.")
    price_unit: str | None = strawberry.field(default=None, description='What the price is for, e.g. "m2/month".')


@strawberry.input(description="The deposit clause; a contract may have none.")
class DepositTermsInput:
    """The deposit clause."""

    status: DepositStatus = strawberry.field(description="Whether a deposit was agreed.")
    rate_per_m2: Fen | None = strawberry.field(
        name="ratePerM2",
        default=None,
        description='Yuan per m2 and year, above 0, e.g. "1.00"; only with an agreed deposit.',
    )


@strawberry.input(description="The clauses of a trust contract.")
class TrustTermsInput:
    """The trust clauses."""

    remuneration_kind: RemunerationKind = strawberry.field(description="How the trustee is paid.")
    remuneration_rate: Ratio | None = strawberry.field(
        default=None, description="With a percentage: the share, above 0."
    )
    remuneration_fixed: Fen | None = strawberry.field(default=None, description="With FIXED: yuan a year, above 0.")
    dual_sign_above: Fen = strawberry.field(description="Payments above this many yuan need two signatures.")
    disclosure_every: DisclosureInterval = strawberry.field(description="How often the accounts are published.")
    surplus_rule: SurplusRule = strawberry.field(description="What happens to what is left of a year.")


@strawberry.input(description="The record of an early-stage tender.")
class TenderInput:
    """The record of a tender."""

    method: TenderMethod = strawberry.field(description="Open or invited.")
    reference: str = strawberry.field(description="The authority's reference of the tender.")
    awarded_on: date = strawberry.field(description="The day of the award; not after the signing.")


@strawberry.input(description="Register a property service contract that was concluded in writing.")
class SignContractInput(MutationInput):
    """A contract."""

    estate_id: strawberry.ID = strawberry.field(description="The estate.")
    provider_id: strawberry.ID = strawberry.field(description="The provider.")
    number: str = strawberry.field(description="The contract's number, unique in the city.")
    kind: ContractKind = strawberry.field(description="Who concluded it, and on which footing.")
    signed_on: date = strawberry.field(description="The day of signing; not in the future.")
    from_: date = strawberry.field(name="from", description="The first day of its term; not before the signing.")
    to: date | None = strawberry.field(default=None, description="The last day of its term; none when not limited.")
    decision_id: strawberry.ID | None = strawberry.field(
        default=None, description="The passed joint decision to hire; CONGRESS and TRUST need one."
    )
    items: list[ServiceItemInput] = strawberry.field(description="Its services, 1 to 200.")
    deposit: DepositTermsInput = strawberry.field(description="The deposit clause.")
    trust: TrustTermsInput | None = strawberry.field(default=None, description="With TRUST: the trust's clauses.")
    tender: TenderInput | None = strawberry.field(default=None, description="With EARLY_STAGE: the tender's record.")

    def command(self) -> SignContract:
        """Return the use case's command."""
        trust, tender = self.trust, self.tender
        return SignContract(
            estate_id=self.estate_id,
            provider_id=self.provider_id,
            number=self.number,
            kind=self.kind,
            signed_on=self.signed_on,
            from_=self.from_,
            to=self.to,
            decision_id=self.decision_id,
            items=tuple(
                DraftItem(
                    code=item.code,
                    inside=item.inside,
                    menu=item.menu,
                    description=item.description,
                    standard=item.standard,
                    price=item.price,
                    price_unit=item.price_unit,
                )
                for item in self.items
            ),
            deposit=DepositTerms(self.deposit.status, self.deposit.rate_per_m2),
            trust=None
            if trust is None
            else TrustTerms(
                remuneration_kind=trust.remuneration_kind,
                remuneration_rate=trust.remuneration_rate,
                remuneration_fixed=trust.remuneration_fixed,
                dual_sign_above=trust.dual_sign_above,
                disclosure_every=trust.disclosure_every,
                surplus_rule=trust.surplus_rule,
            ),
            tender=None
            if tender is None
            else Tender(method=tender.method, reference=tender.reference, awarded_on=tender.awarded_on),
        )


@strawberry.input(description="Record that service under a contract began.")
class StartServiceInput(MutationInput):
    """The start of service."""

    contract_id: strawberry.ID = strawberry.field(description="The contract; it is SIGNED.")
    service_start_on: date = strawberry.field(description="The first day of service; not before the signing.")

    def command(self) -> StartService:
        """Return the use case's command."""
        return StartService(contract_id=self.contract_id, service_start_on=self.service_start_on)
