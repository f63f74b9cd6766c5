"""The mark in the database's comment, and what counts as empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from migration_app.services.connecting import fingerprint, is_empty, objects_found, read_mark, write_mark
from tests import servers

if TYPE_CHECKING:
    from migration_app.embedded import Cluster
    from tests.conftest import NewDatabase

COMMENT = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"


def test_a_mark_is_read_as_it_was_written(test_url: str) -> None:
    with psycopg.connect(test_url, autocommit=True) as conn:
        assert read_mark(conn) is None
        written = write_mark(conn, "staging")
        assert read_mark(conn) == written
        assert (written.role, written.fingerprint) == ("staging", fingerprint(conn).identity)


def test_a_comment_that_was_there_is_kept_whatever_is_in_it(test_url: str) -> None:
    comment = "o'brien's 100% \\ own {database}\nsecond line"
    with psycopg.connect(test_url, autocommit=True) as conn:
        name = conn.info.dbname
        escaped = comment.replace("\\", "\\\\").replace("'", "''")
        servers.run_sql(test_url, f"comment on database {name} is E'{escaped}'")
        write_mark(conn, "test")
        write_mark(conn, "performance")
        text = servers.ask(test_url, COMMENT)
        assert text.startswith(comment)
        assert text.count("[dbsep]") == 1
        assert "a performance database" in text


@pytest.mark.parametrize("comment", ["[dbsep] {not json}", "[dbsep] {}", '[dbsep] {"role": 1}', "dbsep", ""])
def test_a_comment_that_only_looks_like_a_mark_is_none(test_url: str, comment: str) -> None:
    with psycopg.connect(test_url, autocommit=True) as conn:
        servers.run_sql(test_url, f"comment on database {conn.info.dbname} is '{comment}'")
        assert read_mark(conn) is None


def test_a_database_with_any_name_can_be_marked(new_database: NewDatabase) -> None:
    with psycopg.connect(new_database(name='it\'s "100%" ; ours'), autocommit=True) as conn:
        write_mark(conn, "test")
        assert read_mark(conn) is not None


def test_a_mark_copied_to_another_database_names_the_one_it_was_written_for(
    new_database: NewDatabase,
) -> None:
    one, other = new_database(), new_database()
    with psycopg.connect(one, autocommit=True) as conn:
        write_mark(conn, "test")
    copied = servers.ask(one, COMMENT).replace("'", "''")
    with psycopg.connect(other, autocommit=True) as conn:
        servers.run_sql(other, f"comment on database {conn.info.dbname} is '{copied}'")
        mark = read_mark(conn)
        assert mark is not None
        assert mark.fingerprint != fingerprint(conn).identity


@pytest.mark.parametrize("sql", ["", "drop schema public"])
def test_a_database_without_objects_of_a_users_is_empty(new_database: NewDatabase, sql: str) -> None:
    with psycopg.connect(new_database(None, sql)) as conn:
        assert is_empty(conn)


def test_what_an_extension_brings_is_no_users(contrib_server: Cluster, new_database: NewDatabase) -> None:
    with psycopg.connect(new_database(contrib_server, "create extension pgcrypto")) as conn:
        assert is_empty(conn)


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("create table t (a int)", "public.t"),
        ("create view v as select 1", "public.v"),
        ("create sequence s", "public.s"),
        ("create type e as enum ('a')", "public.e"),
        ("create domain d as int", "public.d"),
        ("create type c as (a int)", "public.c"),
        ("create function f() returns int language sql as 'select 1'", "public.f()"),
        ("create schema s", "s"),
        ("create schema auth", "auth"),
        ("create collation c (locale = 'C')", "public.c"),
        ("create operator === (procedure = int4eq, leftarg = int, rightarg = int)", "public.==="),
        ("create text search configuration c (copy = simple)", "public.c"),
        ("select lo_create(4711)", "large object 4711"),
    ],
)
def test_an_object_of_a_users_is_found_and_named(new_database: NewDatabase, sql: str, name: str) -> None:
    with psycopg.connect(new_database(None, sql)) as conn:
        assert name in objects_found(conn)
        assert not is_empty(conn)
