"""Each small machine of the registry is one table: what it does not name is refused, in every state and on any walk."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Final

import pytest

from kit.score import Score
from policy.instruments import WelfarePoolPolicy
from policy.policies import Policies
from services.registry.domain import abandonment, decision, selection, welfare_pool
from services.registry.domain.abandonment import (
    Abandonment,
    AbandonmentReason,
    AlreadyAbandoned,
    CareEvent,
    CareState,
    NotAbandoned,
    care_of,
    check_abandonment,
    taken_up,
)
from services.registry.domain.credit import Credit, YearlyScore
from services.registry.domain.decision import (
    DecisionClosed,
    DecisionEvent,
    DecisionState,
    Result,
    check_closing,
)
from services.registry.domain.selection import (
    Menu,
    Plan,
    PlanNotFixed,
    Procedure,
    SelectionClosed,
    SelectionEvent,
    SelectionState,
    require_open_plan,
    selection_state,
)
from services.registry.domain.tender import TenderMethod
from services.registry.domain.welfare_pool import (
    InPoolAlready,
    NotInPool,
    PoolEvent,
    PoolMembership,
    PoolState,
    entry_to_pool,
    leaving_pool,
    state_in_pool,
)

TODAY: Final = date(2026, 3, 5)
DAY: Final = timedelta(days=1)
LEFT_BY_PROVIDER: Final = AbandonmentReason.PROVIDER_LEFT


def recorded(latest: Abandonment | None, event: CareEvent, on: date) -> Abandonment:
    """Return the latest abandonment after the event on a day."""
    if event is CareEvent.TAKE_UP:
        return taken_up(latest, on=on, today=TODAY)
    check_abandonment(latest, reason=LEFT_BY_PROVIDER, on=on, is_served=False, today=TODAY)
    return Abandonment(LEFT_BY_PROVIDER, on)


@pytest.mark.rule("ZG-40")
@pytest.mark.parametrize(("state", "event"), list(product(CareState, CareEvent)))
def test_an_estate_is_abandoned_and_taken_up_by_turns(state: CareState, event: CareEvent) -> None:
    latest = Abandonment(LEFT_BY_PROVIDER, TODAY) if state is CareState.ABANDONED else None
    after = abandonment.TRANSITIONS.get((state, event))
    if after is not None:
        assert care_of(recorded(latest, event, TODAY)) is after
        return
    with pytest.raises(AlreadyAbandoned if event is CareEvent.ABANDON else NotAbandoned) as refused:
        recorded(latest, event, TODAY)
    assert refused.value.code == "STATE_CONFLICT"


@pytest.mark.rule("ZG-40")
@pytest.mark.parametrize("seed", range(5))
def test_on_any_walk_no_two_abandonments_overlap(seed: int) -> None:
    walk = random.Random(seed)
    history: list[Abandonment] = []
    day = TODAY - 400 * DAY
    for _ in range(200):
        event, latest = walk.choice(list(CareEvent)), history[-1] if history else None
        if (care_of(latest), event) not in abandonment.TRANSITIONS:
            with pytest.raises((AlreadyAbandoned, NotAbandoned)):
                recorded(latest, event, day)
            continue
        found = recorded(latest, event, day)
        history[-1 if event is CareEvent.TAKE_UP else len(history) :] = [found]
        day = min(TODAY, day + walk.randint(0, 3) * DAY)

    assert len(history) > 20
    for before, after in pairwise(history):
        assert before.to is not None
        assert before.from_ <= before.to <= after.from_


@pytest.fixture(scope="module")
def pool_policy(mounted: Policies) -> WelfarePoolPolicy:
    """What Zhanggong asks of a company in the pool."""
    (file,) = [file for file in mounted.files if file.area == "360702"]
    found = file.instruments[WelfarePoolPolicy.key]
    assert isinstance(found, WelfarePoolPolicy)
    return found


GOOD_CREDIT: Final = Credit(scores=(YearlyScore(2025, Score(9200), serious_dishonesty=False),))


@pytest.mark.rule("ZG-39")
@pytest.mark.parametrize("seed", range(5))
def test_a_company_joins_and_leaves_the_pool_by_turns_on_any_walk(pool_policy: WelfarePoolPolicy, seed: int) -> None:
    walk = random.Random(seed)
    current: PoolMembership | None = None
    met = set()

    def recorded_in_pool(event: PoolEvent) -> PoolMembership:
        if event is PoolEvent.LEAVE:
            return leaving_pool(current, left_on=TODAY, because="自愿退出", today=TODAY)
        return entry_to_pool(
            GOOD_CREDIT, current, joined_on=TODAY, rank_reference="赣市物信〔2025〕3号", needs=pool_policy, today=TODAY
        )

    for _ in range(40):
        event, state = walk.choice(list(PoolEvent)), state_in_pool(current)
        met.add((state, event))
        if (state, event) not in welfare_pool.TRANSITIONS:
            with pytest.raises(InPoolAlready if event is PoolEvent.JOIN else NotInPool):
                recorded_in_pool(event)
            continue
        current = recorded_in_pool(event)
        assert state_in_pool(current) is welfare_pool.TRANSITIONS[(state, event)]
    assert met == set(product(PoolState, PoolEvent))


RESULTS: Final = {
    DecisionEvent.PASSED: Result(quorum_met=True, passed=True),
    DecisionEvent.FAILED: Result(quorum_met=True, passed=False),
    DecisionEvent.WITHOUT_QUORUM: Result(quorum_met=False, passed=False),
}


@pytest.mark.parametrize(("state", "event"), list(product(DecisionState, DecisionEvent)))
def test_a_decision_has_one_result(state: DecisionState, event: DecisionEvent) -> None:
    assert RESULTS[event].event is event
    if (state, event) in decision.TRANSITIONS:
        check_closing(closed_on=TODAY, voting_to=TODAY, today=TODAY, state=state)
        assert RESULTS[event].state is decision.TRANSITIONS[(state, event)]
        return
    with pytest.raises(DecisionClosed) as refused:
        check_closing(closed_on=TODAY, voting_to=TODAY, today=TODAY, state=state)
    assert (refused.value.code, refused.value.value) == ("STATE_CONFLICT", state.value)


@pytest.mark.parametrize("seed", range(3))
def test_on_any_walk_the_first_result_of_a_decision_stays(seed: int) -> None:
    walk = random.Random(seed)
    state = DecisionState.NOTICED
    first = walk.choice(list(DecisionEvent))
    for event in (first, *walk.choices(list(DecisionEvent), k=20)):
        state = decision.TRANSITIONS.get((state, event), state)
    assert state is RESULTS[first].state


PLAN: Final = Plan(owners_heard_on=TODAY, fixed_on=TODAY, menus=(Menu(code="L1", name="一级", items=()),))
PROCEDURE: Final = Procedure(
    method=TenderMethod.OPEN, reference="选聘〔2026〕1号", accepted_way=None, decided_on=TODAY, offers=()
)
SELECTIONS: Final[dict[SelectionState, tuple[Plan | None, Procedure | None]]] = {
    SelectionState.NO_PLAN: (None, None),
    SelectionState.PLAN_FIXED: (PLAN, None),
    SelectionState.OFFERED: (PLAN, PROCEDURE),
}


@pytest.mark.rule("PZ-14")
@pytest.mark.rule("DH-51")
@pytest.mark.parametrize("seed", range(5))
def test_on_any_walk_a_plan_is_open_until_somebody_offers(seed: int) -> None:
    walk = random.Random(seed)
    plan: Plan | None = None
    procedure: Procedure | None = None
    met = set()
    for _ in range(60):
        state, event = selection_state(plan, procedure), walk.choice(list(SelectionEvent))
        met.add((state, event))
        assert (plan is None, procedure is None) == tuple(each is None for each in SELECTIONS[state])
        if event is SelectionEvent.FIX_PLAN:
            plan, procedure = PLAN, None
        elif (state, event) not in selection.TRANSITIONS:
            with pytest.raises(PlanNotFixed if plan is None else SelectionClosed) as refused:
                require_open_plan(plan, procedure, estate_id="est_1", event=event)
            assert refused.value.path == ("input", "estateId")
            continue
        elif event is SelectionEvent.AMEND_MENU:
            plan = replace(require_open_plan(plan, procedure, estate_id="est_1", event=event), fixed_on=TODAY)
        else:
            require_open_plan(plan, procedure, estate_id="est_1", event=event)
            procedure = PROCEDURE
        assert selection_state(plan, procedure) is selection.TRANSITIONS[(state, event)]
    assert {state for state, _ in met} == set(SelectionState)
