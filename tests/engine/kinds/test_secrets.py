"""Passwords in the catalog: read by those who may, reported by those who may not, and never shown."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from migration_app.engine import catalog, diff
from migration_app.engine.kinds.server import Server
from migration_app.engine.kinds.subscription import Subscription
from migration_app.engine.kinds.user_mapping import UserMapping
from migration_app.engine.model import Context, Snapshot
from migration_app.engine.plan import plan
from tests.conftest import NewDatabase

LONG = "dbname=nowhere password=" + "aé€" * 700
SETUP = f"""
    DO $$ BEGIN CREATE ROLE fixture_plain; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    CREATE FOREIGN DATA WRAPPER w;
    CREATE SERVER theirs FOREIGN DATA WRAPPER w OPTIONS (api_key 'hidden-1');
    CREATE SERVER ours FOREIGN DATA WRAPPER w;
    ALTER SERVER ours OWNER TO fixture_plain;
    CREATE USER MAPPING FOR PUBLIC SERVER theirs OPTIONS (password 'hidden-2');
    CREATE USER MAPPING FOR pg_monitor SERVER theirs;
    CREATE USER MAPPING FOR PUBLIC SERVER ours OPTIONS (password 'ours');
    CREATE USER MAPPING FOR fixture_plain SERVER ours;
    CREATE SUBSCRIPTION s CONNECTION '{LONG}' PUBLICATION p WITH (connect = false, slot_name = NONE);
"""


@pytest.fixture
def connection(new_database: NewDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(new_database(sql=SETUP), autocommit=True, prepare_threshold=None) as connection:
        yield connection
        connection.execute("RESET ROLE")
        connection.execute("DROP SUBSCRIPTION s")


def test_a_superuser_reads_everything(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    snapshot = catalog.read(connection)
    assert [subscription.connection for subscription in snapshot.of_kind(Subscription)] == [LONG]
    assert len(list(snapshot.of_kind(UserMapping))) == 4
    assert snapshot.unmodelled == ()


def test_what_a_role_may_not_read_is_reported_and_not_taken_for_empty(
    connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    connection.execute("SET ROLE fixture_plain")
    snapshot = catalog.read(connection)
    mappings = {mapping.path: mapping.options for mapping in snapshot.of_kind(UserMapping)}
    assert mappings == {("ours", "public"): ("password=ours",), ("ours", "fixture_plain"): ()}
    assert list(snapshot.of_kind(Subscription)) == []
    assert {str(sighting) for sighting in snapshot.unmodelled} == {
        "subscription s",
        "user mapping public on server theirs",
        "user mapping pg_monitor on server theirs",
    }


def test_statements_that_hold_passwords_are_not_shown(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    snapshot = catalog.read(connection)
    empty = Snapshot(snapshot.version, {}, {}, {})
    made = plan(diff.compare(empty, snapshot), empty, snapshot, Context("postgres", empty))
    secret = {statement.address.kind for statement in made if statement.secret}
    assert secret == {Server.KIND, UserMapping.KIND, Subscription.KIND}
    shown = "\n".join(statement.shown for statement in made)
    assert "hidden-" not in shown
    assert "€" not in shown
    assert "hidden-1" in "\n".join(statement.sql for statement in made)
