"""Every path of the registry is shut to who brings no token, those of files included."""

import httpx
import pytest
from starlette.routing import Route

from kit.auth import OPEN_PATHS
from kit.service import build_app
from services.registry.app import PARTS
from services.registry.settings import ContentPlace, RegistrySettings
from tests.registry.file_server import KnownCallers

ISSUER = {"issuer": "https://login.example", "audience": "anju", "jwks_url": "https://login.example/jwks"}
FILE_PATHS = {
    "/documents/content",
    "/documents/{id}/content",
    "/file-tasks/{id}/content",
    "/ledger-template",
}


async def test_the_paths_of_files_are_served_and_none_of_them_is_open() -> None:
    app = build_app(PARTS, RegistrySettings(issuers=[ISSUER]), verifier=KnownCallers())
    paths = {route.path for route in app.routes if isinstance(route, Route)}
    transport = httpx.ASGITransport(app=app)

    async with httpx.AsyncClient(transport=transport, base_url="http://registry") as client:
        answers = {
            (path, method): (await client.request(method, path.replace("{id}", "doc_1"))).status_code
            for path in FILE_PATHS
            for method in ("GET", "POST", "HEAD", "DELETE")
        }

    assert paths >= FILE_PATHS
    assert not FILE_PATHS & set(OPEN_PATHS)
    assert answers == dict.fromkeys(answers, 401)


def test_content_in_s3_needs_the_bucket_and_the_whole_login() -> None:
    login = {
        "content_s3_bucket": "documents",
        "content_s3_access_key_id": "id",
        "content_s3_secret_access_key": "secret",
    }
    whole = RegistrySettings(issuers=[ISSUER], content_place=ContentPlace.S3, **login)

    assert whole.s3_access is not None
    assert (whole.s3_access.bucket, whole.s3_access.endpoint_url) == ("documents", None)
    assert RegistrySettings(issuers=[ISSUER], **login).s3_access is None
    for name in login:
        with pytest.raises(ValueError, match="ANJU_CONTENT_S3_BUCKET"):
            RegistrySettings(issuers=[ISSUER], content_place=ContentPlace.S3, **{**login, name: None})
