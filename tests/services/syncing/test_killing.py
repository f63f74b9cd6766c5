"""Whatever ends a sync, and wherever, the next one reaches the goal, and no row is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from migration_app.embedded import Cluster, process
from migration_app.engine.errors import DbsepError, StatementFailed
from migration_app.services.connecting import write_mark
from migration_app.services.syncing import Wanted, sync_schema
from tests.conftest import NewDatabase
from tests.servers import run_sql
from tests.services.syncing.conftest import MakePair, Pair

pytestmark = pytest.mark.django_db(databases=["default"])

ROOT = Path(__file__).resolve().parents[3]
OLD = """
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE items (id integer NOT NULL, sku text, price integer, feels mood, gone bytea);
INSERT INTO items SELECT n, 'sku' || n, n, 'a' FROM generate_series(1, 100) AS n;
"""
NEW = """
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE items (id integer PRIMARY KEY, sku text NOT NULL, price bigint CHECK (price > 0), feels mood DEFAULT 'b');
CREATE INDEX items_price ON items (price);
CREATE VIEW dear AS SELECT id FROM items WHERE price > 50;
"""


def killed(both: Pair, number: int) -> None:
    """Run the program that kills itself as it is about to send that statement, and wait until the server knows."""
    program = [sys.executable, "-m", "tests.services.syncing.killed", both.prod, both.test, str(number)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 20
    while both.ask(others) != "0" and time.monotonic() < deadline:
        time.sleep(0.05)


def test_a_client_killed_at_a_statement_leaves_a_way_on(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    total = len(both.sync().statements)
    assert total > 8
    for number in range(1, total + 1, 3):
        left = len(both.sync().statements)
        killed(both, min(number, left))
        assert both.ask("SELECT count(*) || '/' || sum(price) FROM items") == "100/5050"
    both.sync(apply=True, allow=("all",))
    assert both.alike
    assert both.ask("SELECT count(*) || '/' || sum(price) FROM items") == "100/5050"


@pytest.mark.parametrize("words", ["VALIDATE CONSTRAINT", "CREATE INDEX CONCURRENTLY", "ALTER COLUMN price"])
def test_a_session_that_the_server_ends_leaves_a_way_on(
    pair: MakePair, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    both = pair(NEW, OLD)
    execute = psycopg.Cursor.execute

    def ended(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - psycopg's own
        if isinstance(query, bytes) and words.encode() in query:
            with psycopg.connect(both.test, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (self.connection.info.backend_pid,))
        return execute(self, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", ended)
        with pytest.raises(DbsepError):
            sync_schema("prod", "test", apply=True, rehearse=False, wanted=Wanted(allow=("all",)))
    both.sync(apply=True, allow=("all",))
    assert both.alike
    assert both.ask("SELECT count(*) || '/' || sum(price) FROM items") == "100/5050"


def test_a_build_that_fails_clears_up_after_itself_and_says_what_is_left(pair: MakePair) -> None:
    both = pair(
        "CREATE TABLE a (b int, c int); CREATE UNIQUE INDEX u ON a (b);",
        "CREATE TABLE a (b int); INSERT INTO a VALUES (1), (1);",
    )
    with pytest.raises(StatementFailed) as failure:
        sync_schema("prod", "test", apply=True, rehearse=False)
    assert failure.value.hint.startswith("Statements 1 to 1 stay done and 1 are left")
    assert both.ask("SELECT count(*) FROM pg_class WHERE relname = 'u'") == "0"
    both.run("DELETE FROM a")
    both.sync(apply=True)
    assert both.alike


@pytest.mark.parametrize("words", ["VALIDATE CONSTRAINT", "ALTER COLUMN price"])
def test_a_server_that_crashes_leaves_a_way_on(
    tmp_path: Path, new_database: NewDatabase, prod_server: Cluster, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    source = new_database(prod_server, NEW)
    server = Cluster.start(tmp_path / "crashing", prod_server.version, durable=True)
    execute = psycopg.Cursor.execute

    def crashed(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - psycopg's own
        if isinstance(query, bytes) and words.encode() in query:
            number = process.running(server.data)
            assert number is not None
            os.kill(number, signal.SIGQUIT)  # PostgreSQL's immediate shutdown: recovery follows, as after a crash
            while server.running:
                time.sleep(0.02)
        return execute(self, query, *args, **kwargs)

    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            conn.execute("CREATE DATABASE shop")
        run_sql(server.url("shop"), OLD)
        with psycopg.connect(source, autocommit=True) as origin, psycopg.connect(server.url("shop")) as copy:
            copy.autocommit = True
            write_mark(copy, "test")
            with monkeypatch.context() as patch:
                patch.setattr(psycopg.Cursor, "execute", crashed)
                with pytest.raises((DbsepError, psycopg.OperationalError)):
                    sync_schema(origin, copy, apply=True, rehearse=False, wanted=Wanted(allow=("all",)))
        server = Cluster.start(tmp_path / "crashing", prod_server.version, durable=True)
        both = Pair(source, server.url("shop"))
        with psycopg.connect(source, autocommit=True) as origin, psycopg.connect(both.test, autocommit=True) as copy:
            sync_schema(origin, copy, apply=True, wanted=Wanted(allow=("all",)))
        assert both.alike
        assert both.ask("SELECT count(*) || '/' || sum(price) FROM items") == "100/5050"
    finally:
        server.remove()
