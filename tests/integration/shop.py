"""What the tests sell, and to whom. Names of their own, so that seeded rows don't get in the way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import connections
from django.utils import timezone

from migration_app.models import Order, OrderItem, Product, ProductVariant, Profile, Store

ALIAS = "test"


@dataclass(frozen=True)
class Shop:
    """A store with one thing to sell, and a customer."""

    store: Store
    product: Product
    variant: ProductVariant
    customer: Profile

    def order(self, quantity: int = 1, unit_price_cents: int = 1000) -> Order:
        """Place an order for one line."""
        order = Order.objects.create(store=self.store, profile=self.customer, currency="EUR", placed_at=timezone.now())
        OrderItem.objects.create(
            order=order,
            product=self.product,
            variant=self.variant,
            quantity=quantity,
            unit_price_cents=unit_price_cents,
        )
        order.refresh_from_db()
        return order


def open_shop() -> Shop:
    """Write what every test needs."""
    word = secrets.token_hex(4)
    execute("insert into currencies (code, name) values ('EUR', 'Euro') on conflict do nothing")
    store = Store.objects.create(slug=f"corner-{word}", name="Corner", currency="EUR")
    product = Product.objects.create(
        store=store, sku=f"SKU-{word}", name="Mug", slug=f"mug-{word}", price_cents=1200, cost_cents=400, currency="EUR"
    )
    variant = ProductVariant.objects.create(product=product, sku=f"SKU-{word}-blue", name="Blue")
    customer = Profile.objects.create(email=f"{word}@example.com", full_name="Ada")
    return Shop(store, product, variant, customer)


def execute(statement: str, *values: str | int | None) -> list[tuple[object, ...]]:
    """Run a statement on the test database; give its rows, if it has any."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []
