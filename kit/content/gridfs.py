"""File content in the service's own database: GridFS, in chunks of 255 KiB."""

from collections.abc import AsyncIterator
from typing import Final

from gridfs.errors import CorruptGridFile, NoFile

from kit.content.storage import ContentMissing
from kit.mongo import Mongo

BUCKET: Final = "content"


class GridFSContent:
    """Keeps content in the GridFS bucket "content" of a service's database."""

    def __init__(self, mongo: Mongo) -> None:
        self._bucket = mongo.bucket(BUCKET)

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep the stream under a new key; when `chunks` raises, what was written so far is removed again."""
        incoming = self._bucket.open_upload_stream_with_id(key, key)
        try:
            async for chunk in chunks:
                await incoming.write(chunk)
        except BaseException:
            await incoming.abort()
            raise
        await incoming.close()

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """Yield the content in chunks; raises ContentMissing when the file or a chunk of it is gone."""
        try:
            outgoing = await self._bucket.open_download_stream(key)
            while chunk := await outgoing.readchunk():
                yield chunk
        except (NoFile, CorruptGridFile):
            raise ContentMissing(key) from None

    async def remove(self, key: str) -> None:
        """Forget what is under the key, also the chunks of a file that was never finished."""
        try:
            await self._bucket.delete(key)
        except NoFile:
            # Chunks without a file are gone all the same: they are deleted before the file is missed.
            return
