"""The demonstration city's first contracts, told through the gateway as its users would tell them.

1. Zhanggong: a provider is filed, scored and looked up; its early-stage contract agrees a deposit; finance demands it
   by the district's policy; it is paid into the street's account.
2. The same district, another estate: the owners' congress forms, its account opens, the deposit moves there.
3. A provider with two bad years lands on the blacklist; its contract stays, with an advice to end it.
4. Panzhihua: the owners decide for the trust model, and the contract carries its terms.

Every command has a fixed idempotency key, so telling the story again changes nothing.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ZHANGGONG, PANZHIHUA = "360702", "510400"
# A document that does not say when it came into force needs the operator's word; Panzhihua's says it.
POLICIES = (
    ("360102", "2021-03-01"),
    ("610703", "2021-09-01"),
    ("360403", "2023-05-01"),
    (ZHANGGONG, "2021-06-01"),
    (PANZHIHUA, None),
)
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.2
# What another service refuses only until it has heard of what a command before this one did.
NOT_HEARD_YET = {"NOT_FOUND", "PRECONDITION", "INSTRUMENT_NOT_AVAILABLE"}
CHECK_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Answer = dict[str, Any]


class StoryInterrupted(Exception):
    """A command of the demonstration was refused, or what should follow from it did not come."""


@dataclass
class Narrator:
    """Asks and commands the gateway with one token; counts the commands."""

    url: str
    token: str
    commands: int = 0

    def ask(self, document: str, variables: Mapping[str, Any]) -> Answer:
        """Return the answer's data; raises StoryInterrupted on any error."""
        request = urllib.request.Request(
            self.url,
            data=json.dumps({"query": document, "variables": dict(variables)}).encode(),
            headers={"content-type": "application/json", "authorization": f"Bearer {self.token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer: Answer = json.load(response)
        except urllib.error.HTTPError as problem:
            raise StoryInterrupted(f"the gateway answered {problem.code}: {problem.read(400)!r}") from problem
        if answer.get("errors"):
            raise StoryInterrupted(f"the gateway answered with errors: {_as_text(answer['errors'])}")
        data: Answer = answer["data"]
        return data

    def command(self, name: str, key: str, selection: str, /, **fields: Any) -> Answer:
        """Return the payload of a mutation, tried again while its service has not heard of what came before.

        Raises StoryInterrupted when it is refused for good.
        """
        input_type = f"{name[0].upper()}{name[1:]}Input"
        document = (
            f"mutation Tell($input: {input_type}!) "
            f"{{ {name}(input: $input) {{ {selection} errors {{ code message path value }} }} }}"
        )
        variables = {"input": {"idempotencyKey": f"demo-{key}", "reason": "演示数据", **fields}}

        def done(data: Answer) -> Answer | None:
            payload: Answer = data[name]
            codes = {error["code"] for error in payload["errors"]}
            if codes - NOT_HEARD_YET:
                raise StoryInterrupted(f"{name} ({key}) was refused: {_as_text(payload['errors'])}")
            return None if codes else payload

        payload: Answer = self.wait_for(f"{name} ({key})", document, variables, done)
        self.commands += 1
        return payload

    def wait_for(self, what: str, document: str, variables: Mapping[str, Any], found: Callable[[Answer], Any]) -> Any:
        """Return what `found` sees in the answer, asking until it sees something; raises StoryInterrupted at last."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            data = self.ask(document, variables)
            seen = found(data)
            if seen:
                return seen
            if time.monotonic() > deadline:
                raise StoryInterrupted(f"{what} did not come within {PATIENCE_SECONDS:.0f} s: {_as_text(data)}")
            time.sleep(POLL_SECONDS)


def tell(url: str, token: str) -> int:
    """Tell the whole story; returns the number of commands. Raises StoryInterrupted when one is refused."""
    narrator = Narrator(url, token)
    _put_policies_in_force(narrator)
    estates = _estates(narrator, ZHANGGONG)
    streets = _street_accounts(narrator, estates)

    steady = _provider(narrator, "steady", "赣州市安居物业服务有限公司", ZHANGGONG, "MA7DEMXA1")
    _scores(narrator, "steady", steady, {2024: "92.50", 2025: "88.00"})
    fading = _provider(narrator, "fading", "赣州市旧城物业服务有限公司", ZHANGGONG, "MA7DEMXB2")

    first, second, third = estates[:3]
    _deposit_in_the_street_account(narrator, "first", first, steady, streets, rate="1.00")
    contract = _deposit_in_the_street_account(narrator, "second", second, steady, streets, rate="2.50")
    _deposit_moves_to_the_owners(narrator, second, contract)
    _deposit_in_the_street_account(narrator, "third", third, fading, streets, rate="0.10")
    _scores(narrator, "fading", fading, {2024: "68.00", 2025: "70.00"})
    _trust_model(narrator)
    return narrator.commands


def unified_credit_code(body: str) -> str:
    """Return the 17 characters with the check character of GB 32100-2015 behind them."""
    weighted = sum(CHECK_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + CHECK_ALPHABET[(31 - weighted % 31) % 31]


def _put_policies_in_force(narrator: Narrator) -> None:
    for district, effective_from in POLICIES:
        narrator.command(
            "publishPolicy",
            f"policy-{district}",
            "policyVersionId",
            district=district,
            version=1,
            effectiveFrom=effective_from,
        )


def _estates(narrator: Narrator, district: str) -> Sequence[Answer]:
    document = """query Estates($district: DistrictCode!) {
      estates(filter: {district: $district}, first: 50) {
        nodes { id code approvedGrossArea street { id name } }
      }
    }"""
    nodes: Sequence[Answer] = narrator.ask(document, {"district": district})["estates"]["nodes"]
    return sorted((node for node in nodes if node["approvedGrossArea"]), key=lambda node: str(node["code"]))


def _street_accounts(narrator: Narrator, estates: Sequence[Answer]) -> dict[str, str]:
    """Open the designated account of each street; returns the account's id by the street's id."""
    streets = {estate["street"]["id"]: estate["street"]["name"] for estate in estates}
    accounts = {}
    for number, (street, name) in enumerate(sorted(streets.items(), key=lambda pair: str(pair[1])), 1):
        payload = narrator.command(
            "openCustodyAccount",
            f"street-account-{number}",
            "custodyAccount { id }",
            kind="STREET_DESIGNATED",
            streetId=street,
            holder=f"{name}办事处",
            bankAccount=f"36070200{number:08}",
            openedOn="2023-01-10",
        )
        accounts[street] = payload["custodyAccount"]["id"]
    return accounts


def _provider(narrator: Narrator, key: str, name: str, district: str, number: str) -> str:
    payload = narrator.command(
        "registerProvider",
        f"provider-{key}",
        "provider { id }",
        district=district,
        name=name,
        kind="COMPANY",
        unifiedCreditCode=unified_credit_code(f"91{district}{number}"),
    )
    provider: str = payload["provider"]["id"]
    narrator.command(
        "fileProvider",
        f"file-{key}",
        "provider { id }",
        providerId=provider,
        filedOn="2024-01-15",
        filingReference=f"备案-{key}",
    )
    return provider


def _scores(narrator: Narrator, key: str, provider: str, scores: Mapping[int, str]) -> None:
    for year, score in scores.items():
        narrator.command(
            "scoreCredit",
            f"credit-{key}-{year}",
            "replayed",
            district=ZHANGGONG,
            providerId=provider,
            year=year,
            score=score,
            seriousDishonesty=False,
            publishedOn=f"{year + 1}-03-15",
        )


def _look_up(narrator: Narrator, key: str, estate: str, provider: str) -> None:
    narrator.command("recordCreditLookup", f"lookup-{key}", "replayed", estateId=estate, providerId=provider)


def _deposit_in_the_street_account(
    narrator: Narrator, key: str, estate: Answer, provider: str, streets: Mapping[str, str], *, rate: str
) -> str:
    """Sign, demand and pay; returns the contract's id."""
    _look_up(narrator, key, estate["id"], provider)
    payload = narrator.command(
        "signContract",
        f"contract-{key}",
        "contract { id }",
        estateId=estate["id"],
        providerId=provider,
        number=f"章贡前期物业-2026-{key}",
        kind="EARLY_STAGE",
        signedOn="2026-03-02",
        **{"from": "2026-04-01"},
        to="2029-03-31",
        items=[_item("CLEANING", "公共区域保洁", "每日一次", "0.20"), _item("SECURITY", "门岗值守", "全天", "0.35")],
        terms=_terms("LUMP_SUM"),
        deposit={"status": "AGREED", "ratePerM2": rate},
        tender={"method": "OPEN", "reference": f"招标-2026-{key}", "awardedOn": "2026-02-20"},
    )
    contract: str = payload["contract"]["id"]
    deposit = narrator.wait_for(
        "the demand of the deposit",
        "query Deposit($id: ID!) { contract(id: $id) { deposit(contractYear: 1) { id demanded } } }",
        {"id": contract},
        lambda data: (data["contract"]["deposit"] or {}).get("demanded") and data["contract"]["deposit"],
    )
    narrator.command(
        "recordDepositPayment",
        f"deposit-{key}",
        "deposit { state }",
        depositId=deposit["id"],
        payerProviderId=provider,
        custodyAccountId=streets[estate["street"]["id"]],
        amount=deposit["demanded"],
        bankRef=f"回单-{key}",
        paidOn="2026-03-20",
    )
    narrator.command("startService", f"start-{key}", "replayed", contractId=contract, serviceStartOn="2026-04-01")
    return contract


def _deposit_moves_to_the_owners(narrator: Narrator, estate: Answer, contract: str) -> None:
    congress = narrator.command(
        "formCongress", "congress", "congress { id }", estateId=estate["id"], formedOn="2026-06-10"
    )["congress"]["id"]
    narrator.command(
        "openOwnersAccount",
        "owners-account",
        "replayed",
        congressId=congress,
        accountReference="3607029900001234",
        openedOn="2026-07-01",
    )
    deposit = narrator.wait_for(
        "the move of the deposit",
        "query Deposit($id: ID!) { contract(id: $id) { deposit(contractYear: 1) { id state movements { id } } } }",
        {"id": contract},
        lambda data: (
            (
                data["contract"]["deposit"]["state"] == "TRANSFERRING"
                or len(data["contract"]["deposit"]["movements"]) > 1
            )
            and data["contract"]["deposit"]
        ),
    )
    narrator.command(
        "transferDeposit",
        "transfer",
        "deposit { state }",
        depositId=deposit["id"],
        bankRef="划转-0001",
        movedOn="2026-07-03",
    )


def _trust_model(narrator: Narrator) -> None:
    estate = _estates(narrator, PANZHIHUA)[0]
    trustee = _provider(narrator, "trustee", "攀枝花市阳光物业服务有限公司", PANZHIHUA, "MA7DEMXC3")
    narrator.command("formCongress", "congress-trust", "congress { id }", estateId=estate["id"], formedOn="2025-11-01")
    decision = narrator.command(
        "openDecision",
        "decision-trust",
        "jointDecision { id }",
        estateId=estate["id"],
        matter="HIRE_OR_DISMISS_PROVIDER",
        subjectRef=trustee,
        noticeOn="2026-01-05",
        votingFrom="2026-01-22",
        votingTo="2026-01-28",
    )["jointDecision"]["id"]
    _look_up(narrator, "trust", estate["id"], trustee)
    narrator.command(
        "importExternalResult",
        "result-trust",
        "jointDecision { state }",
        decisionId=decision,
        externalSystemRef="川业表决-2026-0001",
        closedOn="2026-01-29",
        totalArea="9000.00",
        totalPersons=84,
        participatingArea="7200.00",
        participatingPersons=70,
        agreeArea="5400.50",
        agreePersons=52,
    )
    narrator.command(
        "signContract",
        "contract-trust",
        "contract { id }",
        estateId=estate["id"],
        providerId=trustee,
        number="攀枝花信托物业-2026-001",
        kind="TRUST",
        signedOn="2026-02-10",
        **{"from": "2026-03-01"},
        to="2028-02-29",
        decisionId=decision,
        items=[_item("COMPREHENSIVE", "综合物业服务", "三级", "0.90")],
        terms=_terms("REMUNERATION"),
        deposit={"status": "NOT_AGREED"},
        trust={
            "remunerationKind": "PERCENT_OF_RECEIPTS",
            "remunerationRate": "0.1000",
            "dualSignAbove": "5000.00",
            "disclosureEvery": "QUARTER",
            "surplusRule": "CARRY_FORWARD",
        },
    )


def _terms(fee_method: str) -> Answer:
    return {
        "feeMethod": fee_method,
        "feeInterval": "MONTH",
        "fundUse": "依法申请使用维修资金",
        "rooms": "物业服务用房由物业服务人使用，不得改变用途",
        "handover": "合同终止时移交用房、设施和资料",
    }


def _item(code: str, description: str, standard: str, price: str) -> Answer:
    return {
        "code": code,
        "inside": True,
        "description": description,
        "standard": standard,
        "price": price,
        "priceUnit": "元/平方米·月",
    }


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:800]
