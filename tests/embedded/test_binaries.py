"""PostgreSQL's programs are found where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migration_app.embedded import ServerMissing, available, binaries
from migration_app.embedded.binaries import client, major


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    major.cache_clear()
    yield
    major.cache_clear()


@pytest.mark.parametrize("version", [16, 18])
def test_the_embedded_extra_brings_16_and_18(version: int) -> None:
    found = binaries(version)
    assert found.version == version == major(found.directory)
    assert version in available()


def test_a_version_that_is_nowhere_is_told_with_what_to_do() -> None:
    with pytest.raises(ServerMissing) as caught:
        binaries(9)
    assert caught.value.message == "no PostgreSQL 9 found on this machine"
    assert "DBSEP_POSTGRES_9" in caught.value.hint


@pytest.mark.parametrize("below", ["", "bin"])
def test_a_named_directory_comes_first(monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    named = binaries(16).directory.parent / below
    monkeypatch.setenv("DBSEP_POSTGRES_16", str(named))
    assert binaries(16).directory == binaries(16).directory.parent / "bin"


def test_a_named_directory_with_nothing_in_it_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBSEP_POSTGRES_18", str(tmp_path))
    with pytest.raises(ServerMissing):
        binaries(18)


def test_a_server_without_client_programs_borrows_those_of_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("postgres", "initdb"):
        (tmp_path / "bin" / name).symlink_to(binaries(16).program(name))
    monkeypatch.setenv("DBSEP_POSTGRES_16", str(tmp_path))
    assert major(tmp_path / "bin") == 16
    assert major(client("pg_dump", 16).parent) in {17, 18}
