"""Production is changed only when it is named, its hazards are allowed, and a test environment had the change first."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.engine.errors import Refused
from migration_app.services.connecting import fingerprint, session
from migration_app.services.snapshots import snapshot_schema
from migration_app.services.syncing import Wanted, sync_schema
from tests.conftest import NewDatabase
from tests.servers import pg_dump_schema
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

OLD = "CREATE TABLE a (id integer); CREATE TABLE test_a (id integer); INSERT INTO a VALUES (1);"
NEW = "CREATE TABLE a (id integer, b text);"


def confirmation() -> str:
    with session("prod") as conn:
        return fingerprint(conn).confirmation


def test_from_a_marked_database_with_the_confirmation_it_goes(pair: MakePair) -> None:
    both = pair(OLD, NEW)
    before = pg_dump_schema(both.prod)
    locks = Wanted(allow=("locks reads", "locks writes"))

    with pytest.raises(Refused, match="needs a confirmation"):
        sync_schema("test", "prod", apply=True)
    with pytest.raises(Refused, match="locks reads"):
        sync_schema("test", "prod", apply=True, confirm=confirmation())
    assert pg_dump_schema(both.prod) == before
    result = sync_schema("test", "prod", apply=True, confirm=confirmation(), wanted=locks)

    assert [each.sql for each in result.statements] == ["ALTER TABLE public.a ADD COLUMN b text"]
    assert "CREATE TABLE public.test_a" in pg_dump_schema(both.prod)


def test_what_no_test_environment_had_is_refused(
    pair: MakePair, tmp_path: Path, new_database: NewDatabase, prod_server: Cluster
) -> None:
    both = pair(OLD, OLD)
    file = tmp_path / "wanted.json"
    with psycopg.connect(new_database(prod_server, NEW), autocommit=True) as conn:
        snapshot_schema(conn, output=file)
    source, wanted = f"snapshot:{file}", Wanted(allow=("all",))

    with pytest.raises(Refused, match="no test environment has had this schema"):
        sync_schema(source, "prod", apply=True, confirm=confirmation(), wanted=wanted)
    sync_schema(source, "test", apply=True, wanted=wanted)
    assert sync_schema(source, "prod", apply=True, confirm=confirmation(), wanted=wanted).applied
    assert "b text" in pg_dump_schema(both.prod)
