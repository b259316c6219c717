"""What the mutations of `mutations.selections` are given."""

from datetime import date

import strawberry

from kit.graphql.payloads import MutationInput
from services.registry.graphql.enums import TenderMethod
from services.registry.graphql.inputs.contracts import ServiceItemInput
from services.registry.use_cases.select_provider import AmendMenu, DraftMenu, FixServicePlan, RecordTender


@strawberry.input(description="One service tier with its priced services.")
class ServiceMenuInput:
    """A menu."""

    code: str = strawberry.field(description="Its code, unique in the plan.")
    name: str = strawberry.field(description="Its name.")
    items: list[ServiceItemInput] = strawberry.field(description="Its services, 1 to 200.")

    def menu(self) -> DraftMenu:
        """Return the menu as it was handed in."""
        return DraftMenu(code=self.code, name=self.name, items=tuple(item.draft() for item in self.items))


@strawberry.input(description="Fix service content and fee standard after hearing the owners: a selection begins.")
class FixServicePlanInput(MutationInput):
    """A plan."""

    estate_id: strawberry.ID = strawberry.field(description="The estate that selects.")
    owners_heard_on: date = strawberry.field(description="The day the owners were heard.")
    fixed_on: date = strawberry.field(description="The day the plan was fixed; not before, not in the future.")
    menus: list[ServiceMenuInput] = strawberry.field(description="The menus, 1 to 20.")

    def command(self) -> FixServicePlan:
        """Return the use case's command."""
        return FixServicePlan(
            estate_id=self.estate_id,
            owners_heard_on=self.owners_heard_on,
            fixed_on=self.fixed_on,
            menus=tuple(menu.menu() for menu in self.menus),
        )


@strawberry.input(description="Change or add a menu of the estate's plan while nobody has offered on it.")
class AmendMenuInput(MutationInput):
    """An amended menu."""

    estate_id: strawberry.ID = strawberry.field(description="The estate that selects.")
    fixed_on: date = strawberry.field(description="The day the plan was fixed anew; not before it was, not to come.")
    menu: ServiceMenuInput = strawberry.field(description="The menu; one of the same code is replaced.")

    def command(self) -> AmendMenu:
        """Return the use case's command."""
        return AmendMenu(estate_id=self.estate_id, fixed_on=self.fixed_on, menu=self.menu.menu())


@strawberry.input(description="A candidate's offer.")
class ProviderOfferInput:
    """An offer."""

    provider_id: strawberry.ID = strawberry.field(description="Who offers.")
    menu_code: str = strawberry.field(description="The code of the menu.")


@strawberry.input(description="Record how candidates were found on the estate's plan, and what they offer.")
class RecordTenderInput(MutationInput):
    """The way of selecting."""

    estate_id: strawberry.ID = strawberry.field(description="The estate that selects; its plan is fixed.")
    method: TenderMethod = strawberry.field(description="OPEN, INVITED or OTHER_WAY.")
    reference: str = strawberry.field(description="The reference of its record.")
    accepted_way: str | None = strawberry.field(default=None, description="With OTHER_WAY: the way that owners accept.")
    decided_on: date = strawberry.field(description="The day; not before the plan was fixed, not in the future.")
    offers: list[ProviderOfferInput] = strawberry.field(description="The offers, 1 to 50.")

    def command(self) -> RecordTender:
        """Return the use case's command."""
        return RecordTender(
            estate_id=self.estate_id,
            method=self.method,
            reference=self.reference,
            accepted_way=self.accepted_way,
            decided_on=self.decided_on,
            offers=tuple((str(offer.provider_id), offer.menu_code) for offer in self.offers),
        )
