"""File content in an S3-compatible object store, in one bucket that exists already."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from kit.content.storage import CHUNK_BYTES, ContentMissing, ContentUnavailable, S3Access

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

PART_BYTES: Final = 5 * 1024 * 1024
"""The smallest part of a multipart upload that an S3 store takes; also what an upload holds in memory."""

_NOT_THERE: Final = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Content:
    """Keeps content as objects of one bucket; small files in one call, larger ones in parts."""

    def __init__(self, access: S3Access) -> None:
        self._access = access
        self._session = get_session()

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep the stream under a new key; when `chunks` raises, the unfinished upload is aborted."""
        parts = _parts_of(chunks)
        first = await anext(parts, b"")
        async with self._client() as client:
            if len(first) < PART_BYTES:
                with _faults_named(key):
                    await client.put_object(Bucket=self._access.bucket, Key=key, Body=first)
            else:
                await self._put_in_parts(client, key, first, parts)

    async def _put_in_parts(self, client: "S3Client", key: str, first: bytes, parts: AsyncIterator[bytes]) -> None:
        bucket = self._access.bucket
        with _faults_named(key):
            upload_id = (await client.create_multipart_upload(Bucket=bucket, Key=key))["UploadId"]
        done: list[CompletedPartTypeDef] = []

        async def send(part: bytes) -> None:
            number = len(done) + 1
            with _faults_named(key):
                answer = await client.upload_part(
                    Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=part
                )
            done.append({"PartNumber": number, "ETag": answer["ETag"]})

        try:
            await send(first)
            async for part in parts:
                await send(part)
            with _faults_named(key):
                await client.complete_multipart_upload(
                    Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": done}
                )
        except BaseException:
            with _faults_named(key):
                await client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
            raise

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """Yield the content in chunks; raises ContentMissing when there is no such object."""
        async with self._client() as client:
            with _faults_named(key):
                answer = await client.get_object(Bucket=self._access.bucket, Key=key)
            async with answer["Body"] as body:
                async for chunk in body.iter_chunks(CHUNK_BYTES):
                    yield chunk

    async def remove(self, key: str) -> None:
        """Forget the object; does nothing where there is none."""
        async with self._client() as client:
            with _faults_named(key):
                await client.delete_object(Bucket=self._access.bucket, Key=key)

    @asynccontextmanager
    async def _client(self) -> "AsyncIterator[S3Client]":
        async with self._session.create_client(
            "s3",
            region_name=self._access.region,
            endpoint_url=self._access.endpoint_url,
            aws_access_key_id=self._access.access_key_id,
            aws_secret_access_key=self._access.secret_access_key,
            # Stores that are not the provider's own rarely serve a bucket under a host name of its own.
            config=AioConfig(
                s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2}
            ),
        ) as client:
            yield client


async def _parts_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the stream in parts of PART_BYTES; only the last is shorter."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)


@contextmanager
def _faults_named(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as fault:
        if fault.response.get("Error", {}).get("Code") in _NOT_THERE:
            raise ContentMissing(key) from None
        raise ContentUnavailable(f"the object store refused: {fault}") from fault
    except BotoCoreError as fault:
        raise ContentUnavailable(f"the object store does not answer: {fault}") from fault
