"""A plan is tried on a scratch database first, and what it locks and rewrites is measured there."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from migration_app.engine.apply.measuring import Measured, measure
from migration_app.engine.errors import Refused
from migration_app.engine.model import Hazard, Statement
from migration_app.services.syncing import Wanted, rehearsing, sync_schema
from tests.servers import pg_dump_schema
from tests.services.syncing.conftest import MakePair, Pair

pytestmark = pytest.mark.django_db(databases=["default"])

OLD = "CREATE TABLE a (id int, name varchar(10), b int); CREATE TABLE other (x int); CREATE VIEW v AS SELECT b FROM a;"
NEW = (
    "CREATE TABLE a (id bigint, name varchar(20), b int); CREATE TABLE other (x int); CREATE VIEW v AS SELECT b FROM a;"
)


def scratches(both: Pair) -> str:
    return both.ask("SELECT count(*) FROM pg_database WHERE starts_with(datname, 'dbsep_scratch_')")


def test_it_measures_what_is_rewritten_and_what_is_not(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    before = pg_dump_schema(both.test)
    result = sync_schema("prod", "test", rehearse=True)
    found = {str(each.statement.address): each for each in result.planned}

    assert result.rehearsal.done
    measured = found["public.a.id"].measured
    assert measured is not None
    assert (measured.stops_reads, measured.rewrote) == (("public.a",), ("public.a",))
    assert Hazard.REWRITES_TABLE in found["public.a.id"].statement.hazards
    assert Hazard.REWRITES_TABLE not in found["public.a.name"].statement.hazards
    assert pg_dump_schema(both.test) == before
    assert scratches(both) == "0"


def test_applying_rehearses_first(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    result = both.sync(apply=True, rehearse=None)

    assert (result.rehearsal.done, both.alike, scratches(both)) == (True, True, "0")


def test_a_plan_that_fails_in_rehearsal_never_reaches_the_target(
    pair: MakePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = pair(NEW, OLD)
    before = pg_dump_schema(both.test)

    def spoiled(conn: psycopg.Connection, statements: tuple[Statement, ...]) -> tuple[Measured | None, ...]:
        return measure(conn, [replace(statements[0], sql="SELECT 1/0"), *statements[1:]])

    monkeypatch.setattr(rehearsing, "measure", spoiled)
    with pytest.raises(Refused, match="in the rehearsal statement 1 of 2"):
        both.sync(apply=True, rehearse=None)
    assert pg_dump_schema(both.test) == before
    assert scratches(both) == "0"


def test_a_plan_that_leads_elsewhere_never_reaches_the_target(pair: MakePair, monkeypatch: pytest.MonkeyPatch) -> None:
    both = pair(NEW, OLD)
    before = pg_dump_schema(both.test)

    def partial(conn: psycopg.Connection, statements: tuple[Statement, ...]) -> tuple[Measured | None, ...]:
        return measure(conn, statements[:1])

    monkeypatch.setattr(rehearsing, "measure", partial)
    with pytest.raises(Refused, match=r"left 1 object that differs"):
        both.sync(apply=True, rehearse=None)
    assert pg_dump_schema(both.test) == before


def test_without_the_right_to_create_databases_it_says_so_and_goes_on(pair: MakePair) -> None:
    both = pair(NEW, "")
    user = f"plain_{both.ask('SELECT current_database()')}"
    both.run(f"CREATE ROLE {user} LOGIN PASSWORD 'x'; GRANT CREATE ON SCHEMA public TO {user}; SET ROLE {user}; {OLD}")
    with psycopg.connect(both.test, autocommit=True) as conn:
        conn.execute(f"SET SESSION AUTHORIZATION {user}".encode())
        result = sync_schema("prod", conn, wanted=Wanted(skip=()), rehearse=None)
        assert not result.rehearsal.done
        with pytest.raises(Refused, match="no scratch database can be made: permission denied"):
            sync_schema("prod", conn, rehearse=True)
    both.run(f"DROP OWNED BY {user}; DROP ROLE {user}")
