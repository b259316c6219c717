"""What the registry reads from its environment."""

from enum import StrEnum
from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from kit.content.storage import S3Access
from kit.settings import ServiceSettings


class ContentPlace(StrEnum):
    """Where the bytes of documents are kept."""

    GRIDFS = "gridfs"
    S3 = "s3"


class RegistrySettings(ServiceSettings):
    """The kit's settings with the registry's database, and where it keeps files."""

    mongo_database: str = "anju_registry"
    content_place: ContentPlace = ContentPlace.GRIDFS
    content_bytes_max: int = Field(default=50 * 1024 * 1024, ge=1024, le=1024 * 1024 * 1024)
    content_s3_bucket: str | None = None
    content_s3_endpoint: AnyHttpUrl | None = Field(default=None, description="None: the provider's own address.")
    content_s3_region: str = "us-east-1"
    content_s3_access_key_id: str | None = None
    content_s3_secret_access_key: SecretStr | None = None

    @model_validator(mode="after")
    def _s3_is_complete(self) -> Self:
        if self.content_place is ContentPlace.S3 and self.s3_access is None:
            raise ValueError(
                "content in S3 needs ANJU_CONTENT_S3_BUCKET, ANJU_CONTENT_S3_ACCESS_KEY_ID and "
                "ANJU_CONTENT_S3_SECRET_ACCESS_KEY"
            )
        return self

    @property
    def s3_access(self) -> S3Access | None:
        """The bucket and the login; None where a part of it is missing or the content is kept elsewhere."""
        bucket, key, secret = (
            self.content_s3_bucket,
            self.content_s3_access_key_id,
            self.content_s3_secret_access_key,
        )
        if self.content_place is not ContentPlace.S3 or bucket is None or key is None or secret is None:
            return None
        endpoint = None if self.content_s3_endpoint is None else str(self.content_s3_endpoint)
        return S3Access(bucket, endpoint, self.content_s3_region, key, secret.get_secret_value())
