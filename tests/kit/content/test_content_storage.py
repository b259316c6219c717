"""Both places for file content keep the same promises: GridFS on the real store, S3 on a server of its protocol."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from aiobotocore.session import get_session

from kit.content.gridfs import GridFSContent
from kit.content.s3 import PART_BYTES, S3Content
from kit.content.storage import CHUNK_BYTES, ContentMissing, ContentStorage, ContentUnavailable, S3Access
from kit.mongo import Mongo
from tests.servers import free_port

pytestmark = pytest.mark.store

START_SECONDS = 30.0


@pytest.fixture(scope="module")
def s3_access() -> Iterator[S3Access]:
    """A bucket on an object store of its own process."""
    port = free_port()
    program = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    access = S3Access("documents", f"http://127.0.0.1:{port}", "us-east-1", "key", "secret")
    try:
        wait_until_answering(access, process)
        yield access
    finally:
        process.kill()
        process.wait()


def wait_until_answering(access: S3Access, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            httpx.get(f"{access.endpoint_url}/moto-api/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the object store did not start")


@pytest.fixture(params=["gridfs", "s3"])
async def storage(request: pytest.FixtureRequest, mongo: Mongo) -> ContentStorage:
    if request.param == "gridfs":
        return GridFSContent(mongo)
    access: S3Access = request.getfixturevalue("s3_access")
    async with get_session().create_client(
        "s3",
        region_name=access.region,
        endpoint_url=access.endpoint_url,
        aws_access_key_id=access.access_key_id,
        aws_secret_access_key=access.secret_access_key,
    ) as client:
        await client.create_bucket(Bucket=access.bucket)
    return S3Content(access)


async def chunks_of(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


async def read(storage: ContentStorage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.open(key)])


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES + 1])
async def test_a_stream_comes_back_as_it_went_in(storage: ContentStorage, size: int) -> None:
    content = os.urandom(size)

    await storage.put("cnt_1", chunks_of(content))

    assert await read(storage, "cnt_1") == content


@pytest.mark.parametrize("sent", [1, PART_BYTES + 1])
async def test_a_stream_that_breaks_off_leaves_nothing(storage: ContentStorage, sent: int) -> None:
    async def breaking_off() -> AsyncIterator[bytes]:
        yield b"x" * sent
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await storage.put("cnt_2", breaking_off())

    with pytest.raises(ContentMissing):
        await read(storage, "cnt_2")


async def test_what_was_removed_is_missing_and_removing_it_again_does_nothing(storage: ContentStorage) -> None:
    await storage.put("cnt_3", chunks_of(b"content"))
    await storage.remove("cnt_3")
    await storage.remove("cnt_3")

    with pytest.raises(ContentMissing):
        await read(storage, "cnt_3")


async def test_a_store_that_is_gone_is_unavailable_and_not_missing(s3_access: S3Access) -> None:
    nobody = S3Content(replace(s3_access, endpoint_url=f"http://127.0.0.1:{free_port()}"))

    with pytest.raises(ContentUnavailable):
        await read(nobody, "cnt_4")


async def test_a_bucket_that_is_not_there_is_a_fault_of_the_store(s3_access: S3Access) -> None:
    nowhere = S3Content(replace(s3_access, bucket="no-such-bucket"))

    with pytest.raises(ContentUnavailable):
        await nowhere.put("cnt_5", chunks_of(b"content"))
