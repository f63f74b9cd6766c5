"""Schemas led from one major version of PostgreSQL to another: what both have arrives, what one lacks is named.

Two ways by default, DBSEP_FIXTURES=all takes four.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from migration_app.embedded import available
from migration_app.engine import apply, catalog, diff
from migration_app.engine.errors import RequirementsMissing
from tests import servers
from tests.conftest import NewDatabase
from tests.engine import trial

SHOP = Path(__file__).with_name("versions.sql")
WAYS = [(15, 18), (18, 15), (16, 17), (17, 16)][: None if os.environ.get("DBSEP_FIXTURES") == "all" else 2]
On = Callable[[int, str], str]


@pytest.fixture
def database_on(new_database: NewDatabase) -> On:
    """Give a database on a server of that version, or skip."""

    def make(major: int, sql: str = "") -> str:
        if major not in available():
            pytest.skip(f"no PostgreSQL {major} here: run make servers")
        usual = servers.version() == major
        return new_database(servers.server("prod") if usual else servers.server(f"major-{major}", major), sql)

    return make


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_a_schema_that_both_versions_have_is_led_over_and_does_not_differ(
    source: int, target: int, database_on: On
) -> None:
    origin, copy = database_on(source, SHOP.read_text(encoding="utf-8")), database_on(target, "")
    with trial.open_session(origin) as one, trial.open_session(copy) as other:
        wanted = catalog.read(one)
        apply.apply(other, trial.plan_of(other, wanted).statements)
        reached = catalog.read(other)
        assert diff.compare(reached, wanted) == ()
        assert diff.compare(wanted, reached) == ()
        other.execute("CREATE OR REPLACE VIEW cheap AS SELECT id, name, price FROM item WHERE price < 20")
        other.execute("ALTER TABLE item ALTER price DROP NOT NULL")
        assert {str(change.address) for change in diff.compare(catalog.read(other), wanted)} == {
            "public.cheap",
            "public.item.price",
        }


@pytest.mark.parametrize(
    ("source", "target", "sql", "missing"),
    [
        (18, 15, "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL)", "column public.t.b"),
        (18, 15, "CREATE TABLE t (a integer CONSTRAINT k CHECK (a > 1) NOT ENFORCED)", "constraint public.t.k"),
        (
            18,
            15,
            "CREATE TABLE t (a int4range, b int4range, CONSTRAINT k UNIQUE (a, b WITHOUT OVERLAPS))",
            "constraint public.t.k",
        ),
        (17, 16, "CREATE TABLE t (a integer); GRANT MAINTAIN ON t TO pg_monitor", "grant table public.t: pg_monitor"),
        (18, 15, "CREATE TABLE t (a integer CONSTRAINT k NOT NULL NO INHERIT)", "column public.t.a"),
    ],
)
def test_what_the_older_version_lacks_is_named_before_anything_is_done(
    source: int, target: int, sql: str, missing: str, database_on: On
) -> None:
    origin, copy = database_on(source, sql), database_on(target, "")
    with trial.open_session(origin) as one, trial.open_session(copy) as other:
        wanted = catalog.read(one)
        with pytest.raises(RequirementsMissing, match=f"{missing} needs PostgreSQL {source}"):
            trial.plan_of(other, wanted)


@pytest.mark.parametrize(
    ("source", "target", "option", "needed"),
    [(18, 15, "streaming = parallel", 16), (18, 15, "origin = none", 16), (17, 15, "failover = true", 17)],
)
def test_an_option_of_a_subscription_that_the_older_version_lacks_is_named_before_anything_is_done(
    source: int, target: int, option: str, needed: int, database_on: On
) -> None:
    origin, copy = database_on(source, ""), database_on(target, "")
    usual = "" if "streaming" in option else "streaming = on, "
    made = f"CREATE SUBSCRIPTION s CONNECTION 'dbname=no' PUBLICATION p WITH (connect = false, {usual}{option})"
    with trial.open_session(origin) as one, trial.open_session(copy) as other:
        one.execute(made.encode())
        try:
            wanted = catalog.read(one)
        finally:
            trial.unsubscribe(origin)
        with pytest.raises(RequirementsMissing, match=f"subscription s needs PostgreSQL {needed}"):
            trial.plan_of(other, wanted)


def test_a_name_that_only_the_newer_version_keeps_stops_nothing(database_on: On) -> None:
    origin = database_on(
        18, "CREATE TABLE t (a integer CONSTRAINT k NOT NULL); CREATE DOMAIN d AS text CONSTRAINT k NOT NULL"
    )
    copy = database_on(15, "")
    with trial.open_session(origin) as one, trial.open_session(copy) as other:
        wanted = catalog.read(one)
        apply.apply(other, trial.plan_of(other, wanted).statements)
        assert diff.compare(catalog.read(other), wanted) == ()
