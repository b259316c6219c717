"""A small city over a running platform: its policies in force, a ledger imported, and what tests build on top of it."""

from __future__ import annotations

import csv
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kit.clock import SystemClock, business_date
from tests.system.clerk import Clerk
from tests.system.platform_run import PlatformRun, until

ZHANGGONG, PANZHIHUA = "360702", "510400"
IN_FORCE_FROM = "2025-01-01"
"""The day from which the operator puts Zhanggong's document, which bears no date, in force."""

QUERIES = Path(__file__).parent / "queries"
CONTRACT_FILE = (QUERIES / "03-contract-file.graphql").read_text(encoding="utf-8")
ESTATE_DEPOSITS = (QUERIES / "deposit.graphql").read_text(encoding="utf-8")

LEDGER_HEADERS = (
    "小区编码", "小区名称", "区划代码", "街道", "社区", "门型", "小区类别", "建成日期",
    "规划核准总建筑面积(含地下)", "物业管理面积", "户数",
)  # fmt: skip
LEDGER_ROWS = (
    ("360702-T01", "安居测试小区", ZHANGGONG, "解放街道", "金桂社区", "封闭", "老旧小区", "1998-06-30",
     "56789.50", "48000.00", "512"),
    ("510400-T01", "攀枝花测试小区", PANZHIHUA, "炳草岗街道", "望舒社区", "开放", "老旧小区", "1995-01-01",
     "30000.00", "28000.00", "300"),
)  # fmt: skip

_CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALL_ROLES = (
    "CITY_OFFICE", "DISTRICT_OFFICE", "STREET", "COMMUNITY", "FINANCE_BUREAU", "HOUSING_BUREAU", "OPERATOR",
)  # fmt: skip


def days_ago(days: int) -> str:
    """Return the business day so many days before today, as an ISO date."""
    return (business_date(SystemClock().now()) - timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Place:
    """A street and a community of it."""

    district: str
    street_id: str
    community_id: str


@dataclass
class City:
    """The platform with a city on it; `clerk` may do everything."""

    platform: PlatformRun
    clerk: Clerk
    places: dict[str, Place] = field(default_factory=dict)
    _accounts: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def database(self) -> Any:
        """Look up a service's database by name."""
        return self.platform.database

    def new_number(self) -> str:
        """Return a text that no other record of this run has."""
        return f"{next(self._numbers):04d}-{uuid.uuid4().hex[:8]}"

    def new_estate(self, *, district: str = ZHANGGONG, area: str | None = "56789.50") -> str:
        """Register an estate with this approved gross area and return its id."""
        place = self.places[district]
        written = self.clerk.do(
            "registerEstate",
            "estate { id }",
            code=f"{district}-{self.new_number()}",
            name="丹枫小区",
            streetId=place.street_id,
            communityId=place.community_id,
            enclosure="CLOSED",
            kind="OLD",
            builtOn="1998-06-30",
            approvedGrossArea=area,
            managedArea="48000.00",
            householdCount=512,
        )
        return str(written["estate"]["id"])

    def new_provider(self, *, district: str = ZHANGGONG, filed: bool = True) -> str:
        """Register a provider, file it with the authority, and return its id."""
        written = self.clerk.do(
            "registerProvider",
            "provider { id }",
            district=district,
            name=f"安居物业服务有限公司{self.new_number()}",
            unifiedCreditCode=a_credit_code(),
            kind="COMPANY",
        )
        provider_id = str(written["provider"]["id"])
        if filed:
            self.clerk.do(
                "fileProvider",
                providerId=provider_id,
                filedOn=days_ago(60),
                filingReference=f"备案 {self.new_number()}",
            )
        return provider_id

    def contract_fields(self, estate_id: str, provider_id: str, *, rate: str | None = "1.00") -> dict[str, Any]:
        """Return the input of an early-stage contract with, or for None without, a deposit clause."""
        return {
            "estateId": estate_id,
            "providerId": provider_id,
            "number": f"合同 {self.new_number()}",
            "kind": "EARLY_STAGE",
            "signedOn": days_ago(30),
            "from": days_ago(30),
            "items": [an_item()],
            "terms": some_terms(),
            "deposit": no_deposit() if rate is None else {"status": "AGREED", "ratePerM2": rate},
            "tender": {"method": "OPEN", "reference": "招标 2026-1", "awardedOn": days_ago(40)},
        }

    def new_contract(self, estate_id: str, provider_id: str, *, rate: str | None = "1.00") -> str:
        """Sign an early-stage contract and return its id."""
        fields = self.contract_fields(estate_id, provider_id, rate=rate)
        return str(self.clerk.do("signContract", "contract { id }", **fields)["contract"]["id"])

    def trust_contract_fields(self, estate_id: str, provider_id: str, *, signed_days_ago: int = 0) -> dict[str, Any]:
        """Return the input of a trust contract that the estate's owners, with a new congress, have decided on."""
        self.new_congress(estate_id, formed_days_ago=5 + signed_days_ago)
        return self.contract_fields(estate_id, provider_id, rate=None) | {
            "kind": "TRUST",
            "signedOn": days_ago(signed_days_ago),
            "from": days_ago(signed_days_ago),
            "decisionId": self.new_passed_decision(estate_id, provider_id, ended_days_ago=signed_days_ago),
            "tender": None,
            "trust": {
                "remunerationKind": "PERCENT_OF_SPEND",
                "remunerationRate": "0.1000",
                "dualSignAbove": "5000.00",
                "disclosureEvery": "MONTH",
                "surplusRule": "CARRY_FORWARD",
            },
        }

    def deposit_of(self, contract_id: str) -> dict[str, Any] | None:
        """Return the deposit of the contract's first year as finance has committed it."""
        found: dict[str, Any] | None = self.database("finance")["deposits"].find_one({"contract_id": contract_id})
        return found

    def deposit(self, contract_id: str, *states: str) -> dict[str, Any]:
        """Return the deposit of the contract as the gateway shows it, once it is in one of these states."""
        query = """query($id: ID!) { contract(id: $id) { deposit {
            id state computed demanded clamp paid awaits custody { id kind } managers explanation { result clause }
            } } }"""

        def look() -> dict[str, Any] | None:
            found = self.clerk.read(query, id=contract_id)["contract"]["deposit"]
            return found if found is not None and found["state"] in states else None

        return until(look, what=f"the deposit of {contract_id} is {' or '.join(states)}") or {}

    def street_account(self, district: str = ZHANGGONG) -> str:
        """Return the id of the street's designated account, opened at the first call."""
        if district not in self._accounts:
            street_id = self.places[district].street_id
            until(
                lambda: self.database("finance")["estates"].find_one({"street_id": street_id}),
                what="finance has heard of an estate of the street",
            )
            written = self.clerk.do(
                "openCustodyAccount",
                "custodyAccount { id }",
                kind="STREET_DESIGNATED",
                streetId=street_id,
                holder="解放街道办事处",
                bankAccount="6222 0000 1234 5678",
                openedOn=days_ago(200),
            )
            self._accounts[district] = written["custodyAccount"]["id"]
        return self._accounts[district]

    def payment_fields(self, deposit_id: str, provider_id: str, amount: str) -> dict[str, Any]:
        """Return the input of a payment of the provider into the street's account, ten days ago."""
        return {
            "depositId": deposit_id,
            "payerProviderId": provider_id,
            "custodyAccountId": self.street_account(),
            "amount": amount,
            "bankRef": f"BANK-{self.new_number()}",
            "paidOn": days_ago(10),
        }

    def new_congress(self, estate_id: str, *, formed_days_ago: int = 5) -> str:
        """Record the owners' congress of an estate and return its id."""
        written = self.clerk.do(
            "formCongress", "congress { id }", estateId=estate_id, formedOn=days_ago(formed_days_ago)
        )
        return str(written["congress"]["id"])

    def new_owners_account(self, congress_id: str, *, opened_days_ago: int = 4) -> None:
        """Record the public account of a congress."""
        self.clerk.do(
            "openOwnersAccount",
            congressId=congress_id,
            accountReference="工商银行 6222 9999 0000 4321",
            openedOn=days_ago(opened_days_ago),
        )

    def new_passed_decision(self, estate_id: str, provider_id: str, *, ended_days_ago: int = 0) -> str:
        """Let the owners of an estate hire a provider, with the look-up that the district asks for; return its id."""
        opened = self.clerk.do(
            "openDecision",
            "jointDecision { id }",
            estateId=estate_id,
            matter="HIRE_OR_DISMISS_PROVIDER",
            subjectRef=provider_id,
            noticeOn=days_ago(20 + ended_days_ago),
            votingFrom=days_ago(3 + ended_days_ago),
            votingTo=days_ago(ended_days_ago),
        )
        decision_id = str(opened["jointDecision"]["id"])
        self.clerk.do("recordCreditLookup", providerId=provider_id, estateId=estate_id)
        self.clerk.do(
            "importExternalResult",
            decisionId=decision_id,
            externalSystemRef=f"表决 {self.new_number()}",
            closedOn=days_ago(ended_days_ago),
            totalArea="48000.00",
            totalPersons=512,
            participatingArea="40000.00",
            participatingPersons=400,
            agreeArea="30000.00",
            agreePersons=300,
        )
        return decision_id


def found_city(platform: PlatformRun, directory: Path) -> City:
    """Put the undated policy in force, import the ledger by the command, and return the city."""
    city = City(platform, Clerk(platform, *_ALL_ROLES, subject="clerk"))
    city.clerk.do("publishPolicy", district=ZHANGGONG, version=1, effectiveFrom=IN_FORCE_FROM)
    ledger = directory / "ledger.csv"
    with ledger.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows((LEDGER_HEADERS, *LEDGER_ROWS))
    imported = platform.run_command("registry", "import-estates", "--register-territory", "--quiet", str(ledger))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    listed = city.clerk.read(
        "{ estates(first: 10) { nodes { code district street { id name } community { id name } } } }"
    )
    for estate in listed["estates"]["nodes"]:
        city.places[estate["district"]] = Place(estate["district"], estate["street"]["id"], estate["community"]["id"])
    return city


def some_terms() -> dict[str, Any]:
    """Return the clauses that a written contract has beside its services."""
    return {
        "feeMethod": "LUMP_SUM",
        "feeInterval": "MONTH",
        "fundUse": "依法申请使用维修资金",
        "rooms": "物业服务用房无偿使用",
        "handover": "合同终止时移交用房、设施和资料",
    }


def an_item() -> dict[str, Any]:
    """Return one complete service item of a contract."""
    return {
        "code": "CLEANING",
        "inside": True,
        "description": "公共区域保洁",
        "standard": "每日一次",
        "price": "0.80",
        "priceUnit": "元/平方米·月",
    }


def no_deposit() -> dict[str, Any]:
    """Return the terms of a contract without a deposit clause."""
    return {"status": "NOT_AGREED"}


def a_credit_code() -> str:
    """Return a unified social credit code that holds by GB 32100-2015 and that nobody else drew."""
    drawn = uuid.uuid4().int
    body = "91360702"
    while len(body) < 17:
        drawn, place = divmod(drawn, len(_CREDIT_CODE_CHARACTERS))
        body += _CREDIT_CODE_CHARACTERS[place]
    total = sum(_CREDIT_CODE_CHARACTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + _CREDIT_CODE_CHARACTERS[(31 - total % 31) % 31]


def parsed_day(text: str) -> date:
    """Return an ISO date."""
    return date.fromisoformat(text)
