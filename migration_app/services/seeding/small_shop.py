"""The profile ``minimal``: a small connected shop in which every sum is true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .kitchen import Kitchen

_STATUSES: Final = ("delivered", "pending", "paid", "shipped", "refunded", "cancelled")
_NOT_PLACED: Final = ("pending", "cancelled")
_TREE: Final = ((None, "Home"), (0, "Kitchen"), (1, "Mugs"), (None, "Paper"))
"""Parent's place and name."""


def small_shop(kitchen: Kitchen) -> None:
    """Have every core table's rows made."""
    make = kitchen.make
    kitchen.plain["currencies"] = [{"code": "EUR", "name": "Euro", "minor_units": 2}]
    stores = [make("store", slug=slug) for slug in ("web", "berlin")]
    people = [make("profile", role=role) for role in ("admin", "staff", "customer", "customer", "customer", "customer")]
    addresses = [make("address") for _ in people]
    for person, place in zip(people, addresses, strict=True):
        make("user_address", profile_id=person.pk, address_id=place.pk)
    categories = _categories(kitchen)
    variants = _products(kitchen, stores, categories)
    items = [
        make("inventory_item", store_id=store.pk, variant_id=variant.pk) for store in stores for variant in variants
    ]
    _offers(kitchen, stores, people)
    _browsing(kitchen, stores, people, variants)
    orders = [_order(kitchen, n, stores[n % 2], people[2 + n % 4], addresses[2 + n % 4], variants) for n in range(6)]
    _metrics(kitchen, stores, people, items, orders)


def _categories(kitchen: Kitchen) -> list[Any]:
    made: list[Any] = []
    lines: list[list[Any]] = []
    for place, (above, name) in enumerate(_TREE):
        parent = None if above is None else made[above]
        one = kitchen.make("category", parent_id=parent and parent.pk, slug=name.lower(), name=name, position=place)
        made.append(one)
        lines.append([*(lines[above] if above is not None else []), one])
        for depth, ancestor in enumerate(reversed(lines[-1])):
            kitchen.make("category_closure", ancestor_id=ancestor.pk, descendant_id=one.pk, depth=depth)
    return made


def _products(kitchen: Kitchen, stores: Sequence[Any], categories: Sequence[Any]) -> list[Any]:
    variants = []
    for n in range(4):
        category = categories[n]
        product = kitchen.make("product", store_id=stores[n % 2].pk, category_id=category.pk)
        kitchen.make("product_category", product_id=product.pk, category_id=category.pk)
        for place, size in enumerate(("small", "large")):
            extra = {"price_cents": product.price_cents + 300} if place else {}
            variant = kitchen.make(
                "product_variant", product_id=product.pk, name=size, position=place, is_default=not place, **extra
            )
            variant.product = product
            variants.append(variant)
        kitchen.make("product_image", product_id=product.pk, variant_id=variants[-1].pk)
    return variants


def _offers(kitchen: Kitchen, stores: Sequence[Any], people: Sequence[Any]) -> None:
    for n, code in enumerate(("WELCOME10", "SUMMER")):
        discount = kitchen.make("discount", code=code)
        kitchen.make("discount_product", discount_id=discount.pk, product_id=n + 1)
        kitchen.make("discount_store", discount_id=discount.pk, store_id=stores[n].pk)
    for person in people[2:4]:
        kitchen.make("gift_card", store_id=stores[0].pk, issued_to_id=person.pk)


def _browsing(kitchen: Kitchen, stores: Sequence[Any], people: Sequence[Any], variants: Sequence[Any]) -> None:
    for n, person in enumerate((*people[2:5], None)):
        who = person and person.pk
        session = kitchen.make("session", profile_id=who)
        kitchen.make("event", store_id=stores[0].pk, profile_id=who, session_id=session.pk)
        kitchen.make("product_view", id=n + 1, product_id=1 + n, profile_id=who, session_id=session.pk)
        cart = kitchen.make("shopping_cart", store_id=stores[n % 2].pk, profile_id=who, session_id=session.pk)
        for variant in variants[n : n + 2]:
            kitchen.make("cart_item", cart_id=cart.pk, variant_id=variant.pk)
        kitchen.make("rate_limit", subject=str(session.ip_address))


def _order(kitchen: Kitchen, n: int, store: Any, person: Any, place: Any, variants: Sequence[Any]) -> Any:  # noqa: ANN401 - instances
    status = _STATUSES[n]
    order = kitchen.make(
        "order",
        number=f"SO-{1001 + n:06d}",
        store_id=store.pk,
        profile_id=person.pk,
        shipping_address_id=place.pk,
        billing_address_id=place.pk,
        status=status,
    )
    moment = order.placed_at
    order.created_at = order.updated_at = moment
    order.units = 0
    for k in range(1 + n % 3):
        variant = variants[(2 * n + 3 * k) % len(variants)]
        price = variant.price_cents or variant.product.price_cents
        line = kitchen.make(
            "order_item",
            order_id=order.pk,
            product_id=variant.product_id,
            variant_id=variant.pk,
            unit_price_cents=price,
            created_at=moment,
        )
        order.subtotal_cents += line.quantity * price
        order.units += line.quantity
    order.whole = order.subtotal_cents + order.shipping_cents
    if status in _NOT_PLACED:
        order.placed_at = None
    else:
        _fulfil(kitchen, order, moment)
    return order


def _fulfil(kitchen: Kitchen, order: Any, moment: Any) -> None:  # noqa: ANN401 - an instance, its time
    paid = moment + timedelta(minutes=1)
    payment = kitchen.make("payment", order_id=order.pk, amount_cents=order.whole, captured_at=paid, created_at=moment)
    if order.status == "refunded":
        kitchen.make(
            "refund",
            order_id=order.pk,
            payment_id=payment.pk,
            amount_cents=order.whole,
            created_at=moment + timedelta(days=9),
        )
    if order.status in {"shipped", "delivered", "refunded"}:
        kitchen.make(
            "shipment",
            order_id=order.pk,
            store_id=order.store_id,
            address_id=order.shipping_address_id,
            status={"shipped": "in_transit", "refunded": "returned"}.get(order.status, "delivered"),
            shipped_at=moment + timedelta(days=1),
            delivered_at=None if order.status == "shipped" else moment + timedelta(days=3),
            created_at=moment,
        )


def _metrics(
    kitchen: Kitchen, stores: Sequence[Any], people: Sequence[Any], items: Sequence[Any], orders: Sequence[Any]
) -> None:
    days = sorted({(order.store_id, order.created_at.date()) for order in orders})
    for store_id, day in days:
        sold = [o for o in orders if (o.store_id, o.created_at.date()) == (store_id, day)]
        kitchen.make(
            "sales_metric",
            store_id=store_id,
            day=day,
            orders_count=len(sold),
            units_sold=sum(o.units for o in sold),
            gross_cents=sum(o.whole for o in sold),
            refunds_cents=sum(o.whole for o in sold if o.status == "refunded"),
        )
    for store in stores:
        held = [item for item in items if item.store_id == store.pk]
        kitchen.make(
            "inventory_metric",
            store_id=store.pk,
            day=held[0].counted_at.date(),
            on_hand=sum(item.quantity for item in held),
            reserved=sum(item.reserved for item in held),
        )
        kitchen.make("real_time_metric", store_id=store.pk)
    for person in people:
        bought = [order for order in orders if order.profile_id == person.pk]
        if bought:
            times = [order.created_at for order in bought]
            kitchen.make(
                "customer_metric",
                profile_id=person.pk,
                orders_count=len(bought),
                lifetime_cents=sum(order.whole for order in bought),
                segment="regular" if len(bought) > 1 else "new",
                first_order_at=min(times),
                last_order_at=max(times),
            )
