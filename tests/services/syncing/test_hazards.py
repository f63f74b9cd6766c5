"""What a plan says that it may do is what it may do: no less, and no more."""

from __future__ import annotations

import pytest

from migration_app.engine.model import Hazard
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

TABLE = "CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
FUNCTION = "CREATE FUNCTION f(int) RETURNS bool LANGUAGE sql AS 'SELECT true';"


@pytest.mark.parametrize(
    ("new", "old", "widens"),
    [
        (TABLE + "CREATE POLICY p ON t USING (a > 0);", TABLE, True),
        (TABLE + "CREATE POLICY p ON t USING (a > 0);", "", False),
        (TABLE + "CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0);", TABLE, False),
        (TABLE, TABLE + "CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0);", True),
        (TABLE, TABLE + "CREATE POLICY p ON t USING (a > 0);", False),
        (TABLE + "CREATE POLICY p ON t USING (a > 0);", TABLE + "CREATE POLICY p ON t USING (a > 1);", True),
        (
            FUNCTION.replace("(int)", "(x int)") + TABLE + "CREATE POLICY p ON t USING (f(a));",
            FUNCTION.replace("(int)", "(y int)") + TABLE + "CREATE POLICY p ON t USING (f(a));",
            False,
        ),
        ("CREATE TABLE t (a int); GRANT SELECT ON t TO pg_monitor;", "CREATE TABLE t (a int);", True),
        ("CREATE TABLE t (a int); GRANT SELECT ON t TO pg_monitor;", "", False),
        ("CREATE TABLE t (a int);", TABLE, True),
    ],
    ids=[
        "a policy comes",
        "with its table",
        "a restrictive one comes",
        "a restrictive one goes",
        "a policy goes",
        "changes",
        "comes back as it was",
        "a grant",
        "a grant with its table",
        "row security goes",
    ],
)
def test_privileges_are_widened_where_somebody_may_do_more_than_before(
    pair: MakePair, new: str, old: str, *, widens: bool
) -> None:
    result = pair(new, old).sync()
    assert result.statements
    assert (Hazard.WIDENS_PRIVILEGES in result.not_allowed) is widens


def test_an_attribute_that_goes_from_a_type_deletes_data(pair: MakePair) -> None:
    both = pair(
        "CREATE TYPE c AS (a int); CREATE TABLE t (c c);",
        "CREATE TYPE c AS (a int, b int); CREATE TABLE t (c c); INSERT INTO t VALUES (ROW(1, 2));",
    )
    assert Hazard.DELETES_DATA in both.sync().not_allowed


def test_new_counters_go_on_behind_the_values_that_are_there(pair: MakePair) -> None:
    both = pair(
        "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY); CREATE TABLE b (id serial);",
        "CREATE TABLE a (id int NOT NULL); INSERT INTO a VALUES (7), (3);"
        "CREATE TABLE b (id int NOT NULL); INSERT INTO b VALUES (40);",
    )
    both.sync(apply=True)
    both.run("INSERT INTO a DEFAULT VALUES; INSERT INTO b DEFAULT VALUES")
    assert both.ask("SELECT (SELECT max(id) FROM a) || '/' || (SELECT max(id) FROM b)") == "8/41"
    assert both.alike
