"""Servers of our own: made, found again, shared, stopped, removed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster, ServerFailed, places, process, remove
from migration_app.embedded.account import Account

STARTER = """
import sys
from migration_app.embedded import Cluster
started = Cluster.start(sys.argv[1])
print(started.port, (started.data / "postmaster.pid").read_text().split()[0])
"""


@pytest.fixture
def base() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)  # unlike those of pytest
        yield Path(above) / "cluster"
        remove(Path(above) / "cluster")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster.start(tmp_path_factory.mktemp("module") / "cluster")
    yield started
    started.remove()


def shown(url: str, setting: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row is not None
    return str(row[0])


def process_number(cluster: Cluster) -> int:
    number = process.running(cluster.data)
    assert number is not None
    return number


def test_it_answers_over_tcp_and_over_the_socket(cluster: Cluster) -> None:
    expected = str(cluster.data)
    assert shown(cluster.url("postgres"), "data_directory") == expected
    assert shown(cluster.socket_url("postgres"), "data_directory") == expected


def test_it_listens_on_the_loopback_interface_only(cluster: Cluster) -> None:
    assert shown(cluster.url("postgres"), "listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize("way", ["url", "socket_url"])
def test_a_wrong_password_is_refused(cluster: Cluster, way: str) -> None:
    url = getattr(cluster, way)("postgres", "postgres", "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_the_password_is_stored_for_the_owner_only_and_not_shown(cluster: Cluster) -> None:
    assert (cluster.base / "password").stat().st_mode & 0o777 == 0o600
    assert cluster.password not in repr(cluster)


def test_another_user_gets_no_password_unless_it_is_given(cluster: Cluster) -> None:
    assert cluster.url("a b", "o'neil").startswith("postgresql://o%27neil@127.0.0.1:")
    assert ":s%2Fx@" in cluster.url("a b", "o'neil", "s/x")
    assert "/a%20b" in cluster.url("a b")


def test_its_encoding_is_utf_8_and_its_case_rules_know_more_than_ascii(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres")) as connection:
        row = connection.execute("SELECT lower('É'), current_setting('server_encoding')").fetchone()
    assert row == ("é", "UTF8")


def test_a_second_start_gives_the_running_server(cluster: Cluster) -> None:
    before = process_number(cluster)
    assert Cluster.start(cluster.base) == cluster
    assert Cluster.find(cluster.base) == cluster
    assert process_number(cluster) == before


def test_client_programs_are_found(cluster: Cluster) -> None:
    told = subprocess.run([cluster.bin("pg_dump"), "--version"], check=True, capture_output=True, text=True).stdout
    assert told.startswith("pg_dump (PostgreSQL) 18")


def test_another_version_in_the_same_directory_is_refused(cluster: Cluster) -> None:
    with pytest.raises(ServerFailed, match="is of version 18, not 16") as caught:
        Cluster.start(cluster.base, 16)
    assert "remove" in caught.value.hint


def test_the_server_never_runs_as_root(cluster: Cluster) -> None:
    assert (cluster.data / "postmaster.pid").stat().st_uid != 0


def test_processes_that_start_it_at_once_get_the_same_one(base: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", STARTER, base], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    told = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(told) == 1


def test_it_outlives_the_process_that_started_it_and_keeps_rows_over_a_stop(base: Path) -> None:
    subprocess.run([sys.executable, "-c", STARTER, base], check=True, capture_output=True)
    known = Cluster.find(base)
    assert known is not None
    with psycopg.connect(known.url("postgres")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS a")
    known.stop()
    assert not known.running
    again = Cluster.start(base)
    assert again == known
    with psycopg.connect(again.url("postgres")) as connection:
        assert connection.execute("SELECT a FROM t").fetchone() == (7,)


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_durability_is_a_choice(base: Path, durable: bool, fsync: str) -> None:
    started = Cluster.start(base, durable=durable, settings={"application_name": "it's"})
    assert shown(started.url("postgres"), "fsync") == fsync
    assert shown(started.url("postgres", "postgres"), "application_name") == "it's"


def test_a_crash_and_a_stale_number_that_is_someone_elses_by_now_do_no_harm(base: Path) -> None:
    started = Cluster.start(base, durable=True)
    os.kill(process_number(started), signal.SIGKILL)
    stale = started.data / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert not started.running
    again = Cluster.start(base, durable=True)
    assert shown(again.url("postgres"), "data_directory") == str(again.data)


def test_a_port_that_was_taken_meanwhile_is_left_to_its_owner(base: Path) -> None:
    started = Cluster.start(base)
    started.stop()
    with socket.create_server((started.host, started.port)):
        again = Cluster.start(base)
        assert again.port != started.port
        assert shown(again.url("postgres"), "port") == str(again.port)


@pytest.mark.parametrize("name", ["x" * 120, 'it\'s "$HOME" a,b %41', "böse"])
def test_a_directory_with_any_name_will_do(tmp_path: Path, name: str) -> None:
    base = tmp_path / name
    started = Cluster.start(base)
    try:
        assert len(os.fsencode(started.socket_dir)) < 90
        assert shown(started.socket_url("postgres"), "data_directory") == str(started.data)
    finally:
        remove(base)
    assert not base.exists()
    assert not started.socket_dir.exists()


def test_remove_leaves_nothing_and_can_be_repeated(base: Path) -> None:
    started = Cluster.start(base)
    started.remove()
    assert not base.exists()
    assert not started.running
    remove(base)
    assert Cluster.find(base) is None


def test_an_initdb_that_was_killed_is_made_good(base: Path) -> None:
    (base / "data").mkdir(parents=True)
    (base / "data" / "PG_VERSION").write_text("18\n")
    assert shown(Cluster.start(base).url("postgres"), "fsync") == "off"


def test_a_setting_that_the_server_refuses_is_told_with_the_servers_words(base: Path) -> None:
    with pytest.raises(ServerFailed) as caught:
        Cluster.start(base, settings={"no_such_setting": "1"})
    assert "no_such_setting" in caught.value.hint


def test_an_annex_that_someone_else_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(os.geteuid(), os.getegid(), switch=False)
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    planted = Path("/tmp") / places.annex_name(tmp_path)
    planted.symlink_to(tmp_path)
    try:
        with pytest.raises(ServerFailed, match="belongs to someone else"):
            places.annex(tmp_path, account)
    finally:
        planted.unlink()
