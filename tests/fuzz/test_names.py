"""Whatever names and texts hold, they stay names and texts: on the way there, on the way back, in every file written.

By default a few examples through the engine and two through every command, always the same ones. `DBSEP_FUZZ=1000`
tries as many, each time others, and a tenth of them through every command, with pg_dump as the judge.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from django.test import override_settings
from hypothesis import HealthCheck, Phase, assume, given, settings

from migration_app.embedded import Cluster
from migration_app.engine import catalog, diff
from migration_app.engine.apply import within
from migration_app.engine.catalog import paper
from migration_app.engine.errors import Refused
from migration_app.engine.model import Snapshot
from migration_app.management.statements import script
from migration_app.services.cloning import What, clone_schema
from migration_app.services.connecting import fingerprint
from migration_app.services.dropping import drop_test_tables
from migration_app.services.restoring import restore_test_tables
from migration_app.services.syncing import Wanted, Writing, sync_schema
from tests.engine.dumps import differences
from tests.engine.trial import databases, describe, plan_of
from tests.fuzz.schemas import pairs
from tests.servers import pg_dump_data, pg_dump_schema, run_psql

pytestmark = pytest.mark.django_db(databases=["default"])

MANY: Final = int(os.environ.get("DBSEP_FUZZ", "0"))
Connection = psycopg.Connection[tuple[Any, ...]]
Pair = tuple[tuple[str, ...], tuple[str, ...]]


def examples(few: int, share: int = 1) -> settings:
    """Give how many examples are tried: few of the same by default, else a share of the many."""
    return settings(
        max_examples=max(MANY // share, 1) if MANY else few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        print_blob=bool(MANY),
        # To shrink what takes half a minute takes hours.
        phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if MANY and share == 1 else ())),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def scratch(prod_server: Cluster) -> Iterator[Connection]:
    """Open a session on a database that is empty before and after each example."""
    with databases(prod_server, 1) as (url,), psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Run the block in a transaction that leaves nothing, set up as a plan's."""
    connection.execute("BEGIN; SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def build(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode(), prepare=False)


def read(connection: Connection) -> Snapshot:
    return catalog.read(connection, within=True)


@examples(25)
@given(pair=pairs())
def test_the_engine_goes_there_and_back(scratch: Connection, pair: Pair) -> None:
    found = []
    with undone(scratch):
        nothing = read(scratch)
    for statements in pair:
        with undone(scratch):
            build(scratch, statements)
            found.append(read(scratch))
    with undone(scratch):
        for wanted in (found[0], found[1], found[0], nothing):
            planned = plan_of(scratch, wanted, read(scratch))
            # A label that has to be committed first can't be tried in a transaction that is undone.
            assume(not any(each.settles for each in planned))
            within(scratch, planned.statements)
            assert [describe(change) for change in diff.compare(read(scratch), wanted)] == []


@examples(2, share=10)
@given(pair=pairs())
def test_every_command_leaves_what_pg_dump_expects(prod_server: Cluster, pair: Pair) -> None:
    with databases(prod_server, 4) as (here, copy, pasted, other), tempfile.TemporaryDirectory() as folder:
        for url, statements in zip((here, other), pair, strict=True):
            with psycopg.connect(url, autocommit=True) as connection:
                build(connection, ["SET check_function_bodies = off", "CREATE TABLE public.victim ()", *statements])
        _cloned(here, copy, pasted)
        _on_paper(here)
        _dropped_and_restored(here, Path(folder))
        # A sync leaves legacy test tables alone: here they are tables like others.
        with override_settings(DBSEP={"PREFIX": "no name begins so"}):
            _synced(other, copy, Path(folder) / "there")
            _synced(here, copy, Path(folder) / "back")


def _cloned(here: str, copy: str, pasted: str) -> None:
    what = What(include_legacy=True, include_outbound=True)
    with psycopg.connect(here, autocommit=True) as source, psycopg.connect(copy, autocommit=True) as target:
        statements = clone_schema(source, target, what=what, dry_run=True).statements
        clone_schema(source, target, what=what)
    assert differences(pg_dump_schema(copy), pg_dump_schema(here)) == []
    if not any(each.secret for each in statements):
        run_psql(pasted, script(statements, title="a clone"))
        assert differences(pg_dump_schema(pasted), pg_dump_schema(here)) == []


def _on_paper(here: str) -> None:
    with psycopg.connect(here, autocommit=True) as connection:
        asked = paper.statement(connection.info.server_version // 10000)
        row = connection.execute(asked.encode(), prepare=False).fetchone()
        assert row is not None
        assert paper.answered([json.dumps(row[0])]).hash == catalog.read(connection).hash


def _dropped_and_restored(here: str, folder: Path) -> None:
    before = pg_dump_schema(here), pg_dump_data(here)
    with psycopg.connect(here, autocommit=True) as connection:
        confirm = fingerprint(connection).confirmation
        for by_psql in (False, True):
            done = drop_test_tables(connection, apply=True, confirm=confirm, backup_dir=folder / "backups")
            if done.backup is None or done.run is None:
                break
            assert pg_dump_schema(here) != before[0]
            if by_psql:
                run_psql(here, done.backup / "restore.sql")
            else:
                restore_test_tables(done.run, database=connection, apply=True, confirm=confirm)
            assert (pg_dump_schema(here), pg_dump_data(here)) == before


def _synced(wanted: str, copy: str, folder: Path) -> None:
    """Bring the copy there by the files of a written migration, back by them, and there again by the command."""
    before = pg_dump_schema(copy)
    with psycopg.connect(wanted, autocommit=True) as source, psycopg.connect(copy, autocommit=True) as target:
        everything = Wanted(allow=("all",), no_rename=True)
        try:
            files = sync_schema(source, target, wanted=everything, write=Writing("change", "sql", folder)).written
        except Refused as refused:
            if "may hold a password" not in refused.message:
                raise
            files = ()
        for path, expected in zip(files, (pg_dump_schema(wanted), before), strict=False):
            run_psql(copy, path)
            assert differences(pg_dump_schema(copy), expected) == []
        sync_schema(source, target, wanted=everything, apply=True, rehearse=False)
    assert differences(pg_dump_schema(copy), pg_dump_schema(wanted)) == []
