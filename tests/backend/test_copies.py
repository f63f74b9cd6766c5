"""Templates, copies, and whether a copy is still what it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from migration_app.backend import runs, server, templates
from migration_app.backend.marking import Mark
from migration_app.backend.server import Server
from migration_app.backend.templates import Template
from migration_app.backend.written import sequences, written
from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.errors import Refused
from tests.backend.projects import SCHEMA, USER_PROJECT, Project, rows
from tests.conftest import Aliases, NewDatabase

WRITES = (
    "insert into authors (name) values ('x')",
    "update books set copies = 9",
    "delete from books",
    "truncate loans",
    "create table more ()",
    "drop trigger loans_counted on loans",
    "create or replace function count_loans() returns trigger language plpgsql as 'begin return null; end'",
    "select nextval('loans_id_seq')",
    "select setval('books_id_seq', 7)",
    "select setval('books_id_seq', 100, false)",
    "alter sequence loans_id_seq restart with 40",
    "select lo_create(0)",
)
READS = ("select * from authors", "explain select 1", "create temp table t (i int); drop table t")


@pytest.fixture
def place(test_server: Cluster, new_database: NewDatabase, aliases: Aliases) -> Iterator[Server]:
    """Give the server of a test alias with the bookshop's schema."""
    url = new_database(test_server, SCHEMA)
    with aliases(test=url):
        where = Server.of("test", url.rpartition("/")[2])
        yield where
        runs.end("test")
    Project(USER_PROJECT, "", url).clear()


@pytest.fixture
def template(place: Server) -> Template:
    return templates.ready(place)


def copied(place: Server, template: Template) -> str:
    """Make a copy; give its name."""
    name = f"copy_{template.name[-12:]}_{len(server.found(runs.current(place).keeper))}"
    server.copy(runs.current(place).keeper, template.name, name, runs.current(place).mark("worker", template.name))
    return name


@pytest.mark.parametrize("statement", WRITES)
def test_whatever_is_written_is_noticed(place: Server, template: Template, statement: str) -> None:
    if "100, false" in statement:
        with place.session() as conn:
            if conn.info.server_version < 180000:
                pytest.skip("an unused sequence that was set looks unused")
    with place.session(copied(place, template)) as conn:
        assert not written(conn, template.sequences)
        conn.execute(statement.encode())
        assert written(conn, template.sequences)


def test_reading_is_not_writing(place: Server, template: Template) -> None:
    with place.session(copied(place, template)) as conn:
        for statement in READS[:2]:
            conn.execute(statement.encode())
        assert not written(conn, template.sequences)


def test_another_session_on_the_copy_counts_as_written(place: Server, template: Template) -> None:
    name = copied(place, template)
    with place.session(name) as conn, place.session(name) as other:
        other.execute("select 1")
        assert written(conn, template.sequences)


def test_a_write_of_a_session_that_has_ended_is_noticed(place: Server, template: Template) -> None:
    name = copied(place, template)
    with place.session(name) as conn:
        with place.session(name) as other:
            other.execute("insert into authors (name) values ('x')")
        for _ in range(100):
            if server.sessions_on(conn, name) == 1:
                break
        assert written(conn, template.sequences)


def test_the_same_state_has_the_same_template_and_another_state_another(place: Server, template: Template) -> None:
    assert templates.ready(place) == template
    with place.session(place.source) as conn:
        conn.execute("insert into authors (name) values ('x')")
        conn.execute("select pg_stat_force_next_flush()")
    other = templates.ready(place)
    assert other.name != template.name
    assert other.schema_hash == template.schema_hash


def test_a_template_built_object_by_object_is_the_same(place: Server) -> None:
    with place.session(place.source) as held:
        slow = templates.ready(place)
        original = catalog.read(held)
        there = rows_of(held)
    name = copied(place, slow)
    with place.session(name) as conn:
        assert catalog.read(conn).hash == original.hash
        assert rows_of(conn) == there
        assert len(sequences(conn)) == 32


def rows_of(conn: psycopg.Connection[object]) -> list[object]:
    """Give all rows and the sequences' positions."""
    found: list[object] = []
    for table in ("authors", "books", "loans", "authors_id_seq", "books_id_seq", "loans_id_seq"):
        columns = "last_value, is_called" if table.endswith("_seq") else "*"
        found += conn.execute(f"select {columns} from {table} order by 1".encode()).fetchall()
    return found


def test_many_at_once_build_one_template(place: Server) -> None:
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(templates.ready(place).name)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 4
    assert len(set(names)) == 1
    with place.session() as conn:
        assert [each.name for each in server.found(conn) if each.mark and each.mark.source == place.source] == names[:1]


def test_what_a_killed_build_left_is_no_obstacle(place: Server, test_server: Cluster) -> None:
    name = templates.ready(place).name
    admin = test_server.url("postgres")
    with place.session() as conn:
        server.drop(conn, name)
        mark = Mark("template", 0, 1, "2026-01-01T00:00:00+00:00", place.source)
        server.copy(conn, "template1", f"{name}_building_a1b2c3", mark)
        conn.execute(f"create database {name}_building_d4e5f6 template template1".encode())
    try:
        assert templates.ready(place).name == name
        left = rows(admin, f"select datname from pg_database where datname like '{name}%' order by 1")
        assert left == [(name,), (f"{name}_building_d4e5f6",)]
    finally:
        with place.session() as conn:
            conn.execute(f"drop database {name}_building_d4e5f6".encode())


def test_a_database_that_is_not_ours_is_never_dropped(new_database: NewDatabase) -> None:
    url = new_database()
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as conn, pytest.raises(Refused, match="wasn't made by a test run"):
        server.drop(conn, name)
    assert rows(url, "select 1") == [(1,)]


def test_a_mark_that_was_copied_to_another_database_does_not_count(
    place: Server, template: Template, new_database: NewDatabase, test_server: Cluster
) -> None:
    name = copied(place, template)
    url = new_database(test_server)
    other = url.rpartition("/")[2]
    with place.session() as conn:
        (comment,) = conn.execute(
            b"select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name]
        ).fetchone() or ("",)
        conn.execute(f"comment on database {other} is '{comment}'".encode())
        found = server.find(conn, other)
    assert found is not None
    assert found.mark is None
