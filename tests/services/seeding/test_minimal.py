"""The profile minimal, on the founding case's schema."""

from __future__ import annotations

import io
import json
import sys

import psycopg
import pytest
from django.core.management import call_command
from model_bakery import random_gen

from migration_app.engine.errors import Refused, UsageError
from migration_app.models import core_models
from migration_app.services.seeding import seed_testdata
from tests.conftest import Aliases, NewDatabase
from tests.servers import ask

from .conftest import contents, url_of

pytestmark = pytest.mark.django_db


CORE = [model.table() for model in core_models()]


def test_every_core_table_gets_rows(shop: psycopg.Connection) -> None:
    seeded = seed_testdata("test")
    assert {table for table in CORE if seeded.tables.get(table)} == set(CORE)
    assert {t: len(rows) for t, rows in contents(shop, CORE).items()} == {t: seeded.tables[t] for t in CORE}


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(shop: psycopg.Connection) -> None:
    seed_testdata("test", seed=7)
    first = contents(shop, CORE)
    seed_testdata("test", seed=7, reset=True)
    assert contents(shop, CORE) == first
    seed_testdata("test", seed=8, reset=True)
    assert contents(shop, CORE)["profiles"] != first["profiles"]


@pytest.mark.parametrize(
    "untrue",
    [
        """select from orders as o
           where subtotal_cents <> (select sum(line_total_cents) from order_items where order_id = o.id)""",
        """select from orders as o join payments as p on p.order_id = o.id where p.amount_cents <> o.total_cents""",
        """select from order_items as i join product_variants as v on v.id = i.variant_id
           where v.product_id <> i.product_id""",
        """select from sales_metrics as m
           where gross_cents <> (select sum(total_cents) from orders as o
                                 where o.store_id = m.store_id
                                   and (o.created_at at time zone 'UTC')::date = m.day)""",
        """select from customer_metrics as m
           where lifetime_cents <> (select sum(total_cents) from orders as o where o.profile_id = m.profile_id)""",
        """select from orders where shipping_address_id not in (select id from addresses)""",
        """(with recursive tree (ancestor, descendant, depth) as (
               select id, id, 0 from categories
               union all
               select t.ancestor, c.id, t.depth + 1 from tree as t join categories as c on c.parent_id = t.descendant)
            select * from tree except select ancestor_id, descendant_id, depth from categories_closure)""",
    ],
)
def test_the_shop_reads_true(shop: psycopg.Connection, untrue: str) -> None:
    seed_testdata("test")
    assert shop.execute(untrue.encode()).fetchall() == []


def test_a_second_run_leaves_rows_as_they_are_and_says_so(shop: psycopg.Connection) -> None:
    seed_testdata("test")
    before = contents(shop, CORE)
    again = seed_testdata("test", seed=2)
    assert again.tables == {}
    assert set(CORE) <= set(again.kept)
    assert contents(shop, CORE) == before


def test_reset_empties_what_refers_to_the_rows_too_and_nothing_else(shop: psycopg.Connection) -> None:
    seed_testdata("test")
    shop.execute("insert into reviews (product_id, profile_id, rating) select 1, id, 5 from profiles limit 1")
    shop.execute("insert into feature_flags (name) values ('one')")
    seeded = seed_testdata("test", reset=True)
    assert "reviews" in seeded.emptied
    assert contents(shop, ["reviews", "feature_flags"]) == {"reviews": [], "feature_flags": ["(one,f,100)"]}


def test_the_next_row_finds_a_free_number(shop: psycopg.Connection) -> None:
    seed_testdata("test")
    shop.execute("insert into orders (store_id) values (1)")
    shop.execute("insert into products (store_id, sku, name, slug, price_cents) values (1, 'a', 'a', 'a', 1)")


def test_triggers_stand_as_before_and_did_not_write(shop: psycopg.Connection) -> None:
    states = "select tgrelid::regclass::text, tgname, tgenabled::text from pg_trigger order by 1, 2"
    before = shop.execute(states.encode()).fetchall()
    seed_testdata("test")
    assert shop.execute(states.encode()).fetchall() == before
    assert contents(shop, ["audit_log"]) == {"audit_log": []}


def test_materialized_views_are_filled(shop: psycopg.Connection) -> None:
    seed_testdata("test")
    assert contents(shop, ["reporting.monthly_revenue"])["reporting.monthly_revenue"] != []


def test_other_users_of_bakery_keep_their_random_numbers(shop: psycopg.Connection) -> None:
    del shop
    random_gen.baker_random.seed(3)
    expected = random_gen.baker_random.random()
    random_gen.baker_random.seed(3)
    seed_testdata("test")
    assert random_gen.baker_random.random() == expected


def test_missing_core_tables_are_named_with_the_way_on(shop: psycopg.Connection) -> None:
    shop.execute("drop table rate_limits")
    with pytest.raises(UsageError) as caught:
        seed_testdata("test")
    assert "rate_limits" in caught.value.message
    assert "clone_schema" in caught.value.hint


def test_without_bakery_the_error_says_what_to_install(
    shop: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    del shop
    monkeypatch.setitem(sys.modules, "model_bakery.random_gen", None)
    with pytest.raises(UsageError) as caught:
        seed_testdata("test")
    assert "dbsep[seed]" in caught.value.hint


def test_production_is_refused(aliases: Aliases, shop: psycopg.Connection) -> None:
    with aliases(prod=url_of(shop)), pytest.raises(Refused):
        seed_testdata("prod", reset=True)


def test_an_unmarked_database_is_refused_and_keeps_its_rows(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database(None, "create table profiles (a int); insert into profiles values (1)")
    with aliases(test=url), pytest.raises(Refused):
        seed_testdata("test", reset=True)
    assert ask(url, "select count(*) from profiles") == "1"


def test_the_command_prints_the_contracts_document(shop: psycopg.Connection) -> None:
    out = io.StringIO()
    call_command("seed_testdata", "--format", "json", "--seed", "3", stdout=out, stderr=io.StringIO())
    document = json.loads(out.getvalue())
    assert {"tables", "seconds", "seed"} <= set(document)
    assert document["seed"] == 3
    assert document["tables"]["orders"] == len(contents(shop, ["orders"])["orders"])
