"""Random histories of all of finance's money under deaths and kills, beside a plain model in memory.

Deposits, fees, both maintenance funds, public revenue, the bank and cut-overs are written at random, in one city and
one order.
Now and then the process dies before a commit, or after it and before anybody is told, also between two pages of a bill
run, and the same is asked again under the same key; and now and then the store itself is killed. Whatever happens, each
step ends as the model says, refusals with their code; after it every account of every book holds what the model says to
the fen, debits equal credits, doors and pool make the fund and the fund what its bank holds; and nothing is doubled or
lost. `ANJU_LONG=1` lives through more and longer histories: two minutes on a machine of its own, ten on a busy one.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from kit.clock import FixedClock
from policy.policies import NATIONAL_FILE, Policies
from services.finance.app import PARTS
from services.finance.domain.books import books_of
from tests.finance.money.bank import Bank
from tests.finance.money.city import City, Subject
from tests.finance.money.deaths import Death
from tests.finance.money.deposits import Deposits
from tests.finance.money.fees import Fees
from tests.finance.money.funds import Funds
from tests.finance.money.openings import Openings
from tests.finance.money.revenue import DONGHU, Revenue
from tests.heard import DISTRICTS, XUNYANG, ZHANGGONG, EmptiedDatabase, service_under_test
from tests.servers import private_directory, running_mongo

pytestmark = pytest.mark.store

IS_LONG = os.environ.get("ANJU_LONG") == "1"
HISTORIES = 3
STEPS = 200 if IS_LONG else 120
KILLS = 2 if IS_LONG else 1
WEIGHTS = (2, 3, 4, 1.5, 0.5, 5, 0.7)
"""How often a step is the bank's, or one of deposits, fees, public revenue in two districts, funds and cut-overs."""

DEATHS = 0.25
FIRST_DAY = datetime(2024, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def killed_database() -> Iterator[EmptiedDatabase]:
    """A store of this module's own: it is killed again and again."""
    with running_mongo() as server:
        yield EmptiedDatabase(server)


@settings(
    max_examples=HISTORIES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate] if IS_LONG else [Phase.explicit],
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=42)
def test_every_history_of_money_ends_as_the_model_says(killed_database: EmptiedDatabase, seed: int) -> None:
    asyncio.run(live_through(killed_database, Random(seed)))


def policies_with_first_payments(directory: Path) -> Policies:
    """Return the five districts' policies over a national law that lets half of an emergency be paid at first.

    The law leaves the share to local lists, and no district has one yet.
    """
    law = NATIONAL_FILE.read_text(encoding="utf-8")
    share = law.replace("emergencyFirstPaymentMax: {value: null,", 'emergencyFirstPaymentMax: {value: "0.5000",')
    assert share != law
    (directory / NATIONAL_FILE.name).write_text(share, encoding="utf-8")
    return Policies.load(DISTRICTS, operator_directory=directory)


async def live_through(database: EmptiedDatabase, chance: Random) -> None:
    with private_directory("anju-policy-") as directory:
        mounted = policies_with_first_payments(directory)
    async with service_under_test(PARTS, database, FixedClock(FIRST_DAY), mounted=mounted) as finance:
        city = await City.over(finance, database)
        bank = Bank(city)
        subjects: list[Subject] = [
            bank,
            Deposits(city, bank),
            Fees(city, bank),
            Revenue(city, bank, DONGHU),
            Revenue(city, bank, XUNYANG),
            Funds(city, bank),
            Openings(city, bank),
        ]
        for subject in subjects:
            await subject.found()
        kills_at = set(chance.sample(range(STEPS), KILLS))
        for place in range(STEPS):
            [subject] = chance.choices(subjects, WEIGHTS)
            step = subject.next_step(chance)
            if place in kills_at:
                doing = asyncio.create_task(city.live(step, death=None, at_commit=1))
                # Under way, or over already: the store dies, and what was acknowledged must be there.
                await asyncio.to_thread(database.server.restart_after_kill)
                await doing
            else:
                death = chance.choice(list(Death)) if chance.random() < DEATHS else None
                await city.live(step, death=death, at_commit=chance.randint(1, max(1, step.commits)))
            await city.check_ledger({id_: fen for one in subjects for id_, fen in one.accounts().items()})
            await subject.check_shown()
        for subject in subjects:
            await subject.check_shown()
        await city.check_seal(*books_of(ZHANGGONG), *books_of(DONGHU), *books_of(XUNYANG))
