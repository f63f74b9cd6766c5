"""Objects are written through the models and come back from the real tables as they were meant."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from migration_app.models import (
    DiscountProduct,
    Order,
    OrderItem,
    Product,
    ProductVariant,
    ProductView,
    Profile,
    RateLimit,
    RealTimeMetric,
    Refund,
    Session,
    Store,
    UserAddress,
)
from migration_app.models.business.ordering import OrderStatus
from migration_app.models.fields import Dimensions, DimensionsField, EnumField

pytestmark = pytest.mark.usefixtures("rolled_back")
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def product(**given: object) -> Product:
    store = Store.objects.get(slug="berlin")
    values = {"store": store, "sku": "NEW", "name": "Tea Cosy", "slug": "tea-cosy", "price_cents": 1500}
    return Product.objects.create(**{**values, **given})


def test_the_database_fills_in_defaults_and_generated_columns() -> None:
    made = Product.objects.get(pk=product(cost_cents=600).pk)

    assert (made.status, made.currency, made.tax_rate) == ("draft", "EUR", Decimal("0.1900"))
    assert (made.margin_cents, made.keywords, made.attributes) == (900, [], {})
    assert "'cosi'" in str(made.search_document)


def test_enums_arrays_json_and_a_composite_come_back() -> None:
    made = product(status="active", keywords=["warm", "a, b", 'c"d'], attributes={"colours": ["red"]})
    variant = ProductVariant.objects.create(
        product=made, sku="NEW-1", name="big", parcel=Dimensions(300, None, 40), is_default=True
    )

    assert Product.objects.get(status__in=["active"], keywords__contains=["a, b"]).attributes == {"colours": ["red"]}
    assert ProductVariant.objects.get(pk=variant.pk).parcel == Dimensions(300, None, 40)
    assert ProductVariant.objects.filter(product_id=3).first().parcel is None  # type: ignore[union-attr]


def test_many_rows_go_in_at_once() -> None:
    order = Order.objects.create(store_id=1, status=OrderStatus.PENDING)
    variants = list(ProductVariant.objects.order_by("pk")[:3])
    OrderItem.objects.bulk_create(
        OrderItem(order=order, product_id=v.product_id, variant=v, quantity=2, unit_price_cents=100) for v in variants
    )

    order.refresh_from_db()
    assert order.subtotal_cents == 600  # the trigger's work
    assert order.total_cents == 600
    assert str(order.number).startswith("SO-")
    assert [item.line_total_cents for item in OrderItem.objects.filter(order=order)] == [200, 200, 200]


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_domain_refuses_what_its_check_forbids(quantity: int) -> None:
    with pytest.raises(IntegrityError, match="positive_quantity_is_positive"), transaction.atomic("test"):
        OrderItem.objects.filter(pk=1).update(quantity=quantity)


def test_people_are_found_by_their_address_in_any_case() -> None:
    person = Profile.objects.create(email="New.Person@Example.org", full_name="New Person", tags=["a"])

    assert isinstance(person.pk, uuid.UUID)
    assert Profile.objects.get(email__iexact="new.person@example.ORG") == person
    with pytest.raises(IntegrityError, match="profiles_email_lower_key"), transaction.atomic("test"):
        Profile.objects.create(email="NEW.person@example.org", full_name="Impostor")


def test_tables_with_composite_keys_can_be_read_and_written() -> None:
    view = ProductView.objects.create(product_id=1, viewed_at=NOON, seconds=4)
    limit = RateLimit.objects.create(bucket="api", subject="x", window_start=NOON)
    DiscountProduct.objects.create(discount_id=1, product_id=1)

    assert ProductView.objects.get(pk=view.pk).seconds == 4
    assert RateLimit.objects.get(pk=("api", "x", NOON)).hits == 1
    assert limit.pk == ("api", "x", NOON)
    assert DiscountProduct.objects.filter(pk=(1, 1)).delete()[0] == 1


def test_an_address_that_no_table_holds_is_only_a_number() -> None:
    link = UserAddress.objects.filter(is_default=True).order_by("address_id").first()

    assert link is not None
    assert (link.address_id, link.kind) == (4, "both")
    UserAddress.objects.create(profile_id=link.profile_id, address_id=987654, kind="billing")


def test_a_metric_without_a_store_is_refused() -> None:
    metric = RealTimeMetric(metric="visitors", value=1)

    with pytest.raises(ValidationError, match="store"):
        metric.full_clean(validate_constraints=False)
    with pytest.raises(IntegrityError, match="store_id"), transaction.atomic("test"):
        metric.save()


def test_a_refund_with_an_apostrophe_in_its_reason() -> None:
    first = Refund.objects.select_related("payment__order").filter(reason="customer's choice").first()

    assert first is None or first.payment.order_id == first.order_id
    changed = Refund.objects.order_by("pk")[0]
    changed.reason = "customer's choice"
    changed.save(update_fields=["reason"])
    assert Refund.objects.filter(reason="customer's choice", pk=changed.pk).exists()


def test_a_session_keeps_its_address() -> None:
    session = Session.objects.get(ip_address="192.0.2.3")

    assert session.profile is None
    assert session.token_hash != ""


def test_fields_survive_being_taken_apart(rolled_back: BaseDatabaseWrapper) -> None:
    enum = Order._meta.get_field("status")
    assert isinstance(enum, EnumField)

    _, path, arguments, options = enum.deconstruct()
    again = EnumField(*arguments, **options)

    assert path == "migration_app.models.fields.EnumField"
    assert again.db_type(rolled_back) == "order_status"
    assert isinstance(enum, models.CharField)


@pytest.mark.parametrize("value", ["(1,2)", "big", (1, 2, 3, 4), "(a,b,c)"])
def test_what_is_no_parcel_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        DimensionsField().to_python(value)
