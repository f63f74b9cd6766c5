"""The specialised core tables: sessions, rate limits, refunds, and who looked at what."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import EnumField

PROFILE = "migration_app.Profile"


class Session(CoreTable):
    """Somebody's visit; the token is kept as its SHA-256 in hex only."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    profile = models.ForeignKey(PROFILE, models.CASCADE, db_column="profile_id", db_index=False, null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.TextField(db_default="", blank=True)
    started_at = models.DateTimeField(db_default=now())
    last_seen_at = models.DateTimeField(db_default=now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CoreTable.Meta):
        db_table = "sessions"
        constraints = [
            models.CheckConstraint(name="sessions_token_length", condition=Exact(Length("token_hash"), 64)),
            models.CheckConstraint(name="sessions_expire_later", condition=Q(expires_at__gt=F("started_at"))),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="sessions_expiry_idx", condition=Q(revoked_at=None)),
            models.Index(fields=["profile"], name="sessions_profile_idx"),
        ]


class RateLimit(CoreTable):
    """A counter of calls in a window of time; the live table is unlogged, and a crash may empty it."""

    pk = models.CompositePrimaryKey("bucket", "subject", "window_start")
    bucket = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    window_start = models.DateTimeField()
    hits = models.IntegerField(db_default=1)

    class Meta(CoreTable.Meta):
        db_table = "rate_limits"
        constraints = [models.CheckConstraint(name="rate_limits_hits", condition=Q(hits__gte=0))]


class RefundReason(models.TextChoices):
    """The labels of refund_reason."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong item"
    LATE = "late"
    CUSTOMERS_CHOICE = "customer's choice"


class RefundStatus(models.TextChoices):
    """How far a refund is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"


class Refund(CoreTable):
    """Money that goes back; a deferred trigger keeps the sum within the payment."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    order = models.ForeignKey("migration_app.Order", models.RESTRICT, db_column="order_id", db_index=False)
    payment = models.ForeignKey("migration_app.Payment", models.RESTRICT, db_column="payment_id", db_index=False)
    processed_by = models.ForeignKey(
        PROFILE, models.SET_NULL, db_column="processed_by_id", db_index=False, null=True, blank=True
    )
    amount_cents = models.BigIntegerField()
    reason = EnumField("refund_reason", choices=RefundReason)
    status = models.CharField(max_length=16, choices=RefundStatus, db_default=RefundStatus.REQUESTED)
    note = models.TextField(null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "refunds"
        constraints = [
            models.CheckConstraint(name="refunds_amount_positive", condition=Q(amount_cents__gt=0)),
            models.CheckConstraint(name="refunds_status", condition=Q(status__in=RefundStatus.values)),
        ]
        indexes = [models.Index(fields=["order"], name="refunds_order_idx")]


def view_number() -> Func:
    """Give the live default of product_views.id, a serial column on a partitioned table."""
    return Func(Value("product_views_id_seq"), function="nextval", output_field=models.BigIntegerField())


class ProductView(CoreTable):
    """That somebody looked at a product. The live table has a partition a year, so the time is in the key."""

    pk = models.CompositePrimaryKey("id", "viewed_at")
    id = models.BigIntegerField(db_default=view_number())
    product = models.ForeignKey("migration_app.Product", models.CASCADE, db_column="product_id", db_index=False)
    profile = models.ForeignKey(PROFILE, models.SET_NULL, db_column="profile_id", db_index=False, null=True, blank=True)
    session = models.ForeignKey(Session, models.SET_NULL, db_column="session_id", db_index=False, null=True, blank=True)
    viewed_at = models.DateTimeField(db_default=now())
    seconds = models.IntegerField(db_default=0)
    referrer = models.TextField(db_default="", blank=True)

    class Meta(CoreTable.Meta):
        db_table = "product_views"
        constraints = [models.CheckConstraint(name="product_views_seconds", condition=Q(seconds__gte=0))]
        indexes = [models.Index(fields=["product", "-viewed_at"], name="product_views_product_idx")]
