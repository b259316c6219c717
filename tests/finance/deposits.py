"""What the tests of finance do through its door: open a street's account, pay, transfer, look."""

from typing import Any

from kit.caller import Caller, Role
from kit.ids import new_id
from tests.heard import HeardService, RegistryFacts, caller

STREET_OFFICE = caller(Role.STREET)

OPEN_ACCOUNT = """
    mutation ($input: OpenCustodyAccountInput!) {
      openCustodyAccount(input: $input) {
        custodyAccount { id kind holder bankAccountMasked openedOn }
        errors { code path value } replayed
      }
    }
"""
PAY = """
    mutation ($input: RecordDepositPaymentInput!) {
      recordDepositPayment(input: $input) {
        deposit { id state stateSince paid custody { kind } }
        entry { id postingId debit credit amount occurredOn memo reverses }
        policyVersionId events { type } errors { code path value } replayed
      }
    }
"""
TRANSFER = """
    mutation ($input: TransferDepositInput!) {
      transferDeposit(input: $input) {
        deposit { id state stateSince paid custody { kind } }
        entry { debit credit amount }
        events { type } errors { code path value } replayed
      }
    }
"""
DEPOSIT_OF_CONTRACT = """
    query ($contracts: [_Any!]!) {
      _entities(representations: $contracts) {
        ... on ServiceContract {
          deposit(contractYear: 1) {
            contractYear state stateSince awaits basisArea ratePerM2 computed demanded demandedOn dueOn clamp paid
            managers policyVersionId custody { kind holder }
          }
        }
      }
    }
"""
DEPOSITS_OF_ESTATE = """
    query ($estates: [_Any!]!) {
      _entities(representations: $estates) {
        ... on Estate {
          deposits {
            id contractYear demanded paid state stateSince
            custody { id kind holder bankAccountMasked }
            movements { id postingId postedAt debit credit amount memo reverses }
            explanation {
              formula result rounding clause document policyVersionId
              inputs { name value unit source } parameters { name value unit clause document status }
            }
          }
        }
      }
    }
"""


async def open_street_account(
    finance: HeardService, facts: RegistryFacts, *, by: Caller = STREET_OFFICE, **changes: Any
) -> dict[str, Any]:
    """Open the street's account and return the payload."""
    values = {
        "idempotencyKey": new_id("key"),
        "kind": "STREET_DESIGNATED",
        "streetId": facts.street_id,
        "holder": "解放街道办事处",
        "bankAccount": "6222 0200 0000 0000 123",
        "openedOn": "2024-01-05",
    }
    return dict((await finance.ask(OPEN_ACCOUNT, by=by, input=values | changes))["openCustodyAccount"])


async def pay(
    finance: HeardService,
    facts: RegistryFacts,
    *,
    account_id: str,
    amount: str,
    paid_on: str = "2024-03-01",
    by: Caller = STREET_OFFICE,
    **changes: Any,
) -> dict[str, Any]:
    """Record a payment of the estate's deposit and return the payload."""
    values = {
        "idempotencyKey": new_id("key"),
        "depositId": changes.get("depositId") or (await deposit_of_estate(finance, facts))["id"],
        "payerProviderId": facts.provider_id,
        "custodyAccountId": account_id,
        "amount": amount,
        "bankRef": new_id("ref"),
        "paidOn": paid_on,
    }
    return dict((await finance.ask(PAY, by=by, input=values | changes))["recordDepositPayment"])


async def transfer(
    finance: HeardService, facts: RegistryFacts, *, moved_on: str, by: Caller = STREET_OFFICE, **changes: Any
) -> dict[str, Any]:
    """Record the transfer of the estate's deposit and return the payload."""
    values = {
        "idempotencyKey": new_id("key"),
        "depositId": (await deposit_of_estate(finance, facts))["id"],
        "bankRef": new_id("ref"),
        "movedOn": moved_on,
    }
    return dict((await finance.ask(TRANSFER, by=by, input=values | changes))["transferDeposit"])


async def deposits_of_estate(
    finance: HeardService, facts: RegistryFacts, *, by: Caller | None = None
) -> list[dict[str, Any]] | None:
    """Return the estate's deposits as the caller sees them; None when the estate is unknown to them."""
    representation = {"__typename": "Estate", "id": facts.estate_id}
    asked = {} if by is None else {"by": by}
    [estate] = (await finance.ask(DEPOSITS_OF_ESTATE, **asked, estates=[representation]))["_entities"]
    deposits: list[dict[str, Any]] | None = estate["deposits"]
    return deposits


async def deposit_of_estate(finance: HeardService, facts: RegistryFacts) -> dict[str, Any]:
    """Return the estate's one deposit."""
    deposits = await deposits_of_estate(finance, facts)
    assert deposits is not None
    [deposit] = deposits
    return deposit


async def demanded_deposit(finance: HeardService, facts: RegistryFacts, *, area: str = "60000.00") -> str:
    """Let the facts lead to a demanded deposit and open the street's account; returns the account's id."""
    await finance.hear(facts.policy_published(), facts.estate_registered(area=area), facts.contract_signed())
    opened = await open_street_account(finance, facts)
    return str(opened["custodyAccount"]["id"])


async def deposit_of_contract(finance: HeardService, facts: RegistryFacts) -> dict[str, object] | None:
    """Return the deposit of the contract's first year; None if there is none."""
    representation = {"__typename": "ServiceContract", "id": facts.contract_id}
    [contract] = (await finance.ask(DEPOSIT_OF_CONTRACT, contracts=[representation]))["_entities"]
    deposit: dict[str, object] | None = contract["deposit"]
    return deposit


CLAIM_FIELDS = """
    claim { id kind amount state approvals { approver } decidedOn }
    deposit { id state paid missing paidOut dueOn overdueFor }
    events { type } errors { code path value } replayed
"""


async def claim_step(finance: HeardService, mutation: str, *, by: Caller, **values: Any) -> dict[str, Any]:
    """Run one mutation of claims on deposits, such as "claimDeposit", and return the payload."""
    input_type = mutation[0].upper() + mutation[1:] + "Input"
    query = f"mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ {CLAIM_FIELDS} }} }}"
    answer = await finance.ask(query, by=by, input={"idempotencyKey": new_id("key")} | values)
    return dict(answer[mutation])
