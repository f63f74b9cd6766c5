"""pg_dump's second opinion: it agrees where the engine is right, and says so where it isn't."""

from __future__ import annotations

import json
from functools import partial
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster, available
from migration_app.engine import catalog
from migration_app.engine.kinds import KINDS
from migration_app.engine.kinds.policy import Policy
from migration_app.engine.kinds.view import View
from migration_app.services import pg_tools, sides
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift
from migration_app.services.dump_entries import entries, labels, labels_around, spoken_of
from tests import servers
from tests.conftest import Aliases, NewDatabase
from tests.engine import trial
from tests.fixtures.expected import LEGACY_PRODUCTION

pytestmark = pytest.mark.django_db

# Of what pg_dump calls otherwise than the rest, what the kitchen sink hasn't.
MORE = """
CREATE AGGREGATE app.counted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'none';
CREATE SCHEMA published;
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA published;
CREATE DOMAIN app.small AS int CONSTRAINT under_ten CHECK (value < 10);
COMMENT ON CONSTRAINT under_ten ON DOMAIN app.small IS 'none';
CREATE TABLE app.parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE app.part PARTITION OF app.parted FOR VALUES FROM (1) TO (10);
"""
ENGINE_TESTS = Path(__file__).parents[2] / "engine"
KITCHEN_SINK = (ENGINE_TESTS / "kitchen_sink.sql").read_text(encoding="utf-8")
VERSIONS = (ENGINE_TESTS / "versions.sql").read_text(encoding="utf-8")

CHANGES = (
    "DROP TABLE shipments CASCADE",
    "ALTER TABLE stores ADD extra int",
    "COMMENT ON COLUMN orders.id IS 'another'",
    "GRANT SELECT ON stores TO public",
    "CREATE POLICY extra ON stores",
    "ALTER TABLE orders ALTER status DROP DEFAULT",
    "CREATE INDEX extra ON products (name)",
    "CREATE FUNCTION extra(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO public",
)


@pytest.fixture
def pair(new_database: NewDatabase, prod_server: Cluster, test_server: Cluster) -> tuple[str, str]:
    """The founding case and a clone of it."""
    source, target = new_database(prod_server, LEGACY_PRODUCTION), new_database(test_server)
    with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
        made = clone_schema(ours, theirs, second_opinion=True)
    assert made.judge is not None
    assert made.judge.agrees
    assert made.judge.differences == ()
    assert made.judge.entries > 400
    return source, target


def test_pg_dump_agrees_on_every_sort_of_change(pair: tuple[str, str], aliases: Aliases) -> None:
    with psycopg.connect(pair[1], autocommit=True) as connection:
        for change in CHANGES:
            connection.execute(change.encode())

    with aliases(*pair):
        drift = check_drift("prod", "test", second_opinion=True)

    assert drift.judge is not None
    assert drift.judge.disagreements == ()
    changed = {each.entry: str(each.change) for each in drift.judge.differences}
    assert changed["TABLE public.shipments"] == "removed"
    assert changed["TABLE public.stores"] == "changed"
    assert changed["INDEX public.extra"] == "added"


def test_pg_dump_and_the_engine_speak_of_every_object_of_every_kind(
    new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database(prod_server, KITCHEN_SINK)
    servers.run_sql(url, MORE)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            snapshot = catalog.read(connection)
            spoken = [spoken_of(entry) for entry in entries(pg_tools.dump_schema(connection))]
    finally:
        trial.unsubscribe(url)

    named = frozenset(label for address in snapshot.objects for label in labels(snapshot, address))
    said = frozenset(label for found in spoken for label in found)
    assert [found for found in spoken if not found & named] == []
    # What PostgreSQL made by itself, and what lives in the cluster, is in no dump.
    by_itself = {address for address in snapshot.objects if "public" in str(address) or "plpgsql" in str(address)}
    assert not [
        address
        for address, obj in snapshot.objects.items()
        if not (obj.SHARED or address in by_itself or labels_around(snapshot, address) & said)
    ]


@pytest.mark.parametrize(("source", "target"), [(15, 18), (18, 15)])
def test_what_two_versions_print_otherwise_is_no_difference(
    source: int, target: int, new_database: NewDatabase
) -> None:
    if not {source, target} <= set(available()):
        pytest.skip("a version is not here: run make servers")
    urls = [new_database(server_of(major)) for major in (source, target)]
    servers.run_sql(urls[0], VERSIONS)
    with psycopg.connect(urls[0], autocommit=True) as ours, psycopg.connect(urls[1], autocommit=True) as theirs:
        made = clone_schema(ours, theirs, second_opinion=True)
        theirs.execute("CREATE OR REPLACE VIEW cheap AS SELECT id, name, price FROM item WHERE price < 11")
        drift = check_drift(ours, theirs, second_opinion=True)

    assert made.judge is not None
    assert made.judge.differences == ()
    assert drift.judge is not None
    assert drift.judge.agrees
    assert [each.entry for each in drift.judge.differences] == ["VIEW public.cheap"]


def server_of(major: int) -> Cluster:
    return servers.server("prod") if servers.version() == major else servers.server(f"major-{major}", major)


def test_an_object_that_the_engine_does_not_see_is_named(
    pair: tuple[str, str], aliases: Aliases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(pair[1], autocommit=True) as connection:
        connection.execute("CREATE POLICY extra ON stores")
        connection.execute("CREATE VIEW extra AS SELECT 1 AS one")
    kinds = tuple(kind for kind in KINDS if kind is not Policy)

    def blind(connection: psycopg.Connection[tuple[object, ...]], answer: catalog.Answer) -> object:
        snapshot = catalog.snapshot_of(connection, answer)
        return snapshot.seen(tuple(each for each in snapshot.unmodelled if "policy" not in each.type))

    half = {"ask": partial(catalog.ask, kinds=kinds), "snapshot_of": blind}
    monkeypatch.setattr(sides, "catalog", SimpleNamespace(**vars(catalog) | half))
    out = StringIO()
    with aliases(*pair), pytest.raises(CommandError) as caught:
        call_command("check_drift", "--judge=pg_dump", "--format=json", stdout=out, stderr=StringIO())

    judged = json.loads(out.getvalue())["judge"]
    assert caught.value.returncode == 1
    assert not judged["agrees"]
    assert judged["disagreements"] == [{"object": "POLICY public.stores extra", "engine": "same", "pg_dump": "added"}]
    assert View.KIND in {each["kind"] for each in json.loads(out.getvalue())["drift"]}


def test_a_pg_dump_that_is_missing_or_too_old_is_told(
    pair: tuple[str, str], aliases: Aliases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pg_tools, "_candidates", lambda *_: iter(()))
    with aliases(*pair), pytest.raises(CommandError) as caught:
        call_command("check_drift", "--judge=pg_dump", stdout=StringIO(), stderr=StringIO())

    assert caught.value.returncode == 2
    assert str(caught.value) == "pg_dump was not found"
    assert "postgresql-client" in caught.value.hint  # type: ignore[attr-defined]
