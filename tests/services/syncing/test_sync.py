"""A target gets what its source has, by the statements that this takes, and keeps its rows."""

from __future__ import annotations

import pytest

from migration_app.engine.errors import Refused, StatementFailed, UsageError
from migration_app.engine.model import Hazard
from migration_app.services.connecting import claim, session
from tests.servers import pg_dump_schema
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

OLD = """
CREATE TABLE orders (id integer PRIMARY KEY, total integer, note text);
CREATE VIEW totals AS SELECT id, total FROM orders;
GRANT SELECT ON totals TO PUBLIC;
INSERT INTO orders SELECT n, n * 10, 'row ' || n FROM generate_series(1, 100) AS n;
"""
NEW = """
CREATE TABLE orders (id integer PRIMARY KEY, total bigint, note text, placed timestamptz DEFAULT now() NOT NULL);
CREATE VIEW totals AS SELECT id, total FROM orders;
GRANT SELECT ON totals TO PUBLIC;
CREATE INDEX orders_placed ON orders (placed);
"""


def test_a_plan_says_what_and_why_and_changes_nothing(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    before = pg_dump_schema(both.test)
    result = both.sync()

    assert not result.applied
    whys = {f"{each.statement}": each.why for each in result.planned}
    assert whys["alter column public.orders.total"] == "type: integer → bigint"
    assert whys["create column public.orders.placed"] == "the source has it, the target doesn't"
    assert whys["create view public.totals"].startswith("replaced, since no ALTER changes this: columns")
    assert pg_dump_schema(both.test) == before


def test_applied_the_target_is_the_source_and_the_rows_are_there(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    result = both.sync(apply=True)

    assert (result.applied, result.verified) == (True, True)
    assert both.alike
    assert both.ask("SELECT sum(total) || '/' || count(note) FROM orders") == "50500/100"


def test_a_second_sync_has_nothing_to_do(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    both.sync(apply=True)
    again = both.sync(apply=True)

    assert (again.planned, again.applied, again.verified) == ((), False, True)


def test_one_attribute_takes_one_statement(pair: MakePair) -> None:
    tables = "".join(f"CREATE TABLE t{n} (id integer PRIMARY KEY, v text);" for n in range(50))
    both = pair(tables + "ALTER TABLE t7 ALTER COLUMN v SET STATISTICS 500;", tables)
    result = both.sync()

    assert [each.sql for each in result.statements] == ["ALTER TABLE public.t7 ALTER COLUMN v SET STATISTICS 500"]


def test_what_deletes_rows_stops_before_the_first_statement(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int);", "CREATE TABLE a (id int, gone text);")
    before = pg_dump_schema(both.test)

    with pytest.raises(Refused) as refusal:
        both.sync(apply=True)
    assert refusal.value.exit_code == 3
    assert "deletes data: drop column public.a.gone" in refusal.value.message
    assert "--allow 'deletes data'" in refusal.value.hint
    assert pg_dump_schema(both.test) == before
    assert Hazard.DELETES_DATA in both.sync().not_allowed


def test_what_is_allowed_goes(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int);", "CREATE TABLE a (id int, gone text);")
    both.sync(apply=True, allow=("deletes data",))

    assert both.alike


def test_an_unknown_hazard_is_a_usage_error(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    with pytest.raises(UsageError, match="no hazard 'fire'"):
        both.sync(apply=True, allow=("fire",))


def test_another_plan_than_the_one_shown_is_refused(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    shown = both.sync().digest
    both.run("CREATE TABLE meanwhile ()")

    with pytest.raises(Refused, match="not the one that was shown"):
        both.sync(apply=True, digest=shown)


def test_an_unmarked_target_is_refused(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    database = both.ask("SELECT current_database()")
    both.run(f"COMMENT ON DATABASE {database} IS NULL")

    with pytest.raises(Refused, match="isn't marked as ours"):
        both.sync(apply=True)


def test_two_runs_at_once_are_one_too_many(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    with session("test", writable=True) as other, other.transaction():
        claim(other)
        with pytest.raises(Refused, match="another run of dbsep"):
            both.sync(apply=True)


def test_a_failure_leaves_everything_as_it_was(pair: MakePair) -> None:
    both = pair(
        "CREATE TABLE a (id int, b int); ALTER TABLE a ADD CHECK (id > 5);",
        "CREATE TABLE a (id int); INSERT INTO a VALUES (1);",
    )
    before = pg_dump_schema(both.test)
    with pytest.raises((StatementFailed, Refused)):
        both.sync(apply=True)
    assert pg_dump_schema(both.test) == before


def test_only_takes_what_it_needs_along_and_says_what_it_holds_back(pair: MakePair) -> None:
    both = pair(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE a (id int DEFAULT f());"
        "CREATE TABLE b (id int);",
        "",
    )
    result = both.sync(only=("public.a",), apply=True)

    assert [(each.of or each).path for each in result.along] == [("public", "f", "()")] * 2
    assert {str(held.change.address): held.reason for held in result.held} == {
        "public.b": "not chosen",
        "public.b.id": "not chosen",
        "table public.b": "not chosen",
    }
    assert both.ask("SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL") == "True"


def test_what_needs_the_excepted_is_held_back_with_it(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a); CREATE TABLE c ();", "")
    result = both.sync(excepted=("public.a",), apply=True)

    reasons = {str(held.change.address): held.reason for held in result.held}
    assert reasons["public.a"] == "excepted"
    assert reasons["public.b.b_id_fkey"].endswith("which is held back")
    assert both.ask("SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NOT NULL") == "True"
    with pytest.raises(UsageError, match="nothing that differs"):
        both.sync(only=("public.nothing",))
