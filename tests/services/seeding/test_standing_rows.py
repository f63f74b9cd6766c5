"""Rows that stand are referred to, all of them where they can be kept in little room."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psycopg
import pytest

from migration_app.engine.errors import NoRoom
from migration_app.engine.rows import standing
from migration_app.engine.rows.shape import Name, read_shape
from migration_app.engine.rows.values import Design, filed
from migration_app.services.seeding import seed_testdata

from .conftest import contents
from .test_many import CLEAR

pytestmark = pytest.mark.django_db

STANDING = """
    create table dense (id int primary key, at timestamptz not null, day date, plain timestamp not null, word text);
    create table sparse (id bigint primary key);
    create table marked (id uuid primary key);
    create table worded (id text primary key);
    insert into dense select n, timestamptz '2024-02-28 23:59:58.25+00' + n * interval '1 hour',
        date '1999-12-30' + n, timestamp '1999-12-31' + n * interval '1 day', 'w' || n % 3
        from generate_series(5, 64) n;
    insert into sparse select n * n from generate_series(1, 60) n;
    insert into marked select md5(n::text)::uuid from generate_series(1, 60) n;
    insert into worded select 'w' || n from generate_series(1, 60) n;
    create table leaf (id int primary key, dense int not null references dense,
        sparse bigint not null references sparse,
        marked uuid not null references marked, at timestamptz, day date, plain timestamp, word text);
"""
LOOKED_UP = {f"leaf.{column}": f'"dense.{column}"' for column in ("at", "day", "plain", "word")}


@pytest.fixture(params=[(4096, 20), (4096, 1000), (40, 20), (40, 1000)], ids=lambda each: f"{each[0]}b-{each[1]}")
def few(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> pytest.MonkeyPatch:
    """As if 60 rows were more than 100,000, read seven at a time; in memory and in a file, looked up and kept whole."""
    in_memory, kept = request.param
    monkeypatch.setattr(standing, "FEW", 10)
    monkeypatch.setattr(standing, "PIECE", 7)
    monkeypatch.setattr(filed, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(sys.modules[Design.__module__], "KEPT", kept)
    return monkeypatch


@pytest.mark.parametrize("column", ["id", "at", "day", "plain", "word"])
def test_columns_in_little_room_are_the_same(shop: psycopg.Connection, few: pytest.MonkeyPatch, column: str) -> None:
    shop.execute(f"{CLEAR}; {STANDING}; set timezone to 'UTC'".encode())
    shape, name = read_shape(shop), Name("public", "dense")
    packed = standing.standing(shop, shape, name, ["id"])
    few.setattr(standing, "FEW", 1000)
    plain = standing.standing(shop, shape, name, ["id"])
    for one in (packed, plain):
        one.provide(column)
    rows = [7, 7, None, 59, 0, 1]
    assert packed.size == plain.size == 60
    assert list(packed.values(column, rows)) == list(plain.values(column, rows))
    assert packed.texts(column, rows) == plain.texts(column, rows)


@pytest.mark.usefixtures("few")
def test_all_of_many_rows_are_referred_to(shop: psycopg.Connection) -> None:
    shop.execute(f"{CLEAR}; {STANDING}".encode())
    seeded = seed_testdata("test", rows=2000, tables=("leaf",), values=LOOKED_UP)
    assert (dict(seeded.tables), seeded.notes) == ({"leaf": 2000}, ())
    told = shop.execute(
        "select count(distinct dense), count(distinct sparse), count(distinct marked), "
        "bool_and(row(l.at, l.day, l.plain, l.word) = row(d.at, d.day, d.plain, d.word)) "
        "from leaf as l join dense as d on d.id = l.dense"
    )
    assert told.fetchone() == (60, 60, 60, True)


def test_rows_are_the_same_in_little_room(shop: psycopg.Connection, few: pytest.MonkeyPatch) -> None:
    shop.execute(f"{CLEAR}; {STANDING}".encode())
    seed_testdata("test", rows=300, tables=("leaf",), values=LOOKED_UP)
    small = contents(shop, ["leaf"])
    few.setattr(standing, "FEW", 1000)
    shop.execute("truncate leaf")
    seed_testdata("test", rows=300, tables=("leaf",), values=LOOKED_UP)
    assert contents(shop, ["leaf"]) == small


@pytest.mark.usefixtures("few")
def test_rows_that_cant_be_referred_to_are_told(shop: psycopg.Connection) -> None:
    shop.execute(f"{CLEAR}; {STANDING}; create table note (id int primary key, word text references worded)".encode())
    seeded = seed_testdata("test", rows=100, tables=("note",))
    assert [note for note in seeded.notes if "worded" in note] == [
        "worded holds more rows than can be kept in mind: the new ones refer to the first 10 of them"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
@pytest.mark.parametrize("few", [(40, 20)], indirect=True)
def test_no_room_for_keys_is_said(shop: psycopg.Connection, few: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shop.execute(f"{CLEAR}; {STANDING}".encode())
    few.setattr(filed, "mkstemp", lambda **_: (os.open("/dev/full", os.O_RDWR), tmp_path / "gone"))
    (tmp_path / "gone").touch()
    with pytest.raises(NoRoom, match=r"no temporary file can be written in .*: No space left on device") as caught:
        seed_testdata("test", rows=100, tables=("leaf",))
    assert "TMPDIR" in caught.value.hint
    assert shop.execute("select count(*) from leaf").fetchone() == (0,)
