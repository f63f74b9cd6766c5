"""pg_dump's second opinion: it agrees where the engine is right, and says so where it isn't."""

from __future__ import annotations

import json
from functools import partial
from io import StringIO
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.kinds import KINDS
from migration_app.engine.kinds.policy import Policy
from migration_app.engine.kinds.view import View
from migration_app.services import pg_tools, sides
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION

pytestmark = pytest.mark.django_db

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
