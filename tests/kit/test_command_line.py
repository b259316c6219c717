"""What a service's command line does, and how it fails."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kit.command_line import run_command_line
from kit.graphql.schema import print_sdl
from kit.mongo import Mongo
from tests.kit.small_service import SCHEMA, Journal, parts_of
from tests.servers import MongoServer, free_port

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.kit.small_service", *arguments],
        cwd=ROOT,
        env={**os.environ, "ANJU_ENVIRONMENT": "development", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_schema_prints_writes_and_checks_the_sdl_without_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts, file = parts_of(Journal()), tmp_path / "schema.graphql"

    assert run_command_line(parts, ["schema"]) == 0
    assert capsys.readouterr().out == print_sdl(SCHEMA)
    assert run_command_line(parts, ["schema", "--check", str(file)]) == 1
    assert run_command_line(parts, ["schema", "--write", str(file)]) == 0
    assert run_command_line(parts, ["schema", "--check", str(file)]) == 0
    file.write_text(file.read_text().replace("balance: Money!", "balance: Money"))
    assert run_command_line(parts, ["schema", "--check", str(file)]) == 1
    assert "make schema" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["dance"], ["serve", "--port", "x"], ["schema", "--write", "a", "--check", "a"]]
)
def test_unknown_commands_are_refused_with_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command_line(parts_of(Journal()), arguments)

    assert caught.value.code == 2
    assert "usage: python -m services.small" in capsys.readouterr().err


@pytest.mark.system
async def test_a_services_own_command_runs_with_the_store(
    mongo: Mongo, mongo_server: MongoServer, tmp_path: Path
) -> None:
    await mongo.collection("estates").insert_many([{"_id": "est_2", "name": "b"}, {"_id": "est_1", "name": "a"}])
    environment = {
        "ANJU_DEVELOPMENT_ISSUER_DIR": str(tmp_path),
        "ANJU_MONGO_URI": mongo_server.uri,
        "ANJU_MONGO_DATABASE": mongo.name,
    }

    named = await asyncio.to_thread(run, "name-estates", **environment)
    letters = await asyncio.to_thread(run, "dead-letters", "list", **environment)
    unknown = await asyncio.to_thread(run, "dead-letters", "show", "dlt_unknown", **environment)
    items = await asyncio.to_thread(run, "work-items", "list", **environment)
    refused = await asyncio.to_thread(run, "name-estates", "--limit", "0", **environment)

    assert (named.returncode, named.stdout) == (0, "a b\n")
    assert [(each.returncode, each.stdout) for each in (letters, items)] == [(0, "\n"), (0, "\n")]
    assert (unknown.returncode, unknown.stderr) == (1, "small: there is no such dead letter\n")
    assert (refused.returncode, refused.stderr) == (1, "small: a limit is at least 1\n")
    assert "name_1" in await mongo.collection("estates").index_information()


@pytest.mark.system
def test_a_command_says_when_the_store_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100"

    failed = run("indexes", "--patience", "0", ANJU_DEVELOPMENT_ISSUER_DIR=str(tmp_path), ANJU_MONGO_URI=nowhere)

    assert failed.returncode == 1
    assert "the store does not answer" in failed.stderr.splitlines()[-1]
    assert "Traceback" not in failed.stderr
