"""Whatever ends a sync, and wherever, the next one reaches the goal, and no row is lost.

The plan has every sort of segment: a transaction of its own for a label that is used at once, the big one, statements
outside of any, and the transaction that validates. Killed at a few of its statements; DBSEP_KILLS=all takes every one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from migration_app.embedded import Cluster, process
from migration_app.engine.apply.segments import segments
from migration_app.engine.errors import DbsepError, StatementFailed
from migration_app.engine.model import Statement
from migration_app.services.connecting import write_mark
from migration_app.services.syncing import Wanted, sync_schema
from tests.conftest import NewDatabase
from tests.servers import await_alone, pg_dump_schema, run_sql
from tests.services.syncing.conftest import MakePair, Pair

pytestmark = pytest.mark.django_db(databases=["default"])

ROOT = Path(__file__).resolve().parents[3]
EVERY = os.environ.get("DBSEP_KILLS") == "all"
OLD = """
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE items (id integer NOT NULL, sku text, price integer, feels mood, gone bytea);
INSERT INTO items SELECT n, 'sku' || n, n, 'a' FROM generate_series(1, 100) AS n;
CREATE TABLE days (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
INSERT INTO days (note) SELECT 'day ' || n FROM generate_series(1, 50) AS n;
"""
NEW = """
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE items (id integer PRIMARY KEY, sku text NOT NULL, price bigint CHECK (price > 0), feels mood DEFAULT 'b');
CREATE INDEX items_price ON items (price);
CREATE VIEW dear AS SELECT id FROM items WHERE price > 50;
CREATE TABLE days (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text) PARTITION BY RANGE (id);
CREATE TABLE days_all PARTITION OF days FOR VALUES FROM (1) TO (1000);
"""
ROWS = """
SELECT (SELECT count(*) || '/' || sum(price) || '/' || count(sku) FROM items) || ' '
    || (SELECT count(*) || '/' || sum(id) || '/' || count(note) FROM days)
"""
LEFT = """
SELECT (SELECT count(*) FROM pg_index WHERE NOT indisvalid)
     + (SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_\\_replaced')
"""
WHOLE = "100/5050/100 50/1275/50"


def chosen(statements: tuple[Statement, ...]) -> list[int]:
    """Give the statements to be killed at, from 1: all, or the first of each of the last segments and one amidst."""
    if EVERY:
        return list(range(1, len(statements) + 1))
    parts = segments(statements)
    assert len(parts) > 4
    return sorted(
        {
            parts[0].start + 1,
            parts[1].start + 3,
            parts[2].start + 1,
            parts[3].start + 1,
            parts[-1].start + 1,
            len(statements),
        }
    )


def plan_of(both: Pair) -> tuple[Statement, ...]:
    with _opened(both) as (origin, copy):
        return sync_schema(origin, copy).statements


def goes_on(both: Pair) -> None:
    """Hold the database to it: the rows are there, the next run reaches the goal, and nothing is left over."""
    assert both.ask(ROWS) == WHOLE
    with _opened(both) as (origin, copy):
        sync_schema(origin, copy, apply=True, rehearse=False, wanted=Wanted(allow=("all",)))
        assert not sync_schema(origin, copy).statements
    assert both.ask(ROWS) == WHOLE
    assert both.ask(LEFT) == "0"
    assert pg_dump_schema(both.test) == pg_dump_schema(both.prod)


@contextmanager
def _opened(both: Pair) -> Iterator[tuple[psycopg.Connection[Any], psycopg.Connection[Any]]]:
    with psycopg.connect(both.prod, autocommit=True) as origin, psycopg.connect(both.test, autocommit=True) as copy:
        yield origin, copy


def _copied(both: Pair, server: Cluster, new_database: NewDatabase) -> Pair:
    """Give the pair with a target of its own, marked, as it was before any run."""
    made = Pair(both.prod, new_database(server, OLD))
    with psycopg.connect(made.test, autocommit=True) as conn:
        write_mark(conn, "test")
    return made


def _killed(both: Pair, number: int, *words: str) -> None:
    """Run the program that kills itself as it is about to send that statement, and wait until the server knows."""
    program = [sys.executable, "-m", "tests.services.syncing.killed", both.prod, both.test, str(number), *words]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with psycopg.connect(both.test, autocommit=True) as connection:
        await_alone(connection)


def _interrupted(both: Pair, number: int, interrupt: Callable[[psycopg.Cursor[Any]], None]) -> None:
    """Run a sync and interrupt it as it is about to send the statement with this number."""
    wanted = plan_of(both)[number - 1].sql.encode()
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - psycopg's own
        if query == wanted:
            interrupt(self)
        return execute(self, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", watched)
        with pytest.raises((DbsepError, psycopg.OperationalError)), _opened(both) as (origin, copy):
            sync_schema(origin, copy, apply=True, rehearse=False, wanted=Wanted(allow=("all",)))


def test_a_client_killed_at_a_statement_leaves_a_way_on(
    pair: MakePair, new_database: NewDatabase, test_server: Cluster
) -> None:
    both = pair(NEW, OLD)
    for number in chosen(plan_of(both)):
        one = _copied(both, test_server, new_database)
        _killed(one, number)
        goes_on(one)


def test_a_rehearsal_that_is_killed_is_cleared_up_by_the_next(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    mine = "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE starts_with(datname, 'dbsep_scratch_')"
    before = set(both.ask(mine).split())
    _killed(both, 3, "rehearsal")
    left = set(both.ask(mine).split()) - before
    assert left
    both.run("CREATE DATABASE dbsep_scratch_999999_unmarked")

    both.sync(apply=True, allow=("all",), rehearse=None)
    there = set(both.ask(mine).split())
    assert left.isdisjoint(there)
    assert "dbsep_scratch_999999_unmarked" not in there
    assert both.alike


def test_a_session_that_the_server_ends_leaves_a_way_on(
    pair: MakePair, new_database: NewDatabase, test_server: Cluster
) -> None:
    both = pair(NEW, OLD)

    def ended(cursor: psycopg.Cursor[Any]) -> None:
        with psycopg.connect(both.test, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,))

    for number in chosen(plan_of(both)):
        one = _copied(both, test_server, new_database)
        _interrupted(one, number, ended)
        goes_on(one)


def test_a_server_that_crashes_leaves_a_way_on(tmp_path: Path, new_database: NewDatabase, prod_server: Cluster) -> None:
    source = new_database(prod_server, NEW)
    server = Cluster.start(tmp_path / "crashing", prod_server.version, durable=True)

    def crashed(_cursor: psycopg.Cursor[Any]) -> None:
        number = process.running(server.data)
        assert number is not None
        os.kill(number, signal.SIGQUIT)  # PostgreSQL's immediate shutdown: recovery follows, as after a crash
        while server.running:
            time.sleep(0.02)

    try:
        numbers: list[int] = [1]
        done = 0
        while done < len(numbers):
            name = f"shop_{done}"
            with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
                conn.execute(f"CREATE DATABASE {name}".encode())
            both = Pair(source, server.url(name))
            run_sql(both.test, OLD)
            with psycopg.connect(both.test, autocommit=True) as copy:
                write_mark(copy, "test")
            numbers = chosen(plan_of(both))
            _interrupted(both, numbers[done], crashed)
            server = Cluster.start(tmp_path / "crashing", prod_server.version, durable=True)
            goes_on(Pair(source, server.url(name)))
            done += 1
    finally:
        server.remove()


def test_a_build_that_fails_clears_up_after_itself_and_says_what_is_left(pair: MakePair) -> None:
    both = pair(
        "CREATE TABLE a (b int, c int); CREATE INDEX u ON a ((1 / b));",
        "CREATE TABLE a (b int); INSERT INTO a VALUES (1), (0);",
    )
    with pytest.raises(StatementFailed) as failure:
        sync_schema("prod", "test", apply=True, rehearse=False)
    assert failure.value.hint.startswith("Statements 1 to 1 stay done and 1 are left")
    assert both.ask("SELECT count(*) FROM pg_class WHERE relname = 'u'") == "0"
    both.run("DELETE FROM a WHERE b = 0")
    both.sync(apply=True)
    assert both.alike
