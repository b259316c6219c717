"""How contracts end: notices, steps by district, handover, end, and what is announced of it."""

from typing import Any

import pytest

from kit.caller import Role, Scope
from tests.registry.cities import ESTATE_FACTS, City, Registry, caller, contract, document, external_result

pytestmark = pytest.mark.store

OLD_CONTRACT: dict[str, Any] = {
    "signedOn": "2025-06-01",
    "from": "2025-06-01",
    "to": "2026-02-01",
    "tender": {"method": "OPEN", "reference": "章招〔2025〕8号", "awardedOn": "2025-05-20"},
}

EXIT = """
query Exit($id: ID!) {
  contract(id: $id) {
    state earliestEndOn endedOn endCause handoverAccepted continuesIndefinitely renewalAlarmOn postTerminationFrom
    exitNotice { givenBy ground trigger noticedOn decisionId }
    exitSteps { step stepOn documentId }
    handoverChecklist { group acceptedOn supervisedByCommunity }
  }
}
"""


async def served(registry: Registry, city: City, **changed: Any) -> str:
    """Return a contract under which the estate is served since 2025-06-01."""
    contract_id = await registry.done("signContract", "contract", **contract(city, **{**OLD_CONTRACT, **changed}))
    await registry.done("startService", "contract", contractId=contract_id, serviceStartOn="2025-06-01")
    return contract_id


async def noticed(registry: Registry, city: City, contract_id: str, noticed_on: str = "2025-12-01") -> dict[str, Any]:
    return await registry.write(
        "noticeExit",
        "contract { id state earliestEndOn }",
        contractId=contract_id,
        noticedOn=noticed_on,
        trigger="PROVIDER_LEAVES",
        documentId=await document(registry, city),
    )


@pytest.fixture
async def nanzheng(registry: Registry, city: City) -> City:
    """A city of Nanzheng, whose document asks for all five steps, around the same provider."""
    street = await registry.done("registerStreet", "street", district="610703", name="汉山街道")
    community = await registry.done("registerCommunity", "community", streetId=street, name="周家坪社区")
    estate = await registry.done(
        "registerEstate",
        "estate",
        code="610703-001",
        name="汉山小区",
        streetId=street,
        communityId=community,
        **ESTATE_FACTS,
    )
    return City(street, community, community, estate, city.building, city.provider)


@pytest.mark.rule("ZG-13")
async def test_an_exit_by_the_steps_of_zhanggong(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    notice = await noticed(registry, city, contract_id)
    paper = await document(registry, city)
    await registry.done("beginHandover", "contract", contractId=contract_id, begunOn="2026-02-20", documentId=paper)
    handing_over = (await registry.ask(EXIT, id=contract_id))["contract"]
    for group in ("ROOMS", "FACILITIES", "DOCUMENTS"):
        await registry.done(
            "acceptHandover",
            "contract",
            contractId=contract_id,
            group=group,
            acceptedOn="2026-02-25",
            documentId=paper,
            supervisedByCommunity=True,
        )
    left = await registry.write(
        "terminateContract", "contract { estate { mode } }", contractId=contract_id, endedOn="2026-03-01"
    )

    assert left["contract"]["estate"]["mode"] == "NONE"
    assert left["warnings"] == [{"code": "WARN:NOBODY_MANAGES", "value": "2026-03-01"}]
    changes = await registry.announced("registry.mode.changed")
    assert [(change.data["to"], change.data["effectiveOn"]) for change in changes] == [
        ("MARKET", "2025-06-01"),
        ("NONE", "2026-03-01"),
    ]
    ended = (await registry.ask(EXIT, id=contract_id))["contract"]
    assert notice["contract"] == {"id": contract_id, "state": "EXIT_NOTICED", "earliestEndOn": "2026-03-01"}
    assert notice["warnings"] == [{"code": "WARN:LATE_NOTICE", "value": "2026-03-01"}]
    assert handing_over["renewalAlarmOn"] == "2025-11-03"
    assert handing_over["postTerminationFrom"] == "2026-03-01"
    assert handing_over["handoverChecklist"][0] == {"group": "ROOMS", "acceptedOn": None, "supervisedByCommunity": None}
    assert (ended["state"], ended["endedOn"], ended["endCause"]) == ("TERMINATED", "2026-03-01", "NOT_RENEWED")
    assert (ended["handoverAccepted"], ended["postTerminationFrom"]) == (True, None)
    assert [step["step"] for step in ended["exitSteps"]] == ["NOTICE", "HANDOVER"]
    steps = await registry.announced("registry.contract.exit_step")
    assert [(step.data["step"], step.data["stepOn"], step.data.get("earliestEndOn")) for step in steps] == [
        ("NOTICE", "2025-12-01", "2026-03-01"),
        ("HANDOVER", "2026-02-20", None),
    ]
    (end,) = await registry.announced("registry.contract.terminated")
    assert (end.data["endedOn"], end.data["handoverAccepted"], end.data["cause"]) == ("2026-03-01", True, "NOT_RENEWED")


@pytest.mark.rule("ZG-13")
async def test_an_exit_without_a_report_is_refused(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    given = {"contractId": contract_id, "noticedOn": "2025-12-01", "trigger": "PROVIDER_LEAVES"}

    silent = await registry.refused("noticeExit", **given)
    invented = await registry.refused("noticeExit", documentId="doc_none", **given)

    assert (silent["code"], silent["path"]) == ("PRECONDITION", ["input", "documentId"])
    assert (invented["code"], invented["path"]) == ("NOT_FOUND", ["input", "documentId"])


@pytest.mark.rule("ZG-13")
async def test_the_residents_committee_supervises_the_handover(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    await noticed(registry, city, contract_id)
    paper = await document(registry, city)
    await registry.done("beginHandover", "contract", contractId=contract_id, begunOn="2026-02-20", documentId=paper)
    given = {"contractId": contract_id, "group": "ROOMS", "acceptedOn": "2026-02-25", "documentId": paper}

    alone = await registry.refused("acceptHandover", **given)
    await registry.done("acceptHandover", "contract", supervisedByCommunity=True, **given)
    twice = await registry.refused("acceptHandover", supervisedByCommunity=True, **given)
    early = await registry.refused("terminateContract", contractId=contract_id, endedOn="2026-02-28")
    half = await registry.refused("terminateContract", contractId=contract_id, endedOn="2026-03-01")

    assert (alone["code"], alone["path"]) == ("PRECONDITION", ["input", "supervisedByCommunity"])
    assert twice["code"] == "STATE_CONFLICT"
    assert (early["code"], early["value"]) == ("OUT_OF_RANGE", "2026-02-28")
    assert (half["code"], half["path"]) == ("PRECONDITION", ["input", "contractId"])


async def test_a_refused_handover_ends_the_contract_without_one(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    await noticed(registry, city, contract_id)
    await registry.done(
        "beginHandover",
        "contract",
        contractId=contract_id,
        begunOn="2026-02-20",
        documentId=await document(registry, city),
    )

    await registry.done(
        "terminateContract", "contract", contractId=contract_id, endedOn="2026-03-01", handoverRefused=True
    )

    (end,) = await registry.announced("registry.contract.terminated")
    assert (end.data["handoverAccepted"], end.data["cause"]) == (False, "HANDOVER_REFUSED")


@pytest.mark.rule("NZ-13")
async def test_nanzheng_skips_none_of_five_steps(registry: Registry, nanzheng: City) -> None:
    contract_id = await served(registry, nanzheng)
    paper = await document(registry, nanzheng)
    decision = await dismissal(registry, nanzheng, contract_id)
    await registry.done(
        "dismissProvider",
        "contract",
        contractId=contract_id,
        noticedOn="2025-12-01",
        trigger="LOW_SATISFACTION",
        documentId=paper,
        decisionId=decision,
    )
    handover = {"contractId": contract_id, "begunOn": "2026-01-20", "documentId": paper}
    end = {"contractId": contract_id, "endedOn": "2026-03-01"}

    skipped_two = await registry.refused("beginHandover", **handover)
    await registry.done("recordExitAudit", "contract", contractId=contract_id, auditedOn="2025-12-20", documentId=paper)
    skipped_one = await registry.refused("beginHandover", **handover)
    reselection = {"contractId": contract_id, "reselectedOn": "2026-01-10", "documentId": paper}
    nobody = await registry.refused("reselectProvider", **reselection)
    dismissed_only = await registry.refused("reselectProvider", decisionId=decision, **reselection)
    chosen = await dismissal(registry, nanzheng, "prv_of_the_neighbours")
    await registry.done("reselectProvider", "contract", decisionId=chosen, **reselection)
    backdated = await registry.refused("beginHandover", **{**handover, "begunOn": "2026-01-09"})
    await registry.done("beginHandover", "contract", **handover)
    early_buffer = await registry.refused("beginBuffer", contractId=contract_id, begunOn="2026-02-01", documentId=paper)
    for group in ("ROOMS", "FACILITIES", "DOCUMENTS"):
        await registry.done(
            "acceptHandover",
            "contract",
            contractId=contract_id,
            group=group,
            acceptedOn="2026-01-25",
            documentId=paper,
        )
    unbuffered = await registry.refused("terminateContract", **end)
    await registry.done("beginBuffer", "contract", contractId=contract_id, begunOn="2026-02-01", documentId=paper)
    await registry.done("terminateContract", "contract", **end)

    refusals = [skipped_two, skipped_one, nobody, dismissed_only, backdated, early_buffer, unbuffered]
    assert [refusal["code"] for refusal in refusals] == [
        "STATE_CONFLICT",
        "STATE_CONFLICT",
        "NEEDS_DECISION",
        "NEEDS_DECISION",
        "VALIDATION",
        "PRECONDITION",
        "STATE_CONFLICT",
    ]
    steps = await registry.announced("registry.contract.exit_step")
    assert [step.data["step"] for step in steps] == ["NOTICE", "AUDIT", "RESELECT", "HANDOVER", "BUFFER"]
    (ended,) = await registry.announced("registry.contract.terminated")
    assert ended.data["cause"] == "DISMISSED"


async def dismissal(registry: Registry, city: City, contract_id: str, **changed: Any) -> str:
    """Return a passed decision of 2025-11-20 to end the contract."""
    decision = await registry.done(
        "openDecision",
        "jointDecision",
        **{
            "estateId": city.estate,
            "matter": "HIRE_OR_DISMISS_PROVIDER",
            "subjectRef": contract_id,
            "noticeOn": "2025-10-20",
            "votingFrom": "2025-11-10",
            "votingTo": "2025-11-20",
            **changed,
        },
    )
    await registry.done("importExternalResult", "jointDecision", **external_result(decision, closedOn="2025-11-20"))
    return decision


async def test_owners_dismiss_by_their_decision_and_sixty_days(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    given = {
        "contractId": contract_id,
        "noticedOn": "2025-12-01",
        "trigger": "POOR_ASSESSMENT",
        "documentId": await document(registry, city),
    }

    undecided = await registry.refused("dismissProvider", **given)
    about_hiring = await registry.refused(
        "dismissProvider", decisionId=await dismissal(registry, city, city.provider), **given
    )
    decision = await dismissal(registry, city, contract_id)
    before = await registry.refused("dismissProvider", decisionId=decision, **{**given, "noticedOn": "2025-11-19"})
    dismissed = await registry.write(
        "dismissProvider",
        "contract { state earliestEndOn exitNotice { givenBy ground trigger decisionId } }",
        decisionId=decision,
        **given,
    )

    assert [refusal["code"] for refusal in (undecided, about_hiring, before)] == ["NEEDS_DECISION"] * 3
    assert dismissed["contract"] == {
        "state": "EXIT_NOTICED",
        "earliestEndOn": "2026-01-30",
        "exitNotice": {
            "givenBy": "OWNERS",
            "ground": "DISMISSAL",
            "trigger": "POOR_ASSESSMENT",
            "decisionId": decision,
        },
    }


async def test_a_contract_past_its_term_goes_on_until_sixty_days_of_notice(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    running_on = (await registry.ask(EXIT, id=contract_id))["contract"]

    payload = await noticed(registry, city, contract_id, noticed_on="2026-02-02")

    assert (running_on["state"], running_on["continuesIndefinitely"]) == ("ACTIVE", True)
    assert payload["contract"]["earliestEndOn"] == "2026-04-03"
    assert payload["warnings"] == []


async def test_the_provider_gives_notice_of_its_own_contract_alone(registry: Registry, city: City) -> None:
    contract_id = await served(registry, city)
    given = {
        "contractId": contract_id,
        "noticedOn": "2025-12-01",
        "trigger": "PROVIDER_LEAVES",
        "documentId": await document(registry, city),
    }

    refused = await registry.refused("dismissProvider", by=caller(Role.PROVIDER), **given)
    payload = await registry.write("noticeExit", "contract { state }", by=caller(Role.PROVIDER), **given)

    assert refused["code"] == "FORBIDDEN_ACTOR"
    assert payload["contract"] == {"state": "EXIT_NOTICED"}


async def test_the_next_provider_enters_once_the_handover_began(registry: Registry, city: City) -> None:
    old = await served(registry, city, kind="CUSTODY", tender=None)
    new = await registry.done(
        "signContract",
        "contract",
        **contract(city, number="HT-2", kind="CUSTODY", tender=None, signedOn="2026-02-10", **{"from": "2026-02-20"}),
    )
    await noticed(registry, city, old)
    early = await registry.refused("startService", contractId=new, serviceStartOn="2026-02-20")
    await registry.done(
        "beginHandover", "contract", contractId=old, begunOn="2026-02-20", documentId=await document(registry, city)
    )

    await registry.done("startService", "contract", contractId=new, serviceStartOn="2026-02-20")

    assert (early["code"], early["value"]) == ("STATE_CONFLICT", "HT-2026-001")
    answer = await registry.ask("query($id: ID!) { estate(id: $id) { currentContract { id } } }", id=city.estate)
    assert answer["estate"]["currentContract"] == {"id": new}
    assert (await registry.ask(EXIT, id=old))["contract"]["postTerminationFrom"] is None


ENDING = """
query Ending($first: Int!, $after: String) {
  endingContracts(first: $first, after: $after) { nodes { number } pageInfo { hasNextPage endCursor } }
}
"""


async def test_contracts_that_end_within_ninety_days_are_listed_until_somebody_gives_notice(
    registry: Registry, city: City
) -> None:
    contracts = {}
    # Ninety days from 5 March are 3 June.
    for number, to in enumerate(("2026-06-03", "2026-06-04", "2026-03-05", "2026-03-04"), start=1):
        estate = await registry.done(
            "registerEstate",
            "estate",
            code=f"360702-10{number}",
            name=f"桂园{number}期",
            streetId=city.street,
            communityId=city.community,
            **ESTATE_FACTS,
        )
        contracts[to] = await served(registry, city, estateId=estate, number=to, to=to, kind="COOPERATION", tender=None)

    first = (await registry.ask(ENDING, first=1))["endingContracts"]
    rest = (await registry.ask(ENDING, first=9, after=first["pageInfo"]["endCursor"]))["endingContracts"]
    street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"))
    seen = (await registry.ask(ENDING, by=street, first=9))["endingContracts"]
    elsewhere = caller(Role.STREET, scope=Scope.of("district:360403"))
    unseen = (await registry.ask(ENDING, by=elsewhere, first=9))["endingContracts"]
    await noticed(registry, city, contracts["2026-03-05"])
    noticed_already = (await registry.ask(ENDING, first=9))["endingContracts"]

    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"number": "2026-03-05"}], True)
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([{"number": "2026-06-03"}], False)
    assert seen["nodes"] == [{"number": "2026-03-05"}, {"number": "2026-06-03"}]
    assert unseen["nodes"] == []
    assert noticed_already["nodes"] == [{"number": "2026-06-03"}]
