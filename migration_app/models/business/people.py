"""People, and where they live."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from migration_app.models.core import CoreTable, now
from migration_app.models.fields import EmailAddressField, EnumField


class ProfileRole(models.TextChoices):
    """The labels of profile_role."""

    CUSTOMER = "customer"
    STAFF = "staff"
    MANAGER = "manager"
    ADMIN = "admin"


class Profile(CoreTable):
    """A person: a customer, or somebody who works here."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID())
    email = EmailAddressField()
    full_name = models.CharField(max_length=160)
    phone = models.CharField(max_length=30, null=True, blank=True)  # noqa: DJ001 - the live column is nullable
    role = EnumField("profile_role", choices=ProfileRole, db_default=ProfileRole.CUSTOMER)
    loyalty_points = models.IntegerField(db_default=0)
    marketing_consent = models.BooleanField(db_default=False)
    tags = ArrayField(models.TextField(), db_default=[], blank=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta(CoreTable.Meta):
        db_table = "profiles"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="profiles_email_lower_key"),
            models.CheckConstraint(name="profiles_points_not_negative", condition=Q(loyalty_points__gte=0)),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="profiles_living_idx", condition=Q(deleted_at=None)),
            GinIndex(fields=["tags"], name="profiles_tags_idx"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Address(CoreTable):
    """A place to send things to. Missing in production until create_missing_tables has run."""

    line1 = models.CharField(max_length=160)
    line2 = models.CharField(max_length=160, db_default="", blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, db_default="", blank=True)
    postal_code = models.CharField(max_length=20)
    country_code = models.CharField(max_length=2)
    phone = models.CharField(max_length=30, db_default="", blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "addresses"
        constraints = [
            models.CheckConstraint(name="addresses_country_two_letters", condition=Q(country_code__regex="^[A-Z]{2}$")),
            models.CheckConstraint(
                name="addresses_on_the_globe",
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]
        indexes = [models.Index(fields=["country_code", "postal_code"], name="addresses_postal_code_idx")]


class AddressKind(models.TextChoices):
    """The labels of address_kind."""

    SHIPPING = "shipping"
    BILLING = "billing"
    BOTH = "both"


class UserAddress(CoreTable):
    """Whose address is which."""

    pk = models.CompositePrimaryKey("profile_id", "address_id")
    profile = models.ForeignKey(Profile, models.CASCADE, db_column="profile_id", db_index=False)
    address = models.ForeignKey(Address, models.CASCADE, db_column="address_id", db_constraint=False, db_index=False)
    kind = EnumField("address_kind", choices=AddressKind, db_default=AddressKind.BOTH)
    label = models.CharField(max_length=40, db_default="", blank=True)
    is_default = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "user_addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "kind"], name="user_addresses_one_default", condition=Q(is_default=True)
            )
        ]
