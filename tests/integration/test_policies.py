"""Row-level security as production has it: customers see what is theirs."""

from __future__ import annotations

from django.db import ProgrammingError, transaction
from django.test import TestCase

from migration_app.models import Order
from tests.integration.shop import ALIAS, Shop, execute, open_shop


class PolicyTests(TestCase):
    databases = {ALIAS}

    mine: Shop
    theirs: Shop

    @classmethod
    def setUpTestData(cls) -> None:
        cls.mine, cls.theirs = open_shop(), open_shop()
        cls.mine.order()
        cls.theirs.order()

    def setUp(self) -> None:
        execute("set local role shop_app")
        execute("select set_config('shop.profile_id', %s, true)", str(self.mine.customer.pk))

    def test_a_customer_sees_their_own_orders_only(self) -> None:
        assert {order.profile_id for order in Order.objects.all()} == {self.mine.customer.pk}

    def test_nobody_sees_anything_without_saying_who_they_are(self) -> None:
        execute("select set_config('shop.profile_id', '', true)")
        assert not Order.objects.exists()

    def test_an_order_in_another_customers_name_is_refused(self) -> None:
        with self.assertRaisesMessage(ProgrammingError, "row-level security"), transaction.atomic(using=ALIAS):
            Order.objects.create(store=self.mine.store, profile=self.theirs.customer, currency="EUR")

    def test_what_an_application_may_not_write_stays_as_it_is(self) -> None:
        with self.assertRaisesMessage(ProgrammingError, "permission denied"), transaction.atomic(using=ALIAS):
            execute("update currencies set name = 'Dollar'")
