"""Fees that lie in the trust fund's custody account: what leaves it for the estate's own service (P5, PZ-26)."""

from random import Random

from kit.money import Fen, format_money
from tests.finance.fees import MANAGER
from tests.finance.money.city import DONE, Step
from tests.finance.money.fee_estate import FeeEstate

OF_THE_ACCOUNT = ("fees", "fee refund", "fee expense")


class FeeCustody(FeeEstate):
    """What is paid out of fees that a custody account holds."""

    def spend(self, chance: Random) -> Step:
        """Wages or repairs are paid: no more than the account holds of the fees, once for a reference of the bank."""
        held = self.in_custody
        used = [one for kind in OF_THE_ACCOUNT for one in self.bank.references(self.custody, kind)]
        amount = chance.choice([held, held // 2, held // 3, held + 1, 1, 0])
        reference = chance.choice(used) if used and chance.random() < 0.1 else self.city.new_reference()
        if amount <= 0:
            expected = "VALIDATION"
        elif reference in used:
            expected = "DUPLICATE"
        elif amount > held:
            expected = "INSUFFICIENT_FUNDS"
        else:
            expected = DONE
            self.expenses[reference] = amount
            self.bank.moves(self.custody, reference, -amount, "fee expense")
        ask = self.city.mutation(
            "spendFees",
            by=MANAGER,
            selects="spending { id }",
            estateId=self.facts.estate_id,
            custodyAccountId=self.custody,
            use=chance.choice(["WAGES", "COMMON_PART_REPAIR"]),
            amount=format_money(Fen(amount)),
            spentOn=self.city.today.isoformat(),
            payee="赣江保洁有限公司",
            bankRef=reference,
            voucherId="doc_1",
        )
        return Step("spend fees", expected, ask)
