"""The profile demo: recipes make the shop read true at any size."""

from __future__ import annotations

import psycopg
import pytest

from migration_app.models import core_models
from migration_app.services.seeding import seed_testdata

from .conftest import contents

pytestmark = pytest.mark.django_db

UNTRUE = [
    """select from orders as o where subtotal_cents <>
       (select coalesce(sum(line_total_cents), 0) from order_items where order_id = o.id)""",
    "select from orders as o join payments as p on p.order_id = o.id where p.amount_cents <> o.total_cents",
    """select from order_items as i join product_variants as v on v.id = i.variant_id
       where (v.product_id, v.price_cents) <> (i.product_id, i.unit_price_cents)""",
    """select from sales_metrics as m where gross_cents <>
       (select sum(total_cents) from orders as o
        where o.store_id = m.store_id and (o.created_at at time zone 'UTC')::date = m.day)""",
    "select 1 from orders having sum(total_cents) <> (select sum(gross_cents) from sales_metrics)",
    """select from customer_metrics as m
       where lifetime_cents <> (select sum(total_cents) from orders as o where o.profile_id = m.profile_id)""",
    "select from orders where shipping_address_id not in (select id from addresses)",
    "select from products where category_id not in (select id from categories)",
    """(with recursive tree (ancestor, descendant, depth) as (
           select id, id, 0 from categories
           union all
           select t.ancestor, c.id, t.depth + 1 from tree as t join categories as c on c.parent_id = t.descendant)
        select * from tree except select ancestor_id, descendant_id, depth from categories_closure)""",
    "select from refunds as r join payments as p on p.id = r.payment_id where r.amount_cents > p.amount_cents",
]


def test_the_shop_reads_true_and_no_table_stays_empty(shop: psycopg.Connection) -> None:
    seeded = seed_testdata("test", profile="demo")
    assert seeded.unfilled == {}
    assert [model.table() for model in core_models() if not seeded.tables.get(model.table())] == []
    assert [query for query in UNTRUE if shop.execute(query.encode()).fetchall()] == []


def test_the_same_seed_gives_the_same_rows(shop: psycopg.Connection) -> None:
    tables = [model.table() for model in core_models()]
    seed_testdata("test", profile="demo")
    first = contents(shop, tables)
    seed_testdata("test", profile="demo", reset=True)
    assert contents(shop, tables) == first


def test_some_orders_are_big_and_most_are_small(shop: psycopg.Connection) -> None:
    seed_testdata("test", profile="demo")
    sizes = [row[0] for row in shop.execute("select count(*) from order_items group by order_id").fetchall()]
    assert max(sizes) >= 2 * sorted(sizes)[len(sizes) // 2]
