"""The HTTP client for subgraphs against a server that does what servers do, and what they should not."""

import asyncio
import gzip
import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.executor import http_client
from gateway.executor.http_client import HttpAnswer, HttpClient
from gateway.executor.subgraph_client import SubgraphFailure
from tests.gateway.stub_server import Conversation, answering, hang_up, in_turn, response, stub_server

BODY = b'{"data":{"a":1}}'
PATIENCE_SECONDS = 10.0


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    """A client whose connections are closed at the end."""
    client = HttpClient()
    yield client
    await client.close()


async def post(
    client: HttpClient, url: str, *, repeatable: bool = True, timeout_seconds: float = PATIENCE_SECONDS
) -> HttpAnswer:
    """Post a query."""
    return await client.post(url, b'{"query":"{a}"}', {}, repeatable=repeatable, timeout_seconds=timeout_seconds)


async def failure_code(client: HttpClient, url: str, *, timeout_seconds: float = PATIENCE_SECONDS) -> str:
    """Return the code with which a post fails."""
    with pytest.raises(SubgraphFailure) as failure:
        await post(client, url, timeout_seconds=timeout_seconds)
    return failure.value.code


async def test_queries_share_one_kept_connection(client: HttpClient) -> None:
    async with stub_server(answering(response(BODY))) as server:
        answers = [await post(client, server.url) for _ in range(3)]

    assert answers == [(200, BODY)] * 3
    assert server.connections == 1


async def test_queries_at_once_go_over_connections_of_their_own(client: HttpClient) -> None:
    together = asyncio.Barrier(3)

    async def answer_when_all_are_there(conversation: Conversation) -> None:
        await together.wait()
        await conversation.send(response(b'{"data":{"n":%d}}' % conversation.number))

    async with stub_server(answer_when_all_are_there) as server:
        answers = await asyncio.gather(*(post(client, server.url) for _ in range(3)))

    assert sorted(body for _, body in answers) == [b'{"data":{"n":%d}}' % n for n in (1, 2, 3)]


async def test_a_chunked_answer_in_many_packets_is_put_together(client: HttpClient) -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    parts = (head, b"6\r\n", b'{"data', b"\r\na\r\n", b'":{"a":1}}', b"\r\n0\r", b"\n\r\n")
    async with stub_server(answering(*parts)) as server:
        assert [await post(client, server.url) for _ in range(2)] == [(200, BODY)] * 2

    assert server.connections == 1


async def test_an_answer_without_length_ends_with_its_connection(client: HttpClient) -> None:
    async def answer_and_hang_up(conversation: Conversation) -> None:
        await conversation.send(b"HTTP/1.0 200 OK\r\n\r\n", BODY)
        conversation.hang_up()

    async with stub_server(answer_and_hang_up) as server:
        assert [await post(client, server.url) for _ in range(2)] == [(200, BODY)] * 2

    assert server.connections == 2


async def test_an_interim_answer_is_passed_over(client: HttpClient) -> None:
    async with stub_server(answering(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", response(BODY))) as server:
        assert await post(client, server.url) == (200, BODY)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("GZIP", gzip.compress(BODY, mtime=0)),
        ("gzip", gzip.compress(BODY[:4], mtime=0) + gzip.compress(BODY[4:], mtime=0)),
        ("br", brotli.compress(BODY)),
        ("identity", BODY),
    ],
)
async def test_compressed_answers_are_unpacked(client: HttpClient, encoding: str, packed: bytes) -> None:
    async with stub_server(answering(response(packed, f"content-encoding: {encoding}"))) as server:
        assert await post(client, server.url) == (200, BODY)

    assert b"accept-encoding: gzip, br\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)[:-4]),
        ("gzip", BODY),
        ("br", brotli.compress(BODY * 50)[:-4]),
        ("br", b"\xff" * 20),
        ("zstd", BODY),
    ],
)
async def test_what_does_not_unpack_is_refused(client: HttpClient, encoding: str, packed: bytes) -> None:
    async with stub_server(answering(response(packed, f"content-encoding: {encoding}"))) as server:
        assert await failure_code(client, server.url) == "SUBGRAPH_NOT_DECOMPRESSED"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [(None, b"a" * 1001), ("gzip", gzip.compress(b"a" * 1001, mtime=0)), ("br", brotli.compress(b"a" * 1001))],
)
async def test_an_answer_over_the_limit_is_refused(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, encoding: str | None, packed: bytes
) -> None:
    monkeypatch.setattr(http_client, "ANSWER_BYTES_MAX", 1000)
    headers = [f"content-encoding: {encoding}"] if encoding else []
    async with stub_server(answering(response(packed, *headers))) as server:
        assert await failure_code(client, server.url) == "SUBGRAPH_ANSWER_TOO_LARGE"


async def test_half_a_body_is_told_and_not_asked_again(client: HttpClient) -> None:
    async def break_off(conversation: Conversation) -> None:
        await conversation.send(response(BODY)[:-5])
        conversation.hang_up()

    async with stub_server(in_turn([answering(response(BODY)), break_off])) as server:
        await post(client, server.url)

        assert await failure_code(client, server.url) == "SUBGRAPH_BROKE_OFF"

    assert len(server.requests) == 2


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n"])
async def test_what_is_not_http_is_told(client: HttpClient, answer: bytes) -> None:
    async with stub_server(answering(answer)) as server:
        assert await failure_code(client, server.url) == "SUBGRAPH_NOT_HTTP"


async def test_a_late_answer_is_not_taken_for_the_next_one(client: HttpClient) -> None:
    late = asyncio.Event()

    async def answer_late(conversation: Conversation) -> None:
        await late.wait()
        await conversation.send(response(b'{"data":{"late":1}}'))

    async with stub_server(in_turn([answer_late, answering(response(BODY))])) as server:
        assert await failure_code(client, server.url, timeout_seconds=0.05) == "SUBGRAPH_TIMEOUT"
        late.set()

        assert await post(client, server.url) == (200, BODY)

    assert server.connections == 2


@pytest.mark.parametrize("extra", [response(b'{"data":{"evil":1}}'), response(b'{"data":{"evil":1}}')[:-3], b"junk"])
async def test_more_than_one_answer_never_reaches_the_next_request(client: HttpClient, extra: bytes) -> None:
    async with stub_server(in_turn([answering(response(BODY) + extra), answering(response(BODY))])) as server:
        first = await post(client, server.url)
        second = await post(client, server.url)

    assert (first, second) == ((200, BODY), (200, BODY))
    assert server.connections == 2


async def test_an_answer_nobody_asked_for_closes_the_idle_connection(client: HttpClient) -> None:
    extra_sent = asyncio.Event()

    async def answer_twice(conversation: Conversation) -> None:
        await conversation.send(response(BODY))
        await asyncio.sleep(0.02)
        await conversation.send(response(b'{"data":{"evil":1}}'))
        await conversation.reader.read()
        extra_sent.set()

    async with stub_server(in_turn([answer_twice, answering(response(BODY))])) as server:
        await post(client, server.url)
        await extra_sent.wait()

        assert await post(client, server.url) == (200, BODY)

    assert server.connections == 2


async def test_a_connection_closed_while_idle_is_replaced(client: HttpClient) -> None:
    async with stub_server(answering(response(BODY))) as server:
        await post(client, server.url)
        server.hang_up_all()

        assert await post(client, server.url) == (200, BODY)

    assert server.connections == 2


async def test_a_query_is_sent_again_when_its_kept_connection_is_closed_under_it(client: HttpClient) -> None:
    async with stub_server(in_turn([answering(response(BODY)), hang_up, answering(response(BODY))])) as server:
        await post(client, server.url)

        assert await post(client, server.url) == (200, BODY)

    assert (server.connections, len(server.requests)) == (2, 3)


async def test_a_mutation_is_sent_once_and_over_a_fresh_connection(client: HttpClient) -> None:
    async with stub_server(in_turn([answering(response(BODY)), hang_up])) as server:
        await post(client, server.url)
        with pytest.raises(SubgraphFailure) as failure:
            await post(client, server.url, repeatable=False)

    assert failure.value.code == "SUBGRAPH_UNAVAILABLE"
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_connection_close_is_honoured(client: HttpClient) -> None:
    async with stub_server(answering(response(BODY, "connection: close"))) as server:
        await post(client, server.url)
        await post(client, server.url)

    assert server.connections == 2


async def test_connections_to_other_addresses_are_closed_after_a_change(client: HttpClient) -> None:
    async with stub_server(answering(response(BODY))) as kept, stub_server(answering(response(BODY))) as dropped:
        for server in (kept, dropped):
            await post(client, server.url)
        client.keep_only(frozenset({kept.url}))
        for server in (kept, dropped):
            await post(client, server.url)

    assert (kept.connections, dropped.connections) == (1, 2)


async def test_ipv6_addresses_are_asked(client: HttpClient) -> None:
    async with stub_server(answering(response(BODY)), host="::1") as server:
        assert await post(client, server.url) == (200, BODY)

    assert b"host: [::1]:" in server.requests[0]


@pytest.mark.parametrize(
    "url", ["", "ftp://host/", "http://", "http://host:port/", "http://127.0.0.1:1/", f"http://{'a' * 70}.test/"]
)
async def test_an_address_where_nobody_answers_is_told(client: HttpClient, url: str) -> None:
    assert await failure_code(client, url) == "SUBGRAPH_UNAVAILABLE"


async def test_a_cancelled_request_closes_its_connection(client: HttpClient) -> None:
    asked, hung_up = asyncio.Event(), asyncio.Event()

    async def wait_for_the_end(conversation: Conversation) -> None:
        asked.set()
        await conversation.reader.read()
        hung_up.set()

    async with stub_server(wait_for_the_end) as server:
        asking = asyncio.create_task(post(client, server.url))
        await asked.wait()
        asking.cancel()

        await asyncio.wait_for(hung_up.wait(), PATIENCE_SECONDS)

    assert asking.cancelled()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    directory = tmp_path_factory.mktemp("tls")
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "subgraph")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(address, critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key


async def test_tls_is_spoken_with_a_trusted_server_only(
    client: HttpClient, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    async with stub_server(answering(response(BODY)), tls=server_side) as server:
        assert await failure_code(client, server.url) == "SUBGRAPH_UNAVAILABLE"

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        trusting = HttpClient()
        assert [await post(trusting, server.url) for _ in range(2)] == [(200, BODY)] * 2
        await trusting.close()
