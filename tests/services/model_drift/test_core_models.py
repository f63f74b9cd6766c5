"""The thirty core models fit the founding case, and every departure is found with the line that mends it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from migration_app.engine import catalog
from migration_app.engine.errors import UsageError
from migration_app.services.model_drift import check_models
from tests.servers import run_sql

pytestmark = pytest.mark.django_db


def test_the_core_models_fit_the_founding_case(shop: str) -> None:
    del shop
    found = check_models("prod")

    assert len(found.models) == 30
    assert [(each.address, each.hint) for each in found.findings] == []


@pytest.mark.parametrize(
    ("change", "address", "attribute", "severity", "line"),
    [
        (
            "TRUNCATE stores CASCADE; ALTER TABLE stores ADD region text NOT NULL",
            "Store.region",
            "column",
            "error",
            "region = models.TextField()",
        ),
        (
            "ALTER TABLE stores ADD owner_id uuid REFERENCES profiles",
            "Store.owner",
            "column",
            "warning",
            'owner = models.ForeignKey("migration_app.Profile", models.DO_NOTHING, db_column="owner_id"',
        ),
        ("ALTER TABLE stores DROP COLUMN opened_on", "Store.opened_on", "column", "error", "remove opened_on"),
        (
            "ALTER TABLE stores ALTER timezone TYPE varchar(40)",
            "Store.timezone",
            "max_length",
            "error",
            "max_length=40",
        ),
        ("ALTER TABLE stores ALTER name DROP NOT NULL", "Store.name", "null", "warning", "null=True, blank=True"),
        (
            "ALTER TABLE stores ALTER is_active DROP DEFAULT",
            "Store.is_active",
            "default",
            "error",
            "models.BooleanField()",
        ),
        ("ALTER TABLE stores ALTER name SET DEFAULT 'x'", "Store.name", "default", "error", 'db_default="x"'),
        (
            "ALTER TABLE refunds ALTER reason TYPE json USING to_json(reason)",
            "Refund.reason",
            "type",
            "error",
            "JSONField",
        ),
        (
            "ALTER TABLE discounts ALTER value TYPE numeric(12,3)",
            "Discount.value",
            "max_digits",
            "warning",
            "decimal_places=3",
        ),
        ("ALTER TABLE stores ALTER id DROP IDENTITY", "Store.id", "identity", "error", "BigIntegerField"),
        ("ALTER TYPE shipment_status ADD VALUE 'burnt'", "Shipment.status", "choices", "warning", "('burnt', 'burnt')"),
        ("ALTER TABLE gift_cards DROP CONSTRAINT gift_cards_code_key", "GiftCard: code", "columns", "error", ""),
        (
            "ALTER TABLE stores ADD CONSTRAINT one_name UNIQUE (name, currency)",
            "Store: currency, name",
            "columns",
            "warning",
            'models.UniqueConstraint(fields=["name", "currency"], name="one_name")',
        ),
        ("ALTER TABLE refunds DROP CONSTRAINT refunds_status", "Refund: refunds_status", "name", "warning", ""),
        (
            "ALTER TABLE discount_stores DROP CONSTRAINT discount_stores_pkey, ADD PRIMARY KEY (store_id, discount_id)",
            "DiscountStore",
            "primary_key",
            "error",
            'pk = models.CompositePrimaryKey("store_id", "discount_id")',
        ),
        (
            "ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey",
            "OrderItem.order",
            "references",
            "warning",
            "db_constraint=False",
        ),
        ("DROP INDEX payments_order_idx", "Payment: payments_order_idx", "name", "warning", ""),
        ("DROP TABLE rate_limits", "RateLimit", "table", "error", ""),
    ],
)
def test_a_change_of_the_table_is_found_with_the_line_that_mends_the_model(
    shop: str, change: str, address: str, attribute: str, severity: str, line: str
) -> None:
    run_sql(shop, change)
    found = {each.address: each for each in check_models("prod").findings}

    assert set(found) == {f"migration_app.{address}"}
    finding = found[f"migration_app.{address}"]
    assert attribute in finding.attributes
    assert finding.severity == severity
    assert line in finding.fix
    assert finding.hint


def test_a_snapshot_file_serves_as_the_database(shop: str, tmp_path: Path) -> None:
    with psycopg.connect(shop, autocommit=True) as conn:
        (tmp_path / "shop.json").write_text(catalog.dump(catalog.read(conn)), encoding="utf-8")

    assert check_models(f"snapshot:{tmp_path / 'shop.json'}").identical


def test_labels_that_hold_no_unmanaged_model_are_usage_errors(shop: str) -> None:
    del shop
    for label, reason in (("nowhere", "No installed app"), ("auth", "holds no unmanaged model")):
        with pytest.raises(UsageError, match=reason):
            check_models("prod", models=[label])


def test_a_model_can_be_named_by_itself(shop: str) -> None:
    run_sql(shop, "DROP TABLE rate_limits; TRUNCATE stores CASCADE; ALTER TABLE stores ADD region text NOT NULL")
    found = check_models("prod", models=["migration_app.Store"])

    assert found.models == ("migration_app.Store",)
    assert [each.address for each in found.findings] == ["migration_app.Store.region"]
    assert "every INSERT fails" in found.findings[0].hint
