"""Casts of array constructors, as PostgreSQL prints them and wouldn't read them again."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.engine.plan.exactness import keep_array_casts
from tests.conftest import NewDatabase


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "CHECK (x = ANY (ARRAY['a'::text, 'b'::text]))",
        "SELECT '(ARRAY[''a''::text])::text[]'",
        'SELECT "(ARRAY[1])::text[]"',
        "SELECT $x$ (ARRAY['a'::character varying])::text[] $x$",
        "SELECT (ARRAY[f(x)])::text[]",
    ],
)
def test_what_reads_as_it_was_printed_stays(sql: str) -> None:
    assert keep_array_casts(sql) == sql


def test_a_cast_of_a_constructor_gets_a_cast_of_its_own_inside() -> None:
    printed = "CHECK ((x)::text = ANY ((ARRAY['a'::character varying, 'b]'::character varying])::text[]))"
    kept = printed.replace("])::text[]", "]::character varying[])::text[]")
    assert keep_array_casts(printed) == kept


def test_several_and_nested_constructors_are_each_seen() -> None:
    one = "(ARRAY['a'::character varying])::text[]"
    kept = "(ARRAY['a'::character varying]::character varying[])::text[]"
    assert keep_array_casts(f"SELECT {one}, f({one})") == f"SELECT {kept}, f({kept})"
    assert keep_array_casts(f"SELECT ARRAY[g({one})]") == f"SELECT ARRAY[g({kept})]"


def test_doing_it_twice_changes_nothing_more() -> None:
    kept = keep_array_casts("SELECT (ARRAY['a'::character varying])::text[]")
    assert keep_array_casts(kept) == kept


@pytest.mark.parametrize("kind", ["character varying", "character varying(5)", "text", "character(3)"])
def test_a_copied_check_is_printed_like_its_original(kind: str, new_database: NewDatabase) -> None:
    url = new_database(sql=f"CREATE TABLE a (x {kind} CONSTRAINT c CHECK (x IN ('a', 'it''s', 'b]')))")
    question = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
    with psycopg.connect(url, autocommit=True) as connection:
        original = connection.execute(question, ["a"]).fetchone()
        assert original is not None
        connection.execute(f"CREATE TABLE b (x {kind})".encode())
        connection.execute(f"ALTER TABLE b ADD CONSTRAINT c {keep_array_casts(original[0])}".encode())
        assert connection.execute(question, ["b"]).fetchone() == original
