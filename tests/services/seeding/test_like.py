"""Rows that look like another database's as a whole, and are none of its."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from migration_app.embedded import Cluster
from migration_app.engine.errors import UsageError
from migration_app.engine.rows import settle
from migration_app.engine.rows.likeness import read_likeness
from migration_app.services.connecting import write_mark
from migration_app.services.seeding import seed_testdata
from tests.conftest import Aliases

from .conftest import on

pytestmark = pytest.mark.django_db

SCHEMA = """
    create type mood as enum ('calm', 'wild', 'unseen');
    create table people (
        id int primary key, name text not null, email text, mood mood not null, active boolean not null,
        born date not null, height numeric(5, 2), city text, rank int check (rank between 1 and 500));
    create table visits (
        id bigint primary key, person_id int not null references people, guide_id int references people,
        at timestamptz not null, note text);
    create table rooms (id int primary key, size int);
    create table halls (id int primary key, size int);
"""
ROWS = """
    insert into people select g, 'Secretname ' || g, case when g % 4 > 0 then 'person' || g || '@private.example' end,
        case when g % 10 = 0 then 'wild' else 'calm' end::mood, g % 5 > 0, date '1950-03-03' + g * 7 % 18250,
        150 + g % 50, 'Secrettown ' || g % 17, 1 + g % 500 from generate_series(1, 2000) as g;
    insert into visits select g, 1 + g % 100, case when g % 2 = 0 then 1 + g % 7 end,
        timestamptz '2021-05-05 00:00+00' + g * interval '1 hour', case when g % 3 = 0 then repeat('x', 200) end
        from generate_series(1, 8000) as g;
    insert into rooms select g, g from generate_series(1, 30) as g;
    create statistics pairs (ndistinct) on person_id, guide_id from visits;
    analyze people, visits, rooms;
"""


@pytest.fixture
def two(test_server: Cluster, prod_server: Cluster, aliases: Aliases) -> Iterator[tuple[str, str]]:
    """`prod` with rows, and `test` marked and empty: the addresses."""
    name = f"like_{secrets.token_hex(4)}"
    urls = []
    for server, sql in ((prod_server, SCHEMA + ROWS), (test_server, SCHEMA)):
        on(server, f"CREATE DATABASE {name}")
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            connection.execute(sql.encode())
            if server is test_server:
                write_mark(connection, "test")
        urls.append(server.url(name))
    with aliases(urls[0], urls[1]):
        yield urls[0], urls[1]
    for server in (prod_server, test_server):
        on(server, f"DROP DATABASE {name} WITH (FORCE)")


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return list(connection.execute(query.encode()).fetchall())


def test_rows_take_the_shape_and_none_of_the_values(two: tuple[str, str]) -> None:
    seeded = seed_testdata("test", like="prod", scale=0.5, rows=10)
    assert seeded.unfilled == {}
    counts = {"people": 1000, "visits": 4000, "rooms": 15, "halls": 10}
    assert {table: seeded.tables[table] for table in counts} == counts
    shape = """select count(email) / 1000.0, avg((mood = 'wild')::int), avg(active::int), min(born) >= '1948-01-01',
                      max(born) < '1990-01-01', count(distinct city), min(height) >= 150, max(height) <= 200,
                      bool_and(rank between 1 and 500), bool_or(mood = 'unseen') from people"""
    ((mails, wild, active, first, last, cities, low, high, ranks, unseen),) = ask(two[1], shape)
    assert (float(mails), float(wild), float(active)) == pytest.approx((0.75, 0.1, 0.8), abs=0.05)  # type: ignore[arg-type]
    assert (first, last, cities, low, high, ranks, unseen) == (True, True, 17, True, True, True, False)
    fan = """select count(distinct person_id), count(distinct guide_id), count(guide_id) / 4000.0,
                    avg(length(note)) filter (where note is not null), count(note) / 4000.0 from visits"""
    ((people, guides, guided, length, notes),) = ask(two[1], fan)
    assert (people, guides) == (100, 7)
    assert (float(guided), float(notes)) == pytest.approx((0.5, 0.33), abs=0.05)  # type: ignore[arg-type]
    assert 150 < float(length) < 250  # type: ignore[arg-type]
    secret = "select count(*) from people where name ~ 'Secret' or city ~ 'Secret' or email ~ 'private'"
    assert ask(two[1], secret) == [(0,)]
    assert seeded.resemblance is not None
    assert (seeded.resemblance.unknown, seeded.resemblance.nulls_apart < 0.03) == (("halls",), True)


def test_no_text_and_no_exact_bound_leaves_the_source(two: tuple[str, str]) -> None:
    with psycopg.connect(two[0]) as connection:
        settle(connection)
        found = read_likeness(connection)
    people = next(table for name, table in found.tables.items() if name.table == "people")
    assert "Secret" not in repr(found)
    assert "private" not in repr(found)
    assert people.columns["born"].steps[0] == -8000  # days since 1970, to a tenth of the span's power of ten
    assert people.columns["mood"].labels == ("calm", "wild")
    assert people.columns["city"].labels == ()
    assert len(people.columns["city"].frequencies) == 17
    assert next(table for name, table in found.tables.items() if name.table == "rooms").columns["size"].steps == ()
    visits = next(table for name, table in found.tables.items() if name.table == "visits")
    assert set(visits.combined) == {frozenset({"person_id", "guide_id"})}


def test_the_same_seed_gives_the_same_rows(two: tuple[str, str]) -> None:
    seed_testdata("test", like="prod", scale=0.1, rows=10)
    first = ask(two[1], "select p::text from people as p order by id")
    seed_testdata("test", like="prod", scale=0.1, rows=10, reset=True)
    assert ask(two[1], "select p::text from people as p order by id") == first


def test_a_source_without_statistics_is_told(two: tuple[str, str]) -> None:
    with psycopg.connect(two[0], autocommit=True) as connection:
        connection.execute("drop table visits, people, rooms; create table rooms (id int)")
    with pytest.raises(UsageError, match="has no statistics"):
        seed_testdata("test", like="prod")
    with pytest.raises(UsageError, match="can't be written"):
        seed_testdata("test", like="prod", scale=0)


def test_the_command_writes_the_report_and_the_plot(two: tuple[str, str], tmp_path: Path) -> None:
    del two
    out, report = io.StringIO(), tmp_path / "likeness.md"
    words = ("--like", "prod", "--scale", "0.2", "--rows", "20", "--report", str(report), "--format", "json")
    call_command("seed_testdata", *words, stdout=out, stderr=io.StringIO())
    found = json.loads(out.getvalue())["like"]
    assert found["without_statistics"] == ["halls"]
    assert {column["column"] for column in found["columns"] if column["table"] == "rooms"} == {"id", "size"}
    page = report.read_text()
    assert "## people" in page
    assert "![" in page
    assert (tmp_path / "likeness.png").read_bytes().startswith(b"\x89PNG")
    assert "Secret" not in page


def test_without_matplotlib_there_is_a_page_and_no_plot(
    two: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del two
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    from migration_app.services.seeding import write_report

    seeded = seed_testdata("test", like="prod", scale=0.05, rows=5)
    assert seeded.resemblance is not None
    assert write_report(seeded.resemblance, tmp_path / "page.md") == (tmp_path / "page.md",)
    with pytest.raises(UsageError, match="can't be written"):
        write_report(seeded.resemblance, tmp_path / "nowhere" / "page.md")
