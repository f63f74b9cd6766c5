"""What makes things cheaper: discounts and gift cards."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import CurrencyField, EnumField


class DiscountKind(models.TextChoices):
    """The labels of discount_kind."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"


class Discount(CoreTable):
    """A code that customers type in."""

    code = models.CharField(max_length=40, unique=True)
    kind = EnumField("discount_kind", choices=DiscountKind)
    value = models.DecimalField(max_digits=10, decimal_places=2, db_default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.IntegerField(null=True, blank=True)
    used_count = models.IntegerField(db_default=0)
    is_active = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "discounts"
        constraints = [
            models.CheckConstraint(
                name="discounts_value_fits",
                condition=Q(value__gte=0) & (~Q(kind=DiscountKind.PERCENTAGE) | Q(value__lte=100)),
            ),
            models.CheckConstraint(
                name="discounts_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="discounts_uses",
                condition=Q(used_count__gte=0) & (Q(max_uses=None) | Q(used_count__lte=F("max_uses"))),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DiscountProduct(CoreTable):
    """That a discount is on a product."""

    pk = models.CompositePrimaryKey("discount_id", "product_id")
    discount = models.ForeignKey(Discount, models.CASCADE, db_column="discount_id", db_index=False)
    product = models.ForeignKey("migration_app.Product", models.CASCADE, db_column="product_id", db_index=False)

    class Meta(CoreTable.Meta):
        db_table = "discount_products"
        indexes = [models.Index(fields=["product"], name="discount_products_product_idx")]


class DiscountStore(CoreTable):
    """That a store takes a discount."""

    pk = models.CompositePrimaryKey("discount_id", "store_id")
    discount = models.ForeignKey(Discount, models.CASCADE, db_column="discount_id", db_index=False)
    store = models.ForeignKey("migration_app.Store", models.CASCADE, db_column="store_id", db_index=False)

    class Meta(CoreTable.Meta):
        db_table = "discount_stores"


class GiftCardStatus(models.TextChoices):
    """What a gift card may be."""

    ACTIVE = "active"
    USED = "used"
    BLOCKED = "blocked"


class GiftCard(CoreTable):
    """Money on a card; what is left never exceeds what was paid in."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    store = models.ForeignKey("migration_app.Store", models.RESTRICT, db_column="store_id", db_index=False)
    issued_to = models.ForeignKey(
        "migration_app.Profile",
        models.SET_NULL,
        db_column="issued_to_id",
        db_index=False,
        null=True,
        blank=True,
    )
    code = models.CharField(max_length=32, unique=True)
    initial_cents = models.BigIntegerField()
    balance_cents = models.BigIntegerField()
    currency = CurrencyField()
    status = models.CharField(max_length=16, choices=GiftCardStatus, db_default=GiftCardStatus.ACTIVE)
    expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "gift_cards"
        constraints = [
            models.CheckConstraint(
                name="gift_cards_balance", condition=Q(balance_cents__range=(0, F("initial_cents")))
            ),
            models.CheckConstraint(name="gift_cards_status", condition=Q(status__in=GiftCardStatus.values)),
        ]
        indexes = [
            models.Index(
                F("expires_on").asc(nulls_first=True),
                name="gift_cards_active_idx",
                condition=Q(status=GiftCardStatus.ACTIVE),
            )
        ]
