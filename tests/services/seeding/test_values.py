"""Values by Python, by SQL and by bakery's recipes take the place of invented ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from model_bakery.random_gen import baker_random
from model_bakery.recipe import Recipe, foreign_key

from migration_app.engine.errors import UsageError
from migration_app.models import Store
from migration_app.services.seeding import Row, seed_testdata

from .conftest import contents

pytestmark = pytest.mark.django_db


def test_a_function_a_list_and_sql_give_the_values(shop: psycopg.Connection) -> None:
    def note(row: Row) -> str:
        return f"{row.number}: {row['status']}, {row.random.randint(1, 3)}"

    values: dict[str, Any] = {
        "orders.status": ["paid", "shipped"],
        "orders.note": note,
        "orders.shipping_cents": "100 + row % 7",
        "public.stores.name": lambda row: None if row.number > 10**9 else "Kiosk",
    }
    seeded = seed_testdata("test", rows=30, tables=("orders",), values=values)
    assert seeded.unfilled == {}
    assert shop.execute("select distinct status::text from orders order by 1").fetchall() == [("paid",), ("shipped",)]
    assert shop.execute("select bool_and(note ~ ('^\\d+: ' || status || ', [123]$')) from orders").fetchone() == (True,)
    assert shop.execute("select min(shipping_cents), max(shipping_cents) from orders").fetchone() == (100, 106)
    assert shop.execute("select distinct name from stores").fetchall() == [("Kiosk",)]
    first = contents(shop, ["orders"])
    seed_testdata("test", rows=30, tables=("orders",), values=values, reset=True)
    assert contents(shop, ["orders"]) == first


def test_a_recipe_of_bakerys_gives_the_values(shop: psycopg.Connection) -> None:
    def numbers() -> Iterator[str]:
        return (f"branch-{n}" for n in count(1))

    recipe = Recipe(Store, name="Branch", slug=numbers(), settings=lambda: {"lucky": baker_random.randint(1, 9)})
    before = baker_random.getstate()
    seed_testdata("test", rows=8, tables=("stores",), values={"stores": recipe})
    assert baker_random.getstate() == before
    assert shop.execute("select slug from stores order by id limit 2").fetchall() == [("branch-1",), ("branch-2",)]
    assert shop.execute("select bool_and((settings ->> 'lucky')::int between 1 and 9) from stores").fetchone() == (
        True,
    )


WRONG: dict[str, object] = {
    "ordrs.status": "1",
    "orders.stat": "1",
    "orders.total_cents": "1",
    "orders.note": 3,
    "orders": "not a recipe",
    "stores": Recipe(Store, slug=iter(["one"])),
    "products": Recipe("migration_app.Product", store=foreign_key(Recipe(Store))),
}


@pytest.mark.parametrize("key", WRONG)
def test_what_is_wrong_is_told_before_anything_is_written(shop: psycopg.Connection, key: str) -> None:
    with pytest.raises(UsageError, match=key.partition(".")[0] if key != "stores" else "ends after 1"):
        seed_testdata("test", rows=5, tables=("stores", "orders", "products"), values={key: WRONG[key]})
    assert shop.execute("select count(*) from stores").fetchone() == (0,)
