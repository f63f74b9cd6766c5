"""Whatever ends a masked copy, and wherever: nothing half done is kept, and the next run finishes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import psycopg
import pytest

from migration_app.engine.errors import CopyFailed
from migration_app.models import Step
from migration_app.services.masking import checking, copy_masked
from migration_app.services.seeding import rebuilding
from tests.servers import await_alone
from tests.services.disks import SmallDisk

from .conftest import MakeSides, Sides, one, rows

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = """
    create function fits(n int) returns bool immutable language sql return n > 0;
    create table people (id int primary key, email text not null unique, check (fits(id)));
    create table orders (id int primary key, person int not null references people, note text);
    create index orders_note on orders (note);
"""
DATA = """
    insert into people select n, 'person' || n || '@corp.example' from generate_series(1, 300) n;
    insert into orders select n, 1 + n % 300, repeat('a note ', 200) from generate_series(1, 4000) n;
"""
MASKS = {"people.email": '"email"', "orders.note": '"text"'}
DEFINED = (
    "select conname::text, pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0 union all "
    "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index where indrelid >= 16384 order by 1, 2"
)
KILL = (
    "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity "
    "where datname = current_database() and application_name = 'dbsep'"
)


@pytest.fixture(autouse=True)
def rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let keys of tables this small be dropped and built again, too."""
    monkeypatch.setattr(rebuilding, "WORTH", 10)


def check_nothing_is_left_and_the_next_run_finishes(both: Sides, before: list[tuple[object, ...]]) -> None:
    assert [one(both.staging, f"select count(*) from {table}") for table in ("people", "orders")] == [0, 0]
    assert rows(both.staging, DEFINED) == before
    assert copy_masked("prod", "staging", policy=both.policy(MASKS)).tables == {"people": 300, "orders": 4000}
    assert rows(both.staging, DEFINED) == before


@pytest.mark.parametrize("step", ["copy people", "rows", "look for leaks"])
def test_a_killed_client_leaves_nothing_half_done(sides: MakeSides, tmp_path: Path, step: str) -> None:
    both = sides(SCHEMA, DATA)
    before = rows(both.staging, DEFINED)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dbsep_project.settings",
        "PYTHONPATH": str(ROOT),
        "CONTROL_DATABASE_URL": f"sqlite:///{tmp_path / 'control.sqlite3'}",
        "PROD_DATABASE_URL": url_of(both.prod),
        "STAGING_DATABASE_URL": url_of(both.staging),
    }
    program = [sys.executable, "-m", "tests.services.masking.killed", str(both.policy(MASKS)), step]
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    await_alone(both.staging)
    check_nothing_is_left_and_the_next_run_finishes(both, before)


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_session_that_ends_amid_the_rows_is_named(sides: MakeSides, side: str) -> None:
    both = sides(SCHEMA, DATA)
    before = rows(both.staging, DEFINED)
    other = both.prod if side == "source" else both.staging
    with pytest.raises(CopyFailed, match=f"copying orders failed on the {side}: the connection was lost") as caught:
        copy_masked("prod", "staging", policy=both.policy(MASKS), told=once(lambda: one(other, KILL)))
    assert caught.value.hint.startswith("Run the command again")
    assert Step.objects.get(name="copy orders").outcome == "failed"
    check_nothing_is_left_and_the_next_run_finishes(both, before)


def test_production_lost_after_its_rows_is_named(sides: MakeSides, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sides(SCHEMA, DATA)
    before = rows(both.staging, DEFINED)
    begin = checking.LeakCheck.start

    def start(self: checking.LeakCheck) -> Future[None]:
        one(both.prod, KILL)
        return begin(self)

    with monkeypatch.context() as patched:
        patched.setattr(checking.LeakCheck, "start", start)
        with pytest.raises(CopyFailed, match="copying hashes for the leak check failed on the source: the connection"):
            copy_masked("prod", "staging", policy=both.policy(MASKS))
    check_nothing_is_left_and_the_next_run_finishes(both, before)


def test_a_server_without_room_is_named(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    both.staging.execute(
        b"create or replace function fits(n int) returns bool immutable language plpgsql as $$ begin "
        b"if n > 250 then raise exception 'no space left' using errcode = '53100'; end if; return true; end $$"
    )
    with pytest.raises(CopyFailed, match="copying people failed on the target: the disk is full") as caught:
        copy_masked("prod", "staging", policy=both.policy(MASKS))
    assert caught.value.sqlstate == "53100"
    assert caught.value.hint == "Free space on the server, then run the command again."
    assert one(both.staging, "select count(*) from people") == 0


def test_a_full_disk_is_named_and_the_next_run_finishes(sides: MakeSides, small_disk: SmallDisk) -> None:
    both = sides(SCHEMA, DATA)
    before = rows(both.staging, DEFINED)
    with small_disk.tablespace(both.staging) as space:
        both.staging.execute(f"alter table orders set tablespace {space}".encode())
        with pytest.raises(CopyFailed, match="copying orders failed on the target: the disk is full") as caught:
            copy_masked("prod", "staging", policy=both.policy(MASKS))
        assert caught.value.hint == "Free space on the server, then run the command again."
        # The history says where it stopped, and nothing of what it copied.
        step = Step.objects.get(name="copy orders")
        assert (step.outcome, "a note" in str(step.detail)) == ("failed", False)
        small_disk.grow()
        check_nothing_is_left_and_the_next_run_finishes(both, before)


def test_an_interrupted_run_is_rolled_back(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    before = rows(both.staging, DEFINED)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_masked("prod", "staging", policy=both.policy(MASKS), told=once(interrupt))
    await_alone(both.staging)
    check_nothing_is_left_and_the_next_run_finishes(both, before)


def once(action: Callable[[], object]) -> Callable[[int, int], None]:
    """Do it when the rows of orders have begun to come."""
    calls: list[int] = []

    def told(done: int, _all: int) -> None:
        if done > 300 and not calls:
            calls.append(done)
            action()

    return told


def url_of(connection: psycopg.Connection) -> str:
    info = connection.info
    return f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"
