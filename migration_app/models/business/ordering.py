"""From the order to the parcel: orders, their lines, payments, shipments."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex, GinIndex, HashIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat, LPad

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import CurrencyField, EnumField, QuantityField

STORE = "migration_app.Store"
PROFILE = "migration_app.Profile"
VARIANT = "migration_app.ProductVariant"


class OrderStatus(models.TextChoices):
    """The labels of order_status, in the order of the steps."""

    PENDING = "pending"
    PAID = "paid"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


def order_number() -> Concat:
    """Give the live default of orders.number: SO- and the next of order_number_seq."""
    following = Func(Value("order_number_seq"), function="nextval", output_field=models.BigIntegerField())
    text = Cast(following, models.TextField())
    return Concat(Value("SO-"), LPad(text, 6, Value("0")), output_field=models.CharField())


class Order(CoreTable):
    """What a customer bought; a trigger keeps the subtotal. A guest's order has no profile."""

    # GENERATED ALWAYS: a value of one's own is refused, so leave it out.
    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=20, unique=True, db_default=order_number())
    store = models.ForeignKey(STORE, models.RESTRICT, db_column="store_id", db_index=False)
    profile = models.ForeignKey(PROFILE, models.SET_NULL, db_column="profile_id", db_index=False, null=True, blank=True)
    status = EnumField("order_status", choices=OrderStatus, db_default=OrderStatus.PENDING)
    subtotal_cents = models.BigIntegerField(db_default=0)
    discount_cents = models.BigIntegerField(db_default=0)
    shipping_cents = models.BigIntegerField(db_default=0)
    tax_cents = models.BigIntegerField(db_default=0)
    total_cents = models.GeneratedField(
        expression=F("subtotal_cents") - F("discount_cents") + F("shipping_cents") + F("tax_cents"),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    currency = CurrencyField()
    shipping_address = models.ForeignKey(
        "migration_app.Address",
        models.SET_NULL,
        db_column="shipping_address_id",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="orders_shipped",
    )
    billing_address = models.ForeignKey(
        "migration_app.Address",
        models.SET_NULL,
        db_column="billing_address_id",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="orders_billed",
    )
    note = models.TextField(null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    metadata = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "orders"
        constraints = [
            models.CheckConstraint(
                name="orders_amounts_not_negative",
                condition=Q(subtotal_cents__gte=0, discount_cents__gte=0, shipping_cents__gte=0, tax_cents__gte=0),
            ),
            models.CheckConstraint(
                name="orders_discount_within_subtotal", condition=Q(discount_cents__lte=F("subtotal_cents"))
            ),
            models.CheckConstraint(
                name="orders_placed_unless_pending",
                condition=Q(status__in=[OrderStatus.PENDING, OrderStatus.CANCELLED]) | Q(placed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["profile", "-created_at"], name="orders_profile_recent_idx"),
            models.Index(
                fields=["store", "created_at"],
                name="orders_open_idx",
                condition=Q(status__in=[OrderStatus.PENDING, OrderStatus.PAID, OrderStatus.PACKED]),
            ),
            GinIndex(fields=["metadata"], name="orders_metadata_idx", opclasses=["jsonb_path_ops"]),
            BrinIndex(fields=["created_at"], name="orders_created_brin", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return str(self.number)


class OrderItem(CoreTable):
    """A line of an order."""

    order = models.ForeignKey(Order, models.CASCADE, db_column="order_id", db_index=False)
    product = models.ForeignKey("migration_app.Product", models.RESTRICT, db_column="product_id", db_index=False)
    variant = models.ForeignKey(VARIANT, models.RESTRICT, db_column="variant_id", db_index=False)
    quantity = QuantityField(db_default=1)
    unit_price_cents = models.BigIntegerField()
    discount_cents = models.BigIntegerField(db_default=0)
    line_total_cents = models.GeneratedField(
        expression=F("quantity") * F("unit_price_cents") - F("discount_cents"),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "order_items"
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_items_variant_key"),
            models.CheckConstraint(
                name="order_items_amounts", condition=Q(unit_price_cents__gte=0, discount_cents__gte=0)
            ),
        ]
        indexes = [models.Index(fields=["product"], name="order_items_product_idx")]


class PaymentMethod(models.TextChoices):
    """The labels of payment_method."""

    CARD = "card"
    PAYPAL = "paypal"
    INVOICE = "invoice"
    GIFT_CARD = "gift_card"


class PaymentStatus(models.TextChoices):
    """The labels of payment_status."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"


class Payment(CoreTable):
    """Money that came in for an order, or tried to; a trigger writes each change to the audit log."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    order = models.ForeignKey(Order, models.RESTRICT, db_column="order_id", db_index=False)
    method = EnumField("payment_method", choices=PaymentMethod)
    status = EnumField("payment_status", choices=PaymentStatus, db_default=PaymentStatus.AUTHORISED)
    amount_cents = models.BigIntegerField()
    currency = CurrencyField()
    provider_reference = models.CharField(max_length=120, unique=True, null=True, blank=True)
    failure_reason = models.TextField(null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    captured_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "payments"
        constraints = [
            models.CheckConstraint(name="payments_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="payments_captured_has_time",
                condition=~Q(status=PaymentStatus.CAPTURED) | Q(captured_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="payments_order_idx"),
            HashIndex(fields=["provider_reference"], name="payments_reference_hash"),
        ]


class ShipmentStatus(models.TextChoices):
    """The labels of shipment_status."""

    READY = "ready"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    LOST = "lost"
    RETURNED = "returned"


class Shipment(CoreTable):
    """A parcel on its way."""

    order = models.ForeignKey(Order, models.CASCADE, db_column="order_id", db_index=False)
    store = models.ForeignKey(STORE, models.RESTRICT, db_column="store_id", db_index=False)
    address = models.ForeignKey(
        "migration_app.Address",
        models.SET_NULL,
        db_column="address_id",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
    )
    carrier = models.CharField(max_length=40)
    tracking_number = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    status = EnumField("shipment_status", choices=ShipmentStatus, db_default=ShipmentStatus.READY)
    cost_cents = models.IntegerField(db_default=0)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "shipments"
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                name="shipments_tracking_key",
                condition=Q(tracking_number__isnull=False),
            ),
            models.CheckConstraint(
                name="shipments_delivered_after_shipped",
                condition=Q(delivered_at=None) | Q(delivered_at__gte=F("shipped_at")),
            ),
        ]
        indexes = [models.Index(fields=["order"], name="shipments_order_idx")]
