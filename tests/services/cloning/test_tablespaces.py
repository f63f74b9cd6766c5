"""What lies in a tablespace of its own is cloned without it, and that is said."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from migration_app.embedded import Cluster
from migration_app.engine.kinds.tablespace import Tablespace
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift
from tests import servers
from tests.conftest import NewDatabase

pytestmark = pytest.mark.django_db

SCHEMA = """
CREATE TABLE apart (a integer CONSTRAINT apart_key PRIMARY KEY USING INDEX TABLESPACE {0}, b text) TABLESPACE {0};
CREATE TABLE usual (a integer);
CREATE INDEX usual_a ON usual (a) TABLESPACE {0};
CREATE MATERIALIZED VIEW seen TABLESPACE {0} AS SELECT a FROM usual;
CREATE TABLE whole (a integer) PARTITION BY LIST (a) TABLESPACE {0};
CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
"""


@pytest.fixture
def tablespace(prod_server: Cluster) -> Iterator[str]:
    """Make a tablespace in a directory that the server may write to."""
    name = f"space_{secrets.token_hex(4)}"
    place = Path(servers.ask(prod_server.url("postgres"), "SHOW data_directory")).parent / name
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as admin:
        place.mkdir()
        shutil.chown(place, Path(servers.ask(prod_server.url("postgres"), "SHOW data_directory")).owner())
        admin.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(sql.Identifier(name), sql.Literal(str(place))))
        yield name
        admin.execute(sql.SQL("DROP TABLESPACE {}").format(sql.Identifier(name)))
    shutil.rmtree(place)


def test_what_lies_elsewhere_is_cloned_into_the_default_and_named(tablespace: str, new_database: NewDatabase) -> None:
    source = new_database(sql=SCHEMA.format(tablespace))
    target = new_database()
    with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
        made = clone_schema(ours, theirs)
        drift = check_drift(ours, theirs, second_opinion=True)

    named = {str(each.address) for each in made.skipped if each.reason == Tablespace.NOT_CARRIED}
    where = ("table public.apart", "constraint public.apart.apart_key", "index public.usual_a")
    more = ("materialized_view public.seen", "table public.whole", "table public.part")
    assert named == {f"{each}: {tablespace}" for each in (*where, *more)}
    assert {str(each.address) for each in drift.skipped} == named
    assert drift.identical
    assert drift.judge is not None
    assert drift.judge.agrees
    assert servers.ask(target, "SELECT count(*) FROM pg_class WHERE reltablespace <> 0 AND oid >= 16384") == "0"
