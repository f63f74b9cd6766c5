"""A part of production: by conditions, without some tables, or from some rows with what they need."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg.errors import QueryCanceled

from migration_app.engine.errors import ConnectionFailed, CopyFailed, UsageError
from migration_app.engine.rows.masking import streaming
from migration_app.services.masking import Wish, copy_masked
from tests.conftest import _aliases
from tests.servers import await_alone

from .conftest import MakeSides, one, rows

pytestmark = pytest.mark.django_db

SCHEMA = """
    create table countries (code text primary key);
    create table people (id int primary key, country text not null references countries, boss int references people,
                         friend int references people);
    create table orders (id int primary key, person int not null references people, agent int references people);
    create table lines (id int primary key, order_id int not null references orders, text text);
    create table parcels (id int, at date not null, line int references lines, primary key (id, at))
        partition by range (at);
    create table parcels_1 partition of parcels for values from ('2026-01-01') to ('2026-02-01');
    create table parcels_2 partition of parcels for values from ('2026-02-01') to ('2026-03-01');
    create table a (id int primary key, b int);
    create table b (id int primary key, a int not null references a);
    alter table a add foreign key (b) references b;
    create table alone (id int primary key);
"""
DATA = """
    insert into countries select 'c' || n from generate_series(0, 9) n;
    insert into people select n, 'c' || n % 10, nullif(n / 2, 0) from generate_series(1, 100) n;
    insert into orders select n, 1 + n % 100, nullif(n % 5, 0) from generate_series(1, 300) n;
    insert into lines select n, 1 + n % 300 from generate_series(1, 900) n;
    insert into parcels select n, date '2026-01-01' + n % 59, n from generate_series(1, 900) n;
    insert into a select n from generate_series(1, 3) n; insert into b values (1, 2), (2, 3);
    update a set b = 1 where id = 1; update a set b = 2 where id = 2;
    insert into alone values (1);
"""


def test_a_subset_has_what_its_rows_need_and_nothing_else(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    wish = Wish(subsets=("orders: id in (7, 8)", "a: 1"))
    copied = copy_masked("prod", "staging", policy=both.policy({"people.id": '"key"'}), wish=wish)
    # Orders 7 and 8 are of people 8 and 9, by agents 2 and 3; those have bosses 4, 2 and 1.
    wanted = {"countries": 6, "people": 6, "orders": 2, "lines": 6, "parcels": 6, "a": 3, "b": 2, "alone": 0}
    assert copied.tables == wanted
    assert {table: one(both.staging, f"select count(*) from {table}") for table in wanted} == wanted
    expected = rows(both.prod, "select id from lines where order_id in (7, 8) order by 1")
    assert rows(both.staging, "select line from parcels order by 1") == expected


def test_a_row_takes_along_so_many_of_each_table(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    copied = copy_masked("prod", "staging", policy=both.policy(), wish=Wish(subsets=("orders: 3",), children=1))
    assert {table: copied.tables[table] for table in ("orders", "lines", "parcels")} == dict.fromkeys(
        ("orders", "lines", "parcels"), 3
    )
    assert rows(both.staging, "select id from lines order by 1") == rows(
        both.prod, "select min(id) from lines where order_id <= 3 group by order_id order by 1"
    )


def test_a_condition_leaves_out_what_cannot_do_without_the_rest(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    copied = copy_masked("prod", "staging", policy=both.policy(), wish=Wish(wheres=("people: people.id > 50",)))
    assert (copied.tables["people"], copied.tables["orders"]) == (50, 150)
    assert copied.tables["lines"] == one(
        both.prod, "select count(*) from lines join orders o on o.id = order_id where person > 50"
    )
    assert one(both.staging, "select count(*) from people where boss is not null") == 0
    assert one(both.staging, "select count(*) from orders where agent is not null") == 0
    assert copied.tables["parcels"] == 900


def test_rows_that_stay_behind_are_not_referred_to(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    copied = copy_masked("prod", "staging", policy=both.policy(none=("lines", "countries")))
    assert copied.left_out == ("countries", "lines")
    assert copied.tables == {"alone": 1, "a": 3, "b": 2, "people": 0, "orders": 0, "parcels": 900}
    assert one(both.staging, "select count(*) from parcels where line is not null") == 0
    assert one(both.staging, "select count(*) from a where b is not null") == 2


NO_CONDITIONS = [
    (Wish(wheres=("orders",)), "has no condition"),
    (Wish(wheres=("nobody: true",)), "no table 'nobody'"),
    (Wish(wheres=("orders: nonsense > 1",)), 'column "nonsense" does not exist'),
    (Wish(wheres=("orders: true) limit 0; drop table lines; select (1",)), "is no condition"),
    (Wish(wheres=("orders: id::text::int4 > 'x'",)), "is no condition"),
]


def test_words_that_are_no_condition_are_refused(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    for wish, words in NO_CONDITIONS:
        with pytest.raises(UsageError, match=words):
            copy_masked("prod", "staging", policy=both.policy(), wish=wish)
    assert one(both.prod, "select count(*) from lines") == 900


PLATFORM = """
    create schema auth;
    create table auth.users (id uuid primary key, email text, created_at timestamptz not null default now());
    create table profiles (id uuid primary key references auth.users, name text);
    create table posts (id int primary key, author uuid references auth.users, title text);
    create materialized view titles as select title from posts;
"""
PEOPLE = """
    insert into auth.users select md5(n::text)::uuid, n || '@x.example' from generate_series(1, 30) n;
    insert into profiles select id, 'Name of ' || email from auth.users;
    insert into posts select n, md5((1 + n % 30)::text)::uuid, 'a title' from generate_series(1, 90) n;
"""


def test_a_platforms_rows_stay_and_their_keys_stand_in_for_them(
    sides: MakeSides, settings: pytest.FixtureRequest
) -> None:
    settings.DBSEP = {"PLATFORM_SCHEMAS": {"include": ["auth"]}}  # type: ignore[attr-defined]
    both = sides(PLATFORM, PEOPLE)
    masks = {"profiles.id": '"key"', "profiles.name": '"name"', "posts.author": '"key"'}
    policy = both.policy(masks, none=("auth.users",))
    copied = copy_masked("prod", "staging", policy=policy)
    assert (dict(copied.tables), copied.stood_in) == ({"profiles": 30, "posts": 90}, {"auth.users": 30})
    joined = "select count(*) from posts join profiles p on p.id = author join auth.users u on u.id = p.id"
    assert one(both.staging, f"{joined} where u.email is null") == 90
    assert one(both.staging, "select count(*) from titles") == 90
    ours, theirs = (set(rows(side, "select id from auth.users")) for side in (both.prod, both.staging))
    assert not ours & theirs


def test_without_more_sessions_one_reads_all_unless_more_were_asked_for(sides: MakeSides) -> None:
    both = sides(SCHEMA, DATA)
    info, role = both.prod.info, f"lone_{both.prod.info.dbname}"
    both.prod.execute(f"create role {role} login password 'a-lone-word' connection limit 1".encode())
    both.prod.execute(f"grant select on all tables in schema public to {role}".encode())
    try:
        with _aliases(f"postgresql://{role}:a-lone-word@{info.host}:{info.port}/{info.dbname}"):
            assert copy_masked("prod", "staging", policy=both.policy()).tables["lines"] == 900
            with pytest.raises(ConnectionFailed, match="too many connections for role"):
                copy_masked("prod", "staging", policy=both.policy(), wish=Wish(streams=2), reset=True)
    finally:
        both.prod.execute(f"drop owned by {role}; drop role {role}".encode())


def test_a_server_that_takes_long_is_told_to_stop(sides: MakeSides) -> None:
    both = sides(SCHEMA)
    with ThreadPoolExecutor(1) as threads:
        sleeping = threads.submit(lambda: one(both.prod, "select pg_sleep(600)"))
        streaming.see_out(both.prod, sleeping)  # type: ignore[arg-type]
        assert isinstance(sleeping.exception(), QueryCanceled)


def test_several_streams_give_the_same_rows_as_one(sides: MakeSides, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sides(SCHEMA, DATA)
    policy = both.policy({"people.id": '"key"', "lines.text": '"text"'})
    tables = ("people", "orders", "lines", "parcels")
    copy_masked("prod", "staging", policy=policy, wish=Wish(streams=1))
    first = {table: rows(both.staging, f"select t::text from {table} t order by 1") for table in tables}
    monkeypatch.setattr(streaming, "_PIECE", 1)
    copied = copy_masked("prod", "staging", policy=policy, wish=Wish(streams=3), reset=True)
    assert copied.tables["lines"] == 900
    assert {table: rows(both.staging, f"select t::text from {table} t order by 1") for table in tables} == first
    # Rows keep their places, on which BRIN indexes and clustered tables rest.
    assert rows(both.staging, "select id from lines order by ctid") == rows(
        both.prod, "select id from lines order by ctid"
    )
    # One that stops amid its rows leaves no session behind.
    both.both("alter table parcels add constraint few check (id < 400) not valid")
    with pytest.raises(CopyFailed, match=r"copying parcels failed on the target: a value breaks parcels_?\d?\.few"):
        copy_masked("prod", "staging", policy=policy, wish=Wish(streams=3), reset=True)
    await_alone(both.prod)
