"""Whatever ends a drop or a restore, and wherever: all of it has happened, or nothing, and there is a way on.

Killed at the last step before the commit; DBSEP_KILLS=all takes the others, too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from migration_app.engine.errors import DbsepError
from migration_app.services.dropping import files
from migration_app.services.dropping.backup import Backup
from migration_app.services.restoring import restore_test_tables
from tests.servers import await_alone, run_psql

if TYPE_CHECKING:
    from tests.services.dropping.conftest import MakeShop, Shop

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SQL = """
    CREATE TABLE orders (id int PRIMARY KEY);
    CREATE TABLE test_orders (id serial PRIMARY KEY, o int REFERENCES orders, note text);
    CREATE TABLE test_lines (id int GENERATED ALWAYS AS IDENTITY, o int REFERENCES test_orders);
    CREATE VIEW test_view AS SELECT note FROM test_orders;
    INSERT INTO test_orders (note) SELECT repeat(md5(n::text), 20) FROM generate_series(1, 200) AS n;
    INSERT INTO test_lines (o) SELECT id FROM test_orders;
"""


@pytest.fixture
def here(shop: MakeShop) -> Shop:
    return shop(SQL)


def killed(here: Shop, at: str) -> None:
    """Run the program that kills itself there, and wait until the server knows."""
    program = [sys.executable, "-m", "tests.services.dropping.killed", here.url, str(here.backups), at]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with psycopg.connect(here.url, autocommit=True) as connection:
        await_alone(connection)


def goes_on(here: Shop, before: tuple[str, str]) -> None:
    """Drop and restore as if nothing had been."""
    dropped = here.drop()
    assert dropped.run is not None
    restore_test_tables(dropped.run, apply=True, confirm=here.confirmation)
    assert here.dump() == before


BEFORE = ["verify that nothing else changed, finished", "back up and read back, finished", "lock the tables, finished"]
RESTORING = ["verify, finished", "write the rows, finished"]
EVERY = os.environ.get("DBSEP_KILLS") == "all"


@pytest.mark.parametrize("at", BEFORE if EVERY else BEFORE[:1])
def test_killed_before_the_commit_nothing_has_gone(here: Shop, at: str) -> None:
    before = here.dump()
    killed(here, f"drop_test_tables: {at}")

    assert here.dump() == before
    goes_on(here, before)


def test_half_a_backup_of_a_run_that_was_killed_is_deleted_by_the_next(here: Shop) -> None:
    before = here.dump()
    killed(here, "drop_test_tables: back up and read back, started")
    (half,) = here.backups.iterdir()
    assert not (half / "manifest.json").exists()
    other = here.backups / "a-20200101T000000000000Z-run1"
    (other / "rows").mkdir(parents=True)
    with files.held(other):
        dropped = here.drop()

    assert dropped.cleared == (half,)
    assert (half.exists(), other.exists()) == (False, True), "another run was still writing this one"
    assert dropped.run is not None
    restore_test_tables(dropped.run, apply=True, confirm=here.confirmation)
    assert here.dump() == before


def test_killed_after_the_commit_the_backup_brings_everything_back(here: Shop) -> None:
    before = here.dump()
    killed(here, "drop_test_tables: drop, finished")

    assert here.tables() == {"public.orders"}
    (backup,) = here.backups.iterdir()
    run_psql(here.url, backup / "restore.sql")
    assert here.dump() == before


@pytest.mark.parametrize("at", RESTORING if EVERY else RESTORING[:1])
def test_a_restore_that_is_killed_leaves_the_backup_as_it_was(here: Shop, at: str) -> None:
    before = here.dump()
    killed(here, f"restore_test_tables: {at}")

    assert here.tables() == {"public.orders"}
    (backup,) = here.backups.iterdir()
    run_psql(here.url, backup / "restore.sql")
    assert here.dump() == before


@pytest.mark.parametrize("late", [False, True])
def test_a_connection_that_is_lost_during_the_backup_leaves_all_tables(
    here: Shop, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    before, write = here.dump(), Backup.write

    def cut_off(self: Backup, connection: psycopg.Connection[Any], *rest: Any) -> Any:  # noqa: ANN401 - passed on
        written = write(self, connection, *rest) if late else None
        here.run(f"SELECT pg_terminate_backend({connection.info.backend_pid})")
        return written or write(self, connection, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Backup, "write", cut_off)
        with pytest.raises(DbsepError, match=r"server closed the connection|terminating connection"):
            here.drop()

    assert here.dump() == before
    assert late or not list(here.backups.iterdir()), "half a backup is none"
    goes_on(here, before)
