"""Stores, what they sell, and how much of it lies where."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import CurrencyField, DimensionsField, EnumField


class Store(CoreTable):
    """Where we sell: shops in towns, and the web."""

    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    currency = CurrencyField()
    timezone = models.CharField(max_length=50, db_default="UTC")
    is_active = models.BooleanField(db_default=True)
    opened_on = models.DateField(null=True, blank=True)
    settings = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "stores"
        constraints = [
            models.CheckConstraint(
                name="stores_slug_is_a_slug",
                condition=Q(slug=Func(F("slug"), function="slugify", output_field=models.TextField())),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProductStatus(models.TextChoices):
    """The labels of product_status."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Product(CoreTable):
    """What we sell."""

    store = models.ForeignKey(Store, models.RESTRICT, db_column="store_id", db_index=False)
    category = models.ForeignKey(
        "migration_app.Category",
        models.SET_NULL,
        db_column="category_id",
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
    )
    sku = models.CharField(max_length=40, unique=True, db_collation="C")
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=200)
    description = models.TextField(null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    status = EnumField("product_status", choices=ProductStatus, db_default=ProductStatus.DRAFT)
    price_cents = models.BigIntegerField()
    cost_cents = models.BigIntegerField(null=True, blank=True)
    margin_cents = models.GeneratedField(
        expression=F("price_cents") - F("cost_cents"),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    currency = CurrencyField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4, db_default=Value(0.19))
    attributes = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    keywords = ArrayField(models.TextField(), db_default=[], blank=True)
    search_document = models.GeneratedField(
        expression=SearchVector("name", "description", config="english"),
        output_field=SearchVectorField(null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "products"
        constraints = [
            models.UniqueConstraint(fields=["store", "slug"], name="products_store_slug_key"),
            models.CheckConstraint(name="products_price_not_negative", condition=Q(price_cents__gte=0)),
            models.CheckConstraint(
                name="products_cost_below_price",
                condition=Q(cost_cents=None) | Q(cost_cents__lte=F("price_cents")),
            ),
            models.CheckConstraint(name="products_tax_rate_range", condition=Q(tax_rate__gte=0, tax_rate__lt=1)),
        ]
        indexes = [
            models.Index(
                fields=["store", "name"],
                name="products_active_idx",
                condition=Q(status=ProductStatus.ACTIVE),
            ),
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"),
                name="products_name_lower_idx",
            ),
            GinIndex(fields=["keywords"], name="products_keywords_idx"),
            GinIndex(fields=["search_document"], name="products_search_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductVariant(CoreTable):
    """One size or colour of a product: the thing that lies on a shelf."""

    product = models.ForeignKey(Product, models.CASCADE, db_column="product_id", db_index=False)
    sku = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    option_values = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    parcel = DimensionsField(null=True, blank=True)
    price_cents = models.BigIntegerField(null=True, blank=True)
    weight_g = models.IntegerField(db_default=1)
    position = models.SmallIntegerField(db_default=0)
    is_default = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "product_variants"
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="product_variants_name_key"),
            models.UniqueConstraint(
                fields=["product"], name="product_variants_one_default", condition=Q(is_default=True)
            ),
            models.CheckConstraint(name="product_variants_weight", condition=Q(weight_g__gt=0)),
            models.CheckConstraint(
                name="product_variants_price", condition=Q(price_cents=None) | Q(price_cents__gte=0)
            ),
        ]


class ProductImage(CoreTable):
    """A picture of a product, or of one variant of it."""

    product = models.ForeignKey(Product, models.CASCADE, db_column="product_id", db_index=False)
    variant = models.ForeignKey(
        ProductVariant, models.SET_NULL, db_column="variant_id", db_index=False, null=True, blank=True
    )
    url = models.TextField()
    alt_text = models.CharField(max_length=255, db_default="", blank=True)
    position = models.IntegerField(db_default=0)
    width = models.IntegerField()
    height = models.IntegerField()
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "product_images"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "position"],
                name="product_images_position_key",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(name="product_images_size", condition=Q(width__gt=0, height__gt=0)),
            models.CheckConstraint(name="product_images_https", condition=Q(url__startswith="https://")),
        ]
        indexes = [models.Index(fields=["variant"], name="product_images_variant_idx")]


class InventoryItem(CoreTable):
    """How many of a variant lie in a store."""

    store = models.ForeignKey(Store, models.CASCADE, db_column="store_id", db_index=False)
    variant = models.ForeignKey(ProductVariant, models.CASCADE, db_column="variant_id", db_index=False)
    quantity = models.IntegerField(db_default=0)
    reserved = models.IntegerField(db_default=0)
    available = models.GeneratedField(
        expression=F("quantity") - F("reserved"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    reorder_level = models.IntegerField(db_default=5)
    location = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    counted_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "inventory_items"
        constraints = [
            models.UniqueConstraint(fields=["store", "variant"], name="inventory_items_place_key"),
            models.CheckConstraint(name="inventory_items_quantity", condition=Q(quantity__gte=0)),
            models.CheckConstraint(
                name="inventory_items_reserved",
                condition=Q(reserved__gte=0, reserved__lte=F("quantity")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["store"],
                include=["variant", "quantity"],
                name="inventory_items_low_idx",
                condition=Q(quantity__lte=5),
            )
        ]
