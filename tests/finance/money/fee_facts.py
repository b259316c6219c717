"""What the registry tells, and people set, that changes what is billed: owners, areas, spaces, modes, rates, the end.

(DH-16, DH-38, P10, P13, P14, G-28; Civil Code, arts. 949 and 950.)
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from kit.area import Area, format_area
from kit.ids import new_id
from tests.finance.fees import MANAGER
from tests.finance.money.city import DONE, Answer, Step
from tests.finance.money.fee_bills import PARKING
from tests.finance.money.fee_estate import FeeEstate
from tests.finance.money.fee_model import AREAS, FIRST_RATE_ON, RATES, next_month


class FeeFacts(FeeEstate):
    """What bills and prepaid money follow."""

    def sell(self, chance: Random) -> Step:
        """A part changes hands today: its bills are cut, and the seller's money stays with the seller's days (P13)."""
        part, buyer, today = chance.randrange(len(AREAS)), new_id("own"), self.city.today
        since, seller = self.book.owners[part][-1]
        if since == today:
            return self.set_rate(chance)
        self.book.sell(part, buyer)
        told = self.facts.ownership_transferred(
            self.parts[part], to={buyer: "1.0000"}, since=today.isoformat(), before=(seller,)
        )
        return Step("sell a part", DONE, self.city.facts(told))

    def measure_anew(self, chance: Random) -> Step:
        """A part is measured anew, now and then for days that are billed already (DH-38)."""
        part = chance.randrange(len(AREAS))
        known = self.book.areas[part]
        area = chance.choice([known[-1][1], *(known[0][1] + more for more in (-300, 1, 1_250))])
        since = max(self.city.today - timedelta(days=chance.choice([0, 0, 9, 40])), FIRST_RATE_ON)
        self.book.measure_anew(part, area, since)
        told = self.facts.fact(
            "registry.part.changed",
            self.parts[part],
            since.isoformat(),
            estateId=self.facts.estate_id,
            partId=self.parts[part],
            buildingId=f"bld_{self.facts.estate_id.removeprefix('est_')}",
            doorNumber=f"1栋{part + 1}01",
            area=format_area(Area(area)),
            areaBasis="REGISTER",
            hasLift=False,
            effectiveOn=since.isoformat(),
        )
        return Step("measure a part anew", DONE, self.city.facts(told))

    def change_mode(self, chance: Random) -> Step:
        """The owners' trust fund is paid from a day on, or the provider again; or that is taken back (G-28, P10)."""
        modes = self.book.service.modes
        since = max(self.city.today + timedelta(days=chance.choice([0, 0, -12, 20])), FIRST_RATE_ON)
        is_reversal = bool(modes) and chance.random() < 0.2
        if is_reversal:
            since = chance.choice(sorted(modes))
            mode = modes.pop(since)
        else:
            mode = modes[since] = chance.choice(["TRUST", "TRUST", "MARKET"])
        self.book.follow_service(since)
        told = self.facts.mode_changed(
            mode, since.isoformat(), contract_id=self.facts.contract_id, is_reversal=is_reversal
        )
        return Step(f"change the mode to {mode}", DONE, self.city.facts(told))

    def end(self, chance: Random) -> Step:
        """The contract ends: what was paid beyond it is to go back, and what goes on is billed apart (949, 950)."""
        last = self.city.today - timedelta(days=chance.choice([0, 0, 8]))
        if self.book.service.ended_on is not None or not self.book.billed[False] or last < self.book.billed[False][0]:
            return self.set_rate(chance)
        is_over = chance.random() < 0.3
        self.book.end(last, is_over=is_over)
        told = (
            self.facts.exit_step("NOTICE", last.isoformat(), earliest_end_on=last.isoformat()),
            self.facts.contract_terminated(last.isoformat(), handover_accepted=not is_over),
        )
        return Step("end the contract of fees", DONE, self.city.facts(*told))

    def count_spaces(self, chance: Random) -> Step:
        """A part has so many spaces from a day on, which is not billed yet."""
        if self.book.service.ended_on is not None:
            return self.measure_anew(chance)
        part, quantity = chance.randrange(len(AREAS)), chance.choice([0, 1, 2])
        fresh = next_month(max([*self.book.billed[False], date(2024, 3, 1)]))
        last = max((since for since, _ in self.book.spaces[part]), default=date.min)
        since = max(fresh + timedelta(days=chance.choice([0, 0, 13])), last)
        expected = DONE
        if self.book.billed[False] and chance.random() < 0.2:
            since, expected = fresh - timedelta(days=1), "STATE_CONFLICT"
        if expected == DONE:
            self.book.spaces[part] = [one for one in self.book.spaces[part] if one[0] != since] + [(since, quantity)]
        ask = self.city.mutation(
            "recordFeeUnits",
            by=MANAGER,
            selects="account { number }",
            partId=self.parts[part],
            itemCode=PARKING,
            unit="PER_SPACE_MONTH",
            on=since.isoformat(),
            quantity=quantity,
        )
        return Step("count spaces", expected, ask)

    def set_rate(self, chance: Random) -> Step:
        """Let the fee cost something else from the first month that is not billed."""
        billed = [*self.book.billed[False], *self.book.billed[True]]
        since, rate = next_month(max([*billed, date(2024, 3, 1)])), chance.choice(RATES)
        if billed and chance.random() < 0.3:
            since = max(billed)
        expected = DONE
        if any(known == since for known, _ in self.book.rates):
            expected = "DUPLICATE"
        elif since in billed:
            expected = "STATE_CONFLICT"
        values = {
            "estateId": self.facts.estate_id,
            "contractId": self.facts.contract_id,
            "effectiveFrom": since.isoformat(),
        }
        set_rate = self.city.mutation(
            "setFeeSchedule",
            by=MANAGER,
            selects="rates { rate }",
            rates=[{"itemCode": "PROPERTY", "unit": "PER_M2_MONTH", "rate": rate}],
            **values,
        )
        mark = self.city.mutation(
            "markPrices",
            by=MANAGER,
            selects="rates { rate }",
            items=["PROPERTY"],
            markedOn=self.city.today.isoformat(),
            **values,
        )
        if expected == DONE:
            self.book.rates.append((since, rate))

        async def ask() -> Answer:
            answer = await set_rate()
            return answer if answer.outcome != DONE else replace(await mark(), replayed=None)

        return Step("set a rate", expected, ask, commits=2)
