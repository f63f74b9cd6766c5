"""Any schema is filled: the founding case's, and others made to be awkward."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.services.seeding import seed_testdata

from .conftest import contents

pytestmark = pytest.mark.django_db


def all_tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relispartition "
        "and relnamespace::regnamespace::text in ('public', 'reporting') order by 1"
    ).fetchall()
    return [row[0] for row in rows]


def test_every_table_gets_rows(shop: psycopg.Connection) -> None:
    seeded = seed_testdata("test", rows=50)
    assert seeded.unfilled == {}
    counts = {table: len(rows) for table, rows in contents(shop, all_tables(shop)).items()}
    assert {table: count for table, count in counts.items() if count == 0} == {}


CLEAR = "drop schema public, reporting cascade; create schema public"
AWKWARD = """
    create domain percentage as int check (value between 0 and 100);
    create type mood as enum ('good', 'bad');
    create table only_mood (mood mood primary key);
    create table people (
        id int generated always as identity primary key, email text not null check (email like '%@%'),
        boss int references people, share percentage not null, size text check (size in ('s', 'm')),
        code char(3) not null unique check (code ~ '^[A-Z]{3}$'),
        born date check (born < '2000-01-01'), joined date not null, gone date, check (gone is null or gone > joined),
        check (size is not null or share > 50), unique (email));
    create table stays (person int not null references people, room int not null, during daterange not null,
        exclude using gist (during with &&));
    create table friends (a int references people, b int references people, since timestamptz, primary key (a, b));
    create table readings (at timestamptz not null, value numeric(4, 1) check (value <> 0)) partition by range (at);
    create table readings_2031 partition of readings for values from ('2031-01-01') to ('2032-01-01');
    create table never (a int check (false));
    create function odd(n int) returns boolean immutable language sql return n % 2 = 1;
    create table asked (n int not null check (odd(n)));
"""


def test_awkward_rules_are_kept_or_named(shop: psycopg.Connection) -> None:
    shop.execute(f"{CLEAR}; {AWKWARD}".encode())
    seeded = seed_testdata("test", rows=300)
    assert seeded.unfilled == {"never": "never_check: CHECK (false)"}
    others = {"asked", "friends", "people", "readings", "stays"}
    assert seeded.tables == {"only_mood": 2, **dict.fromkeys(others, 300)}


def test_views_are_filled_after_those_that_they_read(shop: psycopg.Connection) -> None:
    shop.execute(
        f"{CLEAR}; create table facts (id int primary key); create view between_them as select id from facts;"
        "create materialized view first as select count(*) as many from between_them;"
        "create materialized view second as select id from facts;"
        "create or replace view between_them as select id from second".encode()
    )
    seed_testdata("test", rows=30)
    assert shop.execute("select many from first").fetchone() == (30,)


CASES = """
    create table words (
        code varchar(8) unique check (code = lower(code)), loud varchar(6) unique check (loud = upper(loud)),
        slug text not null unique check (slug = lower(slug)), city text not null check (lower(city) = city),
        pair varchar(4) not null check (pair = lower(pair)), place int not null, unique (pair, place));
"""


def test_texts_are_written_in_the_case_that_a_check_asks_for(shop: psycopg.Connection) -> None:
    shop.execute(f"{CLEAR}; {CASES}".encode())
    seeded = seed_testdata("test", rows=300)
    assert (dict(seeded.tables), dict(seeded.unfilled)) == ({"words": 300}, {})


def test_rows_that_stand_are_looked_up(shop: psycopg.Connection) -> None:
    seed_testdata("test", rows=30, tables=("orders", "product_variants"))
    seeded = seed_testdata("test", rows=30, tables=("order_items",))
    assert dict(seeded.unfilled) == {}
    told = shop.execute(
        "select count(*) > 0, bool_and(i.product_id = v.product_id and i.unit_price_cents = v.price_cents "
        "and i.created_at = o.created_at) from order_items as i "
        "join product_variants as v on v.id = i.variant_id join orders as o on o.id = i.order_id"
    )
    assert told.fetchone() == (True, True)


def test_circles_and_books_of_other_tools_are_left_alone(shop: psycopg.Connection) -> None:
    shop.execute(
        f"{CLEAR}; create table django_migrations (id int);"
        "create table a (id int primary key, b int); create table b (id int primary key, a int not null references a);"
        "alter table a add foreign key (b) references b".encode()
    )
    seeded = seed_testdata("test", rows=10)
    assert (dict(seeded.tables), dict(seeded.unfilled)) == ({"a": 10, "b": 10}, {})


def test_a_longer_run_begins_with_the_shorter_ones_rows(shop: psycopg.Connection) -> None:
    # What sums up all orders grows with them. Two tables refer to what has fewer rows than asked for, by its own rules.
    other = {"product_categories", "stock_movements"}
    tables = [table for table in all_tables(shop) if not table.endswith("_metrics") and table not in other]
    seed_testdata("test", rows=40)
    short = contents(shop, tables)
    seed_testdata("test", rows=90, reset=True)
    long = contents(shop, tables)
    assert [table for table in tables if not set(short[table]) <= set(long[table])] == []


def test_keys_and_indexes_are_built_afterwards_exactly_as_they_were(shop: psycopg.Connection) -> None:
    defined = (
        "select conname, pg_get_constraintdef(oid), convalidated from pg_constraint union all "
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid from pg_index order by 1, 2"
    )
    before = shop.execute(defined.encode()).fetchall()
    seeded = seed_testdata("test", profile="volume", rows=20_000, tables=("order_items",))
    assert seeded.tables["order_items"] >= 20_000
    assert shop.execute(defined.encode()).fetchall() == before
