"""No single change to a clone goes unseen, whatever it is: random ones are made, one at a time, each rolled back.

A few by default; DBSEP_CHANGES=500 makes so many to each schema, DBSEP_SEED=7 begins elsewhere.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.engine import catalog, diff
from migration_app.engine.model import Snapshot
from migration_app.services.cloning import What, clone_schema
from tests import corpora, servers
from tests.engine import dumps, trial
from tests.engine.changing import shuffled

pytestmark = pytest.mark.django_db

CHANGES = int(os.environ.get("DBSEP_CHANGES", "12"))
SEED = int(os.environ.get("DBSEP_SEED", "1"))
KITCHEN_SINK = Path(__file__).with_name("kitchen_sink.sql")
WHOLE = What(include_outbound=True, include_legacy=True)
PATIENCE = 200
"""How many statements in a row the server may refuse."""


@pytest.mark.parametrize("path", [KITCHEN_SINK, *corpora.schemas()], ids=lambda path: path.stem)
def test_after_any_one_change_a_clone_differs(path: Path) -> None:
    server = server_for(path)
    with trial.databases(server, 2) as (source, target):
        servers.run_sql(source, path)
        with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
            clone_schema(ours, theirs, what=WHOLE)
            origin = catalog.ask(ours)
            wanted = catalog.snapshot_of(ours, origin)
            assert diff.compare(catalog.read(theirs), wanted) == ()
            assert catalog.same(catalog.ask(theirs), origin)

            done = [made(theirs, wanted, origin, Random(SEED * 1_000_000 + number)) for number in range(CHANGES)]
        unseen = [change for change in done if change is not None]

        # Many change nothing: DROP NOT NULL of what may be null already.
        assert not unseen or pg_dump_sees_none(server, source, unseen), unseen


def server_for(path: Path) -> Cluster:
    """Give a server that takes the schema: the suite's, or else one that has contrib."""
    for server in (servers.server("prod"), servers.with_extension("pgcrypto")):
        if server is not None:
            with trial.databases(server, 1) as (url,), suppress(psycopg.Error):
                servers.run_sql(url, path)
                return server
    pytest.skip("no server here takes it: run make servers, or install postgresql-contrib")


def made(connection: psycopg.Connection[Any], wanted: Snapshot, origin: catalog.Answer, random: Random) -> str | None:
    """Make one change that the server takes, compare, and take it back; give it where it wasn't seen."""
    changes = shuffled(wanted, random)
    for _ in range(PATIENCE):
        change = next(changes)
        connection.execute("BEGIN")
        try:
            try:
                connection.execute("SET LOCAL lock_timeout = '2s'; SET LOCAL client_min_messages = error")
                connection.execute(change.encode())
            except psycopg.Error:
                continue
            answer = catalog.ask(connection, within=True)
            snapshot = catalog.snapshot_of(connection, answer)
            found = diff.compare(snapshot, wanted)
            # Both ways to compare say the same: the rows alone, and the objects made of them.
            assert catalog.same(answer, origin) is not bool(found or snapshot.unmodelled), change
        finally:
            connection.execute("ROLLBACK")
        return None if found or snapshot.unmodelled else change
    raise AssertionError(f"the server refused {PATIENCE} changes")


def pg_dump_sees_none(server: Cluster, source: str, changes: list[str]) -> bool:
    """Ask the judge: make the changes to another clone, and dump that before and after."""
    with trial.databases(server, 1) as (copy,):
        with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(copy, autocommit=True) as theirs:
            clone_schema(ours, theirs, what=WHOLE)
        before = servers.pg_dump_schema(copy)
        for change in changes:
            servers.run_sql(copy, change)
        return dumps.differences(before, servers.pg_dump_schema(copy)) == []
