"""Rows that a new schema has no room for, and values that it makes others of: counted before anything runs."""

from __future__ import annotations

import pytest

from migration_app.engine.errors import Refused
from migration_app.engine.model import Hazard
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

PLAIN = """
CREATE TABLE days (id integer PRIMARY KEY, at date NOT NULL);
CREATE TABLE notes (day integer REFERENCES days);
INSERT INTO days SELECT n, date '2020-01-01' + n FROM generate_series(1, 40) AS n;
INSERT INTO notes VALUES (3), (7);
"""
BY_MONTH = """
CREATE TABLE days (id integer PRIMARY KEY, at date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE days_a PARTITION OF days FOR VALUES FROM (1) TO (21);
CREATE TABLE days_b PARTITION OF days FOR VALUES FROM (21) TO (41);
CREATE TABLE notes (day integer REFERENCES days);
"""


def test_labels_that_go_are_counted_and_rows_with_the_others_stay(pair: MakePair) -> None:
    both = pair(
        "CREATE TYPE mood AS ENUM ('c', 'a'); CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'a');",
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'a');"
        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'b'), (5, NULL);",
    )
    found = both.sync().breaking
    assert {str(each.address): each.rows for each in found} == {"public.mood": 2}
    with pytest.raises(Refused, match=r"2 rows for enum public\.mood"):
        both.sync(apply=True)
    both.run("UPDATE t SET m = 'c' WHERE m = 'b'")
    both.sync(apply=True)
    assert both.alike
    assert both.ask("SELECT string_agg(id || coalesce(m::text, '-'), ' ' ORDER BY id) FROM t") == "1a 2c 3c 4c 5-"


def test_a_table_becomes_partitioned_with_its_rows_and_plain_again(pair: MakePair) -> None:
    both = pair(BY_MONTH, PLAIN)
    result = both.sync(apply=True)
    assert Hazard.DELETES_DATA not in {hazard for each in result.statements for hazard in each.hazards}
    assert both.alike
    assert both.ask("SELECT count(*) || '/' || (SELECT count(*) FROM days_b) FROM days") == "40/20"
    assert both.ask("SELECT count(*) FROM notes JOIN days ON id = day") == "2"


def test_rows_without_a_partition_are_counted(pair: MakePair) -> None:
    both = pair(BY_MONTH, PLAIN + "INSERT INTO days VALUES (0, '2020-01-01'), (90, '2020-01-01');")
    assert {str(each.address): each.rows for each in both.sync().breaking} == {"public.days": 2}


def test_a_new_partition_s_rows_in_the_default_one_are_counted(pair: MakePair) -> None:
    default = "CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE rest PARTITION OF t DEFAULT;"
    both = pair(
        default + "CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10);",
        default + "INSERT INTO t VALUES (5), (6), (70);",
    )
    assert [each.rows for each in both.sync().breaking] == [2]
    both.run("DELETE FROM t WHERE id < 10")
    both.sync(apply=True)
    assert both.alike


@pytest.mark.parametrize(
    ("new", "old", "rows"),
    [
        ("CREATE TABLE t (a int, b text); CREATE UNIQUE INDEX u ON t (lower(b)) WHERE a > 0;", "", 2),
        ("CREATE DOMAIN d AS int CHECK (VALUE > 1); CREATE TABLE t (a d, b text);", "CREATE DOMAIN d AS int;", 1),
        ("CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (a d, b text);", "CREATE DOMAIN d AS int;", 1),
        ("CREATE TYPE e AS ENUM ('x', 'X'); CREATE TABLE t (a int, b e);", "CREATE TYPE e AS ENUM ('x', 'X');", 1),
        ("CREATE TABLE t (a smallint, b varchar(1));", "", 1),
    ],
    ids=["unique index", "domain check", "domain not null", "enum", "shorter"],
)
def test_rows_that_don_t_fit_are_counted(pair: MakePair, new: str, old: str, rows: int) -> None:
    kind = "d" if "DOMAIN" in old else "int"
    filled = f"CREATE TABLE t (a {kind}, b text); INSERT INTO t VALUES (1, 'x'), (2, 'X'), (NULL, 'yy');"
    both = pair(new, old + filled)
    if int(both.ask("SHOW server_version_num")) < 160000 and "varchar" in new:
        pytest.skip("needs pg_input_is_valid(), of PostgreSQL 16")
    assert sum(each.rows for each in both.sync().breaking) == rows
    with pytest.raises(Refused, match="rows in the target don't fit"):
        both.sync(apply=True)


@pytest.mark.parametrize(
    ("new", "old", "values", "lost"),
    [
        ("CREATE TABLE t (a int);", "CREATE TABLE t (a numeric);", "(1.0), (1.5), (NULL)", 1),
        ("CREATE TABLE t (a date);", "CREATE TABLE t (a timestamp);", "('2020-01-01 10:00'), ('2020-01-01')", 1),
        (
            "CREATE TABLE t (b int, a int GENERATED ALWAYS AS (1 + 1) STORED);",
            "CREATE TABLE t (b int, a int);",
            "(2, 2), (3, 4)",
            1,
        ),
    ],
    ids=["rounded", "cut", "generated"],
)
def test_values_that_come_out_as_others_are_counted_and_want_a_word(
    pair: MakePair, new: str, old: str, values: str, lost: int
) -> None:
    both = pair(new, f"{old} INSERT INTO t VALUES {values};")
    result = both.sync()
    assert [each.rows for each in result.losing] == [lost]
    assert Hazard.DELETES_DATA in result.not_allowed
    both.sync(apply=True, allow=("deletes data",))
    assert both.alike


def test_a_change_of_type_that_keeps_every_value_wants_no_word(pair: MakePair) -> None:
    both = pair("CREATE TABLE t (a int, b int);", "CREATE TABLE t (a numeric, b bool); INSERT INTO t VALUES (1, true);")
    assert not both.sync(apply=True).not_allowed
    assert both.ask("SELECT a || '/' || b FROM t") == "1/1"


def test_rows_that_an_exclusion_refuses_are_counted(pair: MakePair) -> None:
    table = "CREATE TABLE bookings (room integer, during int4range, off boolean NOT NULL DEFAULT false"
    rule = "EXCLUDE USING gist (during WITH &&) WHERE (NOT off), EXCLUDE (room WITH =, abs(room) WITH =)"
    both = pair(
        f"{table}, {rule});",
        f"{table}); INSERT INTO bookings VALUES (1, '[1,4)'), (2, '[3,6)'), (3, '[5,9)'), (4, NULL);"
        "INSERT INTO bookings VALUES (4, '[1,9)', true);",
    )
    found = both.sync().breaking
    assert {str(each.address): each.rows for each in found} == {
        "public.bookings.bookings_during_excl": 3,
        "public.bookings.bookings_room_abs_excl": 2,
    }
    both.run("DELETE FROM bookings WHERE off OR room = 2")
    both.sync(apply=True)
    assert both.alike


INSIDE = """
CREATE TYPE mood AS ENUM ({labels});
CREATE DOMAIN feeling AS mood;
CREATE DOMAIN code AS text{rule};
CREATE DOMAIN filled AS integer{null};
CREATE TYPE pair AS (code code, feelings feeling[], filled filled);
CREATE TABLE t (id integer PRIMARY KEY, m mood[], f feeling, p pair, ps pair[], c code[]);
"""


def test_values_inside_others_are_counted_and_move_along(pair: MakePair) -> None:
    old = INSIDE.format(labels="'a', 'b', 'c'", rule="", null="")
    new = INSIDE.format(labels="'a', 'c'", rule=" CONSTRAINT no_x CHECK (VALUE <> 'x')", null=" NOT NULL")
    rows = (
        "(1, '{a,b,b}', 'b', ROW('x', '{b}', 1), ARRAY[ROW('x', '{a}', NULL)::pair, NULL], '{x,y,NULL}')",
        "(2, '{c,a}', 'a', NULL, NULL, NULL)",
        "(3, NULL, NULL, ROW('y', NULL, 3), '{}', '{y}')",
    )
    both = pair(new, f"{old} INSERT INTO t VALUES {', '.join(rows)};")
    found = both.sync().breaking
    assert {str(each.address): each.rows for each in found} == {
        "public.mood": 4,
        "public.code.no_x": 3,
        "public.filled": 1,
    }
    both.run("DELETE FROM t WHERE id = 1")
    both.sync(apply=True)
    assert both.alike
    assert both.ask(
        "SELECT string_agg(id || coalesce(m::text, '-') || coalesce(p::text, '-'), ' ' ORDER BY id) FROM t"
    ) == ("2{c,a}- 3-(y,,3)")
