"""Recipes of model_bakery for the core tables: ``baker.make_recipe("migration_app.order", store=…)``.

A recipe gives the values that any row may have; what ties rows together (keys, sums, times in order) is for the
caller to say. Everything random comes from bakery's own generator, so ``baker.seed(1)`` repeats it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from model_bakery.random_gen import baker_random
from model_bakery.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

OPENED: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
"""The moment from which the rows' times are counted."""
_FIRST: Final = ("Ada", "Bruno", "Chiara", "Dmitri", "Emil", "Fatima", "Grace", "Hana", "Ivo", "Jun", "Kofi", "Lena")
_LAST: Final = ("Lovelace", "O'Hara", "Müller", "Nakamura", "Okafor", "de la Cruz", "Šimek", "Larsen", "Rossi", "Novak")
_STREETS: Final = ("Garden Street", "Rue des Lilas", "Lindenweg", "Mill Lane", "Via Roma", "Kastanienallee")
_CITIES: Final = (("Berlin", "10115", "DE"), ("Zürich", "8004", "CH"), ("Lyon", "69001", "FR"), ("Graz", "8010", "AT"))
_THINGS: Final = ("mug", "lamp", "tea", "notebook", "scarf", "kettle", "bowl", "candle")
_COLOURS: Final = ("Blue", "Green", "Red", "Oak", "Linen", "Copper")


def _pick(*words: T) -> Callable[[], T]:
    return lambda: baker_random.choice(words)


def _between(low: int, high: int) -> Callable[[], int]:
    return lambda: baker_random.randint(low, high)


def _hex(length: int) -> Callable[[], str]:
    return lambda: f"{baker_random.getrandbits(4 * length):0{length}x}"


def _code(prefix: str) -> Callable[[], str]:
    return lambda: prefix + f"{baker_random.getrandbits(40):010x}".upper()


def _words(first: tuple[str, ...], second: tuple[str, ...]) -> Callable[[], str]:
    return lambda: f"{baker_random.choice(first)} {baker_random.choice(second)}"


def _email() -> str:
    return f"{baker_random.choice(_FIRST).lower()}.{baker_random.getrandbits(40):010x}@example.org"


def _moment() -> datetime:
    return OPENED + timedelta(minutes=baker_random.randrange(60 * 24 * 60))


def _later(days: int) -> Callable[[], datetime]:
    return lambda: OPENED + timedelta(days=days)


def _recipe(model: str, **attributes: Any) -> Recipe[Any]:  # noqa: ANN401 - a value of any field
    return Recipe(f"migration_app.{model}", **attributes)


_times: Final = {"created_at": _later(0), "updated_at": _later(0)}

store = _recipe(
    "Store",
    slug=lambda: f"store-{baker_random.getrandbits(32):08x}",
    name=_words(("The", "Our", "Little"), ("web shop", "corner shop", "market hall")),
    currency="EUR",
    timezone=_pick("UTC", "Europe/Berlin", "Europe/Zurich"),
    is_active=True,
    opened_on=date(2019, 4, 1),
    settings=lambda: {"pickup": baker_random.random() < 0.5},  # noqa: PLR2004 - every other one
    **_times,
)
profile = _recipe(
    "Profile",
    email=_email,
    full_name=_words(_FIRST, _LAST),
    phone=lambda: f"+49 30 5550{baker_random.randrange(1000):03d}",
    role="customer",
    loyalty_points=_between(0, 500),
    marketing_consent=_pick(True, False),
    tags=lambda: baker_random.sample(["newsletter", "tea & coffee", "wholesale"], 1),
    deleted_at=None,
    **_times,
)
address = _recipe(
    "Address",
    line1=lambda: f"{baker_random.choice(_STREETS)} {baker_random.randint(1, 99)}",
    line2="",
    city=_pick(*(city for city, _, _ in _CITIES)),
    region="",
    postal_code=_pick(*(code for _, code, _ in _CITIES)),
    country_code=_pick(*(country for _, _, country in _CITIES)),
    phone="",
    latitude=lambda: Decimal(baker_random.randint(46_000_000, 53_000_000)).scaleb(-6),
    longitude=lambda: Decimal(baker_random.randint(4_000_000, 15_000_000)).scaleb(-6),
    **_times,
)
user_address = _recipe("UserAddress", kind="both", label=_pick("home", "office"), is_default=True, created_at=_later(0))
category = _recipe(
    "Category",
    slug=lambda: f"category-{baker_random.getrandbits(32):08x}",
    name=_pick("Kitchen", "Light", "Paper", "Wear"),
    description="",
    position=_between(0, 9),
    is_active=True,
    **_times,
)
category_closure = _recipe("CategoryClosure", depth=0)
product_category = _recipe("ProductCategory", is_primary=True, position=0)
product = _recipe(
    "Product",
    sku=_code("SKU-"),
    name=_words(_COLOURS, _THINGS),
    slug=lambda: f"product-{baker_random.getrandbits(32):08x}",
    description=_pick("Made to last.", "A present for anyone.", None),
    status="active",
    price_cents=lambda: 90 + 100 * baker_random.randint(9, 80),
    cost_cents=_between(300, 900),
    currency="EUR",
    tax_rate=_pick(Decimal("0.1900"), Decimal("0.0700")),
    attributes=lambda: {"colour": baker_random.choice(_COLOURS).lower()},
    keywords=lambda: [baker_random.choice(_THINGS)],
    **_times,
)
product_variant = _recipe(
    "ProductVariant",
    sku=_code("VAR-"),
    name=_pick("small", "large"),
    option_values=lambda: {"size": baker_random.choice(("s", "l"))},
    parcel=(200, 80, 60),
    price_cents=None,
    weight_g=_between(50, 2_000),
    position=0,
    is_default=False,
    **_times,
)
product_image = _recipe(
    "ProductImage",
    url=lambda: f"https://img.example.org/{baker_random.getrandbits(40):010x}.webp",
    alt_text=_words(_COLOURS, _THINGS),
    position=0,
    width=1200,
    height=_pick(800, 900, 1200),
    created_at=_later(0),
)
inventory_item = _recipe(
    "InventoryItem",
    quantity=_between(10, 90),
    reserved=_between(0, 5),
    reorder_level=5,
    location=lambda: f"R{baker_random.randint(1, 9)}-{baker_random.randint(1, 40)}",
    counted_at=_later(1),
    updated_at=_later(1),
)
discount = _recipe(
    "Discount",
    code=_code("D"),
    kind="percentage",
    value=lambda: Decimal(baker_random.randint(5, 30)),
    starts_at=_later(0),
    ends_at=_later(365),
    max_uses=500,
    used_count=_between(0, 100),
    is_active=True,
    created_at=_later(0),
)
discount_product = _recipe("DiscountProduct")
discount_store = _recipe("DiscountStore")
gift_card = _recipe(
    "GiftCard",
    code=_code("GIFT-"),
    initial_cents=5_000,
    balance_cents=_between(0, 5_000),
    currency="EUR",
    status="active",
    expires_on=date(2028, 12, 31),
    created_at=_later(0),
)
session = _recipe(
    "Session",
    token_hash=_hex(64),
    ip_address=lambda: f"192.0.2.{baker_random.randint(1, 254)}",
    user_agent="Mozilla/5.0 (X11; Linux x86_64)",
    started_at=_later(60),
    last_seen_at=_later(61),
    expires_at=_later(90),
    revoked_at=None,
)
event = _recipe(
    "Event",
    kind=_pick("signed_in", "cart_changed", "search"),
    payload=lambda: {"q": baker_random.choice(_THINGS)},
    occurred_at=_moment,
)
shopping_cart = _recipe("ShoppingCart", status="open", expires_at=_later(90), **_times)
cart_item = _recipe("CartItem", quantity=_between(1, 3), added_at=_moment)
order = _recipe(
    "Order",
    number=lambda: f"SO-{baker_random.getrandbits(36):011d}",
    status="delivered",
    subtotal_cents=0,
    discount_cents=0,
    shipping_cents=_pick(0, 490),
    tax_cents=0,
    currency="EUR",
    note=_pick(None, None, 'Please ring twice.\nThe bell says "O\'Hara".'),
    metadata=lambda: {"channel": baker_random.choice(("app", "web"))},
    placed_at=_moment,
    **_times,
)
order_item = _recipe(
    "OrderItem", quantity=_between(1, 3), unit_price_cents=_between(500, 5_000), discount_cents=0, created_at=_moment
)
payment = _recipe(
    "Payment",
    method=_pick("card", "paypal", "invoice"),
    status="captured",
    amount_cents=_between(500, 9_000),
    currency="EUR",
    provider_reference=lambda: f"ch_{baker_random.getrandbits(64):016x}",
    failure_reason=None,
    captured_at=_later(30),
    created_at=_later(30),
)
shipment = _recipe(
    "Shipment",
    carrier=_pick("DHL", "La Poste"),
    tracking_number=_code("TRK"),
    status="delivered",
    cost_cents=390,
    shipped_at=_later(31),
    delivered_at=_later(33),
    created_at=_later(30),
)
refund = _recipe(
    "Refund",
    amount_cents=_between(100, 500),
    reason=_pick("damaged", "wrong item", "late", "customer's choice"),
    status="paid",
    note=None,
    created_at=_later(40),
)
sales_metric = _recipe(
    "SalesMetric", orders_count=0, units_sold=0, gross_cents=0, refunds_cents=0, computed_at=_later(90)
)
inventory_metric = _recipe(
    "InventoryMetric", on_hand=0, reserved=0, stockouts=0, turnover=Decimal("1.2500"), computed_at=_later(90)
)
customer_metric = _recipe("CustomerMetric", orders_count=0, lifetime_cents=0, segment="new", computed_at=_later(90))
real_time_metric = _recipe(
    "RealTimeMetric",
    metric=_pick("visitors", "basket"),
    value=lambda: Decimal(baker_random.randint(1, 9_999)).scaleb(-2),
    unit="count",
    labels=lambda: {"page": baker_random.choice(("home", "cart"))},
    recorded_at=_moment,
)
rate_limit = _recipe(
    "RateLimit",
    bucket="login",
    subject=lambda: f"192.0.2.{baker_random.randint(1, 254)}",
    window_start=_moment,
    hits=_between(1, 20),
)
product_view = _recipe(
    "ProductView",
    viewed_at=_moment,
    seconds=_between(0, 90),
    referrer=_pick("", "", "https://search.example.org/?q=mug"),
)
