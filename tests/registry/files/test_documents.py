"""Documents from the first byte to the day they take effect, over HTTP and the schema on the real store."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kit.caller import Role, Scope
from kit.content.gridfs import GridFSContent
from services.registry.use_cases.contents import CONTENT_CHANGED, clean_contents, verify_contents
from tests.registry.cities import City, Registry, caller
from tests.registry.file_server import MOST_BYTES, file_client, token_of

pytestmark = pytest.mark.store

PDF = b"%PDF-1.7\n" + b"regulations " * 2000
SECOND_PDF = b"%PDF-1.7\nanother"


async def uploaded(client: httpx.AsyncClient, content: bytes = PDF) -> str:
    answer = await client.post("/documents/content", content=content)
    assert answer.status_code == 201, answer.text
    content_id: str = answer.json()["contentId"]
    return content_id


async def registered(registry: Registry, city: City, content_id: str, **given: Any) -> str:
    values = {
        "kind": "REGULATIONS", "title": "丹枫小区管理规约", "subjectKind": "ESTATE", "subjectId": city.estate,
        "contentId": content_id, "issuer": "丹枫小区业主大会",
    }  # fmt: skip
    return await registry.done("registerDocument", "document", **{**values, **given})


async def change_a_byte(registry: Registry) -> None:
    chunks = registry.mongo.collection("content.chunks")
    chunk = await chunks.find_one({})
    assert chunk is not None
    await chunks.update_one({"_id": chunk["_id"]}, {"$set": {"data": chunk["data"][:-1] + b"!"}})


async def test_a_file_comes_back_as_it_went_in(registry: Registry, city: City) -> None:
    async with file_client(registry) as client:
        answer = await client.post("/documents/content", content=PDF)
        document = await registered(registry, city, answer.json()["contentId"])
        download = await client.get(f"/documents/{document}/content")

    assert answer.json() | {"contentId": ""} == {
        "contentId": "", "sha256": hashlib.sha256(PDF).hexdigest(), "size": len(PDF), "mediaType": "application/pdf",
    }  # fmt: skip
    assert download.content == PDF
    assert download.headers["content-type"] == "application/pdf"
    assert download.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert download.headers["x-content-type-options"] == "nosniff"


async def test_a_version_supersedes_the_former_from_its_day_and_is_announced(registry: Registry, city: City) -> None:
    async with file_client(registry) as client:
        document = await registered(registry, city, await uploaded(client))
        await registry.done("publishDocument", "document", documentId=document, version=1, effectiveOn="2026-03-01")
        second = await uploaded(client, SECOND_PDF)
        await registry.done("reviseDocument", "document", documentId=document, contentId=second, issuer="业主大会")
        await registry.done("publishDocument", "document", documentId=document, version=2, effectiveOn="2026-03-06")
        today = await client.get(f"/documents/{document}/content")
        second_version = await client.get(f"/documents/{document}/content", params={"version": "2"})

    assert (today.content, second_version.content) == (PDF, SECOND_PDF)
    data = await registry.ask(
        "query($id: ID!) { document(id: $id) { versions { number state contentUrl } estate { id } "
        'before: inForce(at: "2026-02-28") { number } now: inForce { number } '
        'next: inForce(at: "2026-03-06") { number } } }',
        id=document,
    )
    assert data["document"] == {
        "versions": [
            {"number": 1, "state": "PUBLISHED", "contentUrl": f"/documents/{document}/content?version=1"},
            {"number": 2, "state": "PUBLISHED", "contentUrl": f"/documents/{document}/content?version=2"},
        ],
        "before": None,
        "now": {"number": 1},
        "next": {"number": 2},
        "estate": {"id": city.estate},
    }
    (_, announced) = await registry.announced("registry.document.effective")
    assert announced.data == {
        "occurredOn": "2026-03-05", "estateId": city.estate, "documentId": document, "kind": "REGULATIONS",
        "subjectKind": "ESTATE", "subjectId": city.estate, "version": 2, "effectiveOn": "2026-03-06", "signOffs": [],
    }  # fmt: skip


async def test_a_changed_byte_is_refused_counted_and_found_by_the_check_of_all(registry: Registry, city: City) -> None:
    storage = GridFSContent(registry.mongo)
    async with file_client(registry) as client:
        document = await registered(registry, city, await uploaded(client))
        assert [fault async for fault in verify_contents(registry.mongo, storage)] == [None]
        counted = CONTENT_CHANGED.labels().value
        await change_a_byte(registry)

        answer = await client.get(f"/documents/{document}/content")

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (409, "STATE_CONFLICT")
    assert PDF not in answer.content
    assert CONTENT_CHANGED.labels().value == counted + 1
    (fault,) = [fault async for fault in verify_contents(registry.mongo, storage)]
    assert fault is not None
    assert "hash" in fault.reason


async def test_bytes_that_are_gone_are_a_changed_file(registry: Registry, city: City) -> None:
    async with file_client(registry) as client:
        document = await registered(registry, city, await uploaded(client))
        await registry.mongo.collection("content.chunks").delete_many({})

        answer = await client.get(f"/documents/{document}/content")

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"MZ\x90\x00 a program named letter.pdf", 400, "VALIDATION"),
        (b"", 400, "VALIDATION"),
        (b"%PDF-" + b"x" * MOST_BYTES, 413, "BODY_TOO_LARGE"),
    ],
)
async def test_a_file_that_is_not_kept_leaves_nothing_behind(
    registry: Registry, content: bytes, status: int, code: str
) -> None:
    async def in_pieces() -> Any:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    async with file_client(registry) as client:
        answer = await client.post("/documents/content", content=in_pieces())

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert await registry.mongo.collection("contents").count_documents({}) == 0
    assert await registry.mongo.collection("content.chunks").count_documents({}) == 0


async def test_files_need_a_token_and_a_role(registry: Registry) -> None:
    owner = caller(Role.OWNER, subject="an-owner")
    async with file_client(registry, owner) as client:
        without = await client.post("/documents/content", content=PDF, headers={"authorization": ""})
        as_owner = await client.post("/documents/content", content=PDF, headers=token_of(owner))

    assert without.status_code == 401
    assert (as_owner.status_code, as_owner.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN_ACTOR")


async def test_a_file_is_shown_to_who_may_see_the_document(registry: Registry, city: City) -> None:
    neighbour = caller(Role.OWNER, scope=Scope.of(f"estate:{city.estate}"), subject="neighbour")
    street = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"), subject="street")
    stranger = caller(Role.STREET, scope=Scope.of("district:360102"), subject="stranger")
    async with file_client(registry, neighbour, street, stranger) as client:
        public = await registered(registry, city, await uploaded(client))
        secret = await registered(registry, city, await uploaded(client), kind="BALLOTS")
        draft = await client.get(f"/documents/{public}/content", headers=token_of(neighbour))
        for document in (public, secret):
            await registry.done("publishDocument", "document", documentId=document, version=1, effectiveOn="2026-03-05")
        statuses = {
            (who.subject, name): (await client.get(f"/documents/{document}/content", headers=token_of(who))).status_code
            for who in (neighbour, street, stranger)
            for name, document in (("public", public), ("secret", secret))
        }

    assert draft.status_code == 404
    assert statuses == {
        ("neighbour", "public"): 200, ("neighbour", "secret"): 404,
        ("street", "public"): 200, ("street", "secret"): 200,
        ("stranger", "public"): 404, ("stranger", "secret"): 404,
    }  # fmt: skip
    shown = await registry.ask("{ documents { nodes { id } } }", by=neighbour)
    assert shown["documents"]["nodes"] == [{"id": public}]


async def test_an_upload_belongs_to_one_document_of_its_uploader(registry: Registry, city: City) -> None:
    other = caller(Role.STREET, scope=Scope.of(f"street:{city.street}"), subject="other")
    values = {
        "kind": "REGULATIONS", "title": "规约", "subjectKind": "ESTATE", "subjectId": city.estate, "issuer": "业主大会",
    }  # fmt: skip
    async with file_client(registry) as client:
        content = await uploaded(client)

    foreign = await registry.refused("registerDocument", by=other, contentId=content, **values)
    await registry.done("registerDocument", "document", contentId=content, **values)
    again = await registry.refused("registerDocument", contentId=content, **values)

    assert (foreign["code"], again["code"]) == ("NOT_FOUND", "DUPLICATE")


@pytest.mark.rule("XY-19")
async def test_a_responsibility_list_is_sealed_before_it_takes_effect(registry: Registry, city: City) -> None:
    said = {"leader": "街道主任", "person": "社区书记", "measures": "逐栋整治", "finishOn": "2026-12-31"}
    async with file_client(registry) as client:
        content = await uploaded(client)
        values = {"kind": "RESPONSIBILITY_LIST", "title": "责任清单", "subjectKind": "STREET",
                  "subjectId": city.street, "contentId": content, "issuer": "解放街道办事处"}  # fmt: skip
        incomplete = await registry.refused("registerDocument", **values)
        document = await registry.done("registerDocument", "document", responsibility=said, **values)
    effect = {"documentId": document, "version": 1, "effectiveOn": "2026-03-05"}

    unsealed = await registry.refused("publishDocument", **effect)
    await registry.done(
        "sealDocument", "document", documentId=document, version=1, sealedBy="解放街道办事处", sealedOn="2026-03-04"
    )
    published = await registry.write(
        "publishDocument", "document { inForce { seal { sealedBy sealedOn } responsibility { leader } } }", **effect
    )

    assert (incomplete["code"], unsealed["code"]) == ("VALIDATION", "VALIDATION")
    assert published["document"]["inForce"] == {
        "seal": {"sealedBy": "解放街道办事处", "sealedOn": "2026-03-04"}, "responsibility": {"leader": "街道主任"},
    }  # fmt: skip


@pytest.mark.rule("ZG-38")
async def test_award_measures_wait_for_the_six_departments_of_the_districts_document(
    registry: Registry, city: City
) -> None:
    async with file_client(registry) as client:
        document = await registered(
            registry, city, await uploaded(client), kind="AWARD_MEASURES", subjectKind="DISTRICT", subjectId="360702"
        )
    effect = {"documentId": document, "version": 1, "effectiveOn": "2026-03-05"}
    departments = (
        "HOUSING_SECURITY_CENTRE", "FINANCE", "MARKET_SUPERVISION", "CIVILISATION_OFFICE", "HEALTH", "PUBLIC_SECURITY",
    )  # fmt: skip

    missing = await registry.refused("publishDocument", **effect)
    for department in departments:
        await registry.done(
            "signOffDocument", "document", documentId=document, version=1, department=department, signedOn="2026-03-01"
        )
    await registry.done("publishDocument", "document", **effect)

    assert (missing["code"], missing["value"]) == ("PRECONDITION", ", ".join(departments))
    (announced,) = await registry.announced("registry.document.effective")
    assert [sign_off["department"] for sign_off in announced.data["signOffs"]] == list(departments)


async def test_an_upload_without_document_is_cleaned_up_after_two_days(registry: Registry, city: City) -> None:
    storage = GridFSContent(registry.mongo)
    async with file_client(registry) as client:
        await registered(registry, city, await uploaded(client))
        orphan = await uploaded(client, SECOND_PDF)
    clean = {"clock": registry.clock}

    at_once = await clean_contents(registry.mongo, storage, dry_run=False, **clean)
    registry.clock.advance(timedelta(days=2, seconds=1))
    dry = await clean_contents(registry.mongo, storage, dry_run=True, **clean)
    done = await clean_contents(registry.mongo, storage, dry_run=False, **clean)
    again = await clean_contents(registry.mongo, storage, dry_run=False, **clean)

    assert (at_once, dry, done, again) == ([], [orphan], [orphan], [])
    assert [fault async for fault in verify_contents(registry.mongo, storage)] == [None]
