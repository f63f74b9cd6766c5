"""The core tables of analytics: figures that are computed from the business, and can be computed again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value

from migration_app.models.core import CoreTable, now

STORE = "migration_app.Store"


class SalesMetric(CoreTable):
    """What a store sold in a day."""

    store = models.ForeignKey(STORE, models.CASCADE, db_column="store_id", db_index=False)
    day = models.DateField()
    orders_count = models.IntegerField(db_default=0)
    units_sold = models.IntegerField(db_default=0)
    gross_cents = models.BigIntegerField(db_default=0)
    refunds_cents = models.BigIntegerField(db_default=0)
    net_cents = models.GeneratedField(
        expression=F("gross_cents") - F("refunds_cents"),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    computed_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "sales_metrics"
        constraints = [
            models.UniqueConstraint(fields=["store", "day"], name="sales_metrics_day_key"),
            models.CheckConstraint(name="sales_metrics_counts", condition=Q(orders_count__gte=0, units_sold__gte=0)),
        ]


class InventoryMetric(CoreTable):
    """What lay in a store on a day."""

    store = models.ForeignKey(STORE, models.CASCADE, db_column="store_id", db_index=False)
    day = models.DateField()
    on_hand = models.IntegerField(db_default=0)
    reserved = models.IntegerField(db_default=0)
    stockouts = models.IntegerField(db_default=0)
    turnover = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    computed_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "inventory_metrics"
        constraints = [
            models.UniqueConstraint(fields=["store", "day"], name="inventory_metrics_day_key"),
            models.CheckConstraint(
                name="inventory_metrics_counts",
                condition=Q(on_hand__gte=0, reserved__gte=0, stockouts__gte=0),
            ),
        ]


class Segment(models.TextChoices):
    """What sort of customer somebody is."""

    NEW = "new"
    REGULAR = "regular"
    VIP = "vip"
    LAPSED = "lapsed"


class CustomerMetric(CoreTable):
    """What a customer has bought so far."""

    profile = models.OneToOneField("migration_app.Profile", models.CASCADE, db_column="profile_id")
    orders_count = models.IntegerField(db_default=0)
    lifetime_cents = models.BigIntegerField(db_default=0)
    segment = models.CharField(max_length=16, choices=Segment, db_default=Segment.NEW)
    first_order_at = models.DateTimeField(null=True, blank=True)
    last_order_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "customer_metrics"
        constraints = [
            models.CheckConstraint(name="customer_metrics_segment", condition=Q(segment__in=Segment.values)),
            models.CheckConstraint(
                name="customer_metrics_order_times",
                condition=Q(last_order_at=None) | Q(last_order_at__gte=F("first_order_at")),
            ),
        ]
        indexes = [
            models.Index(
                F("segment"),
                F("lifetime_cents").desc(nulls_last=True),
                name="customer_metrics_segment_idx",
            )
        ]


class RealTimeMetric(CoreTable):
    """A figure of this moment. It belongs to a store, without exception."""

    store = models.ForeignKey(STORE, models.CASCADE, db_column="store_id", db_index=False)
    metric = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    unit = models.CharField(max_length=16, db_default="count")
    labels = models.JSONField(db_default=Value({}, models.JSONField()), blank=True)
    recorded_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "real_time_metrics"
        indexes = [models.Index(fields=["store", "metric", "-recorded_at"], name="real_time_metrics_recent_idx")]
