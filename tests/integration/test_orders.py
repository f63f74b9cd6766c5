"""Orders on the real schema: its triggers, checks, generated columns and defaults do their work."""

from __future__ import annotations

from django.db import DataError, IntegrityError, connections, transaction
from django.test import TestCase
from django.utils import timezone

from migration_app.models import Order, OrderItem, Payment, Product, Refund
from tests.integration.shop import ALIAS, execute, open_shop


class OrderTests(TestCase):
    databases = {ALIAS}

    def setUp(self) -> None:
        self.shop = open_shop()

    def test_a_trigger_keeps_the_subtotal(self) -> None:
        order = self.shop.order(quantity=3, unit_price_cents=1000)
        assert order.subtotal_cents == 3000
        OrderItem.objects.filter(order=order).update(quantity=2)
        order.refresh_from_db()
        assert (order.subtotal_cents, order.total_cents) == (2000, 2000)

    def test_the_number_comes_from_the_sequence(self) -> None:
        first, second = self.shop.order(), self.shop.order()
        assert first.number.startswith("SO-")
        assert int(second.number[3:]) == int(first.number[3:]) + 1

    def test_a_discount_above_the_subtotal_is_refused_by_its_check(self) -> None:
        order = self.shop.order()
        with (
            self.assertRaisesMessage(IntegrityError, "orders_discount_within_subtotal"),
            transaction.atomic(using=ALIAS),
        ):
            Order.objects.filter(pk=order.pk).update(discount_cents=order.subtotal_cents + 1)

    def test_an_order_that_moves_on_was_placed(self) -> None:
        with self.assertRaisesMessage(IntegrityError, "orders_placed_unless_pending"), transaction.atomic(using=ALIAS):
            Order.objects.create(store=self.shop.store, currency="EUR", status="paid")

    def test_a_status_that_the_enum_lacks_is_refused(self) -> None:
        with self.assertRaisesMessage(DataError, "order_status"), transaction.atomic(using=ALIAS):
            Order.objects.create(store=self.shop.store, currency="EUR", status="lost")

    def test_a_quantity_of_nought_is_refused_by_the_domain(self) -> None:
        with self.assertRaisesMessage(IntegrityError, "positive_quantity"), transaction.atomic(using=ALIAS):
            self.shop.order(quantity=0)

    def test_updated_at_moves_by_itself(self) -> None:
        order = self.shop.order()
        Order.objects.filter(pk=order.pk).update(updated_at="2001-01-01T00:00:00Z")
        order.refresh_from_db()
        assert order.updated_at.year > 2001


class ProductTests(TestCase):
    databases = {ALIAS}

    def test_the_margin_and_the_search_document_are_the_databases_work(self) -> None:
        product = open_shop().product
        product.refresh_from_db()
        assert product.margin_cents == 800
        assert "mug" in str(product.search_document)

    def test_a_changed_price_is_remembered(self) -> None:
        product = open_shop().product
        Product.objects.filter(pk=product.pk).update(price_cents=1500)
        assert execute("select price_cents from price_history where product_id = %s", product.pk) == [(1200,)]

    def test_a_second_default_variant_is_refused_by_the_partial_index(self) -> None:
        shop = open_shop()
        shop.product.productvariant_set.create(sku=f"{shop.variant.sku}-1", name="One", is_default=True)
        with self.assertRaisesMessage(IntegrityError, "product_variants_one_default"), transaction.atomic(using=ALIAS):
            shop.product.productvariant_set.create(sku=f"{shop.variant.sku}-2", name="Two", is_default=True)


class PaymentTests(TestCase):
    databases = {ALIAS}

    def setUp(self) -> None:
        self.shop = open_shop()
        self.order = self.shop.order(quantity=5)
        self.payment = Payment.objects.create(
            order=self.order,
            method="card",
            status="captured",
            amount_cents=5000,
            currency="EUR",
            captured_at=timezone.now(),
        )

    def test_every_change_of_a_payment_is_audited(self) -> None:
        number = str(self.payment.pk)
        self.payment.delete()
        actions = execute("select action from audit_log where row_before ->> 'id' = %s order by id", number)
        assert [action for (action,) in actions] == ["DELETE"]

    def test_refunds_beyond_the_payment_are_refused_at_commit(self) -> None:
        with self.assertRaisesMessage(IntegrityError, "exceed it"), transaction.atomic(using=ALIAS):
            for _ in range(2):
                Refund.objects.create(order=self.order, payment=self.payment, amount_cents=3000, reason="late")
            connections[ALIAS].check_constraints()

    def test_an_order_with_payments_cannot_be_deleted(self) -> None:
        with self.assertRaisesMessage(IntegrityError, "payments"), transaction.atomic(using=ALIAS):
            execute("delete from orders where id = %s", self.order.pk)
