"""The issuer of a developer's desk: its tokens hold, its key is private, production refuses it."""

import argparse
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit.auth import TokenVerifier
from kit.development_issuer import (
    KEY_SET_FILE,
    LONGEST_TTL_SECONDS,
    PRIVATE_KEY_FILE,
    add_token_arguments,
    development_issuer,
    mint_token,
    private_key,
    run_token,
)
from kit.errors import ValidationFailed


async def test_a_minted_token_is_believed_by_a_verifier_of_the_directory(tmp_path: Path) -> None:
    token = mint_token(tmp_path / "issuer", "chen", ["STREET", "AUDITOR"], ["district:360702"])

    caller = await TokenVerifier([development_issuer(tmp_path / "issuer")]).verify(token)

    assert caller.subject == "chen"
    assert caller.roles == {"STREET", "AUDITOR"}
    assert caller.scope.area_filter() == ["district:360702"]


async def test_the_command_line_asks_for_the_same_token(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_token_arguments(parser)

    token = run_token(tmp_path / "issuer", parser.parse_args(["--role", "OPERATOR", "--scope", "*", "--ttl", "60"]))
    caller = await TokenVerifier([development_issuer(tmp_path / "issuer")]).verify(token)

    assert (caller.subject, caller.roles) == ("developer", {"OPERATOR"})
    assert caller.scope.area_filter() is None


def test_the_private_key_is_its_owners_alone_and_never_published(tmp_path: Path) -> None:
    directory = tmp_path / "issuer"
    development_issuer(directory)

    assert stat.S_IMODE((directory / PRIVATE_KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    published = json.loads((directory / KEY_SET_FILE).read_text())["keys"]
    assert [sorted(key) for key in published] == [["alg", "crv", "kid", "kty", "use", "x"]]


def test_a_private_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    private_key(tmp_path)
    (tmp_path / PRIVATE_KEY_FILE).chmod(0o644)

    with pytest.raises(PermissionError, match="chmod 600"):
        mint_token(tmp_path, "chen", [], [])


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    directory = tmp_path / "issuer"

    with ThreadPoolExecutor(16) as pool:
        key_ids = set(pool.map(lambda _: private_key(directory).kid, range(64)))

    assert len(key_ids) == 1
    assert sorted(path.name for path in directory.iterdir()) == [KEY_SET_FILE, PRIVATE_KEY_FILE]


def test_unknown_roles_and_malformed_grants_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="EMPEROR"):
        mint_token(tmp_path, "chen", ["EMPEROR"], [])
    with pytest.raises(ValidationFailed):
        mint_token(tmp_path, "chen", ["STREET"], ["district:1"])


@pytest.mark.parametrize("ttl_seconds", [0, -1, LONGEST_TTL_SECONDS + 1])
def test_a_token_lives_from_one_second_to_seven_days(tmp_path: Path, ttl_seconds: int) -> None:
    with pytest.raises(ValueError, match="lives from 1"):
        mint_token(tmp_path, "chen", [], [], ttl_seconds)
