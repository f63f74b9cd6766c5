"""Before there is an order: carts, what lies in them, and what people did."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q, Value

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import QuantityField

STORE = "migration_app.Store"
PROFILE = "migration_app.Profile"
SESSION = "migration_app.Session"
VARIANT = "migration_app.ProductVariant"


class EventKind(models.TextChoices):
    """What may happen."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    CART_CHANGED = "cart_changed"
    ORDER_PLACED = "order_placed"
    ORDER_PAID = "order_paid"
    SEARCH = "search"


class Event(CoreTable):
    """Something that somebody did."""

    store = models.ForeignKey(STORE, models.SET_NULL, db_column="store_id", db_index=False, null=True, blank=True)
    profile = models.ForeignKey(PROFILE, models.SET_NULL, db_column="profile_id", db_index=False, null=True, blank=True)
    session = models.ForeignKey(SESSION, models.SET_NULL, db_column="session_id", db_index=False, null=True, blank=True)
    kind = models.CharField(max_length=40, choices=EventKind)
    payload = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    occurred_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "events"
        constraints = [
            models.CheckConstraint(name="events_kind", condition=Q(kind__in=EventKind.values)),
        ]
        indexes = [
            models.Index(fields=["kind", "-occurred_at"], name="events_kind_recent_idx"),
            BrinIndex(fields=["occurred_at"], name="events_occurred_brin"),
        ]


class CartStatus(models.TextChoices):
    """What can become of a cart."""

    OPEN = "open"
    CONVERTED = "converted"
    ABANDONED = "abandoned"


class ShoppingCart(CoreTable):
    """A basket; a person has one open in a store at the most."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    store = models.ForeignKey(STORE, models.RESTRICT, db_column="store_id", db_index=False)
    profile = models.ForeignKey(PROFILE, models.CASCADE, db_column="profile_id", db_index=False, null=True, blank=True)
    session = models.ForeignKey(SESSION, models.SET_NULL, db_column="session_id", db_index=False, null=True, blank=True)
    status = models.CharField(max_length=16, choices=CartStatus, db_default=CartStatus.OPEN)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "shopping_carts"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "profile"],
                name="shopping_carts_one_open",
                condition=Q(status=CartStatus.OPEN),
            ),
            models.CheckConstraint(name="shopping_carts_status", condition=Q(status__in=CartStatus.values)),
            models.CheckConstraint(
                name="shopping_carts_have_someone",
                condition=~Q(status=CartStatus.OPEN) | Q(profile__isnull=False) | Q(session__isnull=False),
            ),
        ]


class CartItem(CoreTable):
    """What lies in a basket."""

    cart = models.ForeignKey(ShoppingCart, models.CASCADE, db_column="cart_id", db_index=False)
    variant = models.ForeignKey(VARIANT, models.CASCADE, db_column="variant_id", db_index=False)
    quantity = QuantityField(db_default=1)
    added_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "cart_items"
        constraints = [models.UniqueConstraint(fields=["cart", "variant"], name="cart_items_variant_key")]
