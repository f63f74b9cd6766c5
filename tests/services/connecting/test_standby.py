"""A hot standby as production: it is read like its primary, and never taken for something that can be changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.embedded.account import server_account
from migration_app.embedded.binaries import client
from migration_app.engine.errors import Refused
from migration_app.services.analyzing import analyze_tables
from migration_app.services.cloning import clone_schema
from migration_app.services.connecting import session, write_mark
from migration_app.services.drift import check_drift
from migration_app.services.masking import Wish, copy_masked
from migration_app.services.syncing import Wanted, sync_schema
from tests.conftest import Aliases, NewDatabase, _on
from tests.servers import ROOT_VARIABLE, ask, run_sql

pytestmark = pytest.mark.django_db(databases=["default"])

SCHEMA = """
    CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
    INSERT INTO items VALUES (1, 'a');
    CREATE UNLOGGED TABLE hits (n int);
    INSERT INTO hits VALUES (1);
"""
NAME = "standing_by"


@pytest.fixture(scope="module")
def standby(prod_server: Cluster, worker_id: str) -> Iterator[str]:
    """The address of a copy of a database, on a server that only follows the first."""
    _on(prod_server, "CREATE DATABASE {}", NAME)
    run_sql(prod_server.url(NAME), SCHEMA)
    base = Path(os.environ[ROOT_VARIABLE]) / f"standby-{worker_id}"
    made = Cluster.start(base, prod_server.version)
    made.stop()
    account = server_account(made.data)
    shutil.rmtree(made.data)
    subprocess.run(
        [client("pg_basebackup", prod_server.version), "-D", made.data, "-X", "stream", "-R", "-c", "fast"],
        check=True,
        capture_output=True,
        cwd="/",
        env={
            **os.environ,
            "PGHOST": prod_server.host,
            "PGPORT": str(prod_server.port),
            "PGUSER": "postgres",
            "PGPASSWORD": prod_server.password,
        },
    )
    for path in (made.data, *made.data.rglob("*")):
        account.give(path)
    running = Cluster.start(base, prod_server.version, settings={"max_connections": "200"})
    yield running.url(NAME, password=prod_server.password)
    running.remove()
    _on(prod_server, "DROP DATABASE {} WITH (FORCE)", NAME)


def test_it_is_cloned_compared_and_synced_from(
    standby: str, test_server: Cluster, new_database: NewDatabase, aliases: Aliases
) -> None:
    copy = new_database(test_server)
    with aliases(standby, copy):
        assert clone_schema("prod", "test").verified
        assert check_drift("prod", "test").identical
        run_sql(copy, "ALTER TABLE items DROP COLUMN name")
        assert sync_schema("prod", "test", apply=True, rehearse=False, wanted=Wanted(allow=("all",))).verified


def test_its_rows_are_copied_masked_by_several_sessions(
    standby: str,
    test_server: Cluster,
    new_database: NewDatabase,
    aliases: Aliases,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DBSEP_MASKING_KEY", "a key that is long enough to be one")
    copy = new_database(test_server, SCHEMA)
    run_sql(copy, "TRUNCATE items, hits")
    with psycopg.connect(copy, autocommit=True) as conn:
        write_mark(conn, "staging")
    policy = tmp_path / "masking.toml"
    policy.write_text('[tables.items.columns]\nid = "keep"\nname = "name"\n[tables.hits]\nrows = "none"\n')
    with aliases(standby, staging=copy):
        copied = copy_masked("prod", "staging", policy=policy, wish=Wish(streams=3))
    assert (copied.tables, copied.leaks) == ({"items": 1}, ())
    assert ask(copy, "SELECT name FROM items") != "a"


def test_its_tables_are_counted_but_for_those_that_it_has_no_rows_of(standby: str, aliases: Aliases) -> None:
    with aliases(standby):
        found = analyze_tables("prod").tables
    assert (found["public.items"].rows, found["public.items"].estimated) == (1, False)
    assert found["public.hits"].estimated


def test_nothing_on_it_can_be_changed(standby: str, aliases: Aliases) -> None:
    with (
        aliases(standby),
        pytest.raises(Refused, match="'prod' is on a standby, which can be read but not changed") as raised,
        session("prod", writable=True),
    ):
        pass
    assert "PROD_DATABASE_URL" in raised.value.hint
