"""Tests that commit for real: each begins with the database as it was at first."""

from __future__ import annotations

from django.db import IntegrityError, connections, transaction
from django.test import TransactionTestCase

from migration_app.models import Payment, RealTimeMetric, Refund, Store
from tests.integration.shop import ALIAS, open_shop


class CommitTests(TransactionTestCase):
    databases = {ALIAS}

    def test_a_deferred_trigger_speaks_at_commit(self) -> None:
        shop = open_shop()
        order = shop.order(quantity=5)
        payment = Payment.objects.create(order=order, method="card", amount_cents=5000, currency="EUR")
        with self.assertRaisesMessage(IntegrityError, "exceed it"), transaction.atomic(using=ALIAS):
            for _ in range(2):
                Refund.objects.create(order=order, payment=payment, amount_cents=3000, reason="late")
        assert Refund.objects.filter(payment=payment).count() == 0

    def test_what_is_committed_is_seen_by_another_session(self) -> None:
        shop = open_shop()
        connections[ALIAS].close()
        assert Store.objects.filter(pk=shop.store.pk).exists()

    def test_nothing_of_another_test_is_left(self) -> None:
        assert not Store.objects.filter(slug__startswith="corner-").exists()
        open_shop()

    def test_a_metric_without_its_store_is_refused(self) -> None:
        with self.assertRaisesMessage(IntegrityError, "store_id"):
            RealTimeMetric.objects.create(metric="visitors", value=1)
