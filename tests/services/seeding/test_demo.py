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
    """(select ancestor_id, descendant_id, depth from categories_closure except
        (with recursive tree (ancestor, descendant, depth) as (
           select id, id, 0 from categories
           union all
           select t.ancestor, c.id, t.depth + 1 from tree as t join categories as c on c.parent_id = t.descendant)
         select * from tree))""",
    """select from payments as p
       where p.amount_cents < (select coalesce(sum(amount_cents), 0) from refunds where payment_id = p.id)""",
    "select from refunds as r join payments as p on p.id = r.payment_id where p.order_id <> r.order_id",
    "select from orders as o where status = 'refunded' and not exists (select from refunds where order_id = o.id)",
    "select from orders as o where placed_at is not null and not exists (select from payments where order_id = o.id)",
    """select from shipments as s join orders as o on o.id = s.order_id
       where o.status in ('pending', 'cancelled') or s.store_id <> o.store_id or s.address_id <> o.shipping_address_id
          or not exists (select from payments as p
                         where p.order_id = o.id and p.status = 'captured' and p.captured_at <= s.shipped_at)""",
    "select from shipments where delivered_at < shipped_at",
    """select store_id, day, orders_count, units_sold from sales_metrics except
       select o.store_id, (o.created_at at time zone 'UTC')::date, count(distinct o.id), sum(i.quantity)
       from orders as o left join order_items as i on i.order_id = o.id group by 1, 2""",
    "select sum(refunds_cents) from sales_metrics except select sum(amount_cents) from refunds",
    """select profile_id, orders_count::bigint from customer_metrics except
       select profile_id, count(*) from orders group by profile_id""",
    """select store_id, on_hand::bigint, reserved::bigint from inventory_metrics except
       select store_id, sum(quantity), sum(reserved) from inventory_items group by store_id""",
    "select from products where currency <> 'EUR' union all select from orders where currency <> 'EUR'",
]


@pytest.mark.parametrize("rows", [None, 2000])
def test_the_shop_reads_true_and_no_table_stays_empty(shop: psycopg.Connection, rows: int | None) -> None:
    seeded = seed_testdata("test", profile="demo", rows=rows)
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
