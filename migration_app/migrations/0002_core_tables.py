"""The core tables as Django's state knows them: by name alone.

They are unmanaged, so no table is made or changed here, and Django never compares the fields of an unmanaged
model with its state: the models themselves are the only place that lists them.
"""

from __future__ import annotations

from django.db import migrations, models

TABLES = {
    "Address": "addresses",
    "CartItem": "cart_items",
    "Category": "categories",
    "CategoryClosure": "categories_closure",
    "CustomerMetric": "customer_metrics",
    "Discount": "discounts",
    "DiscountProduct": "discount_products",
    "DiscountStore": "discount_stores",
    "Event": "events",
    "GiftCard": "gift_cards",
    "InventoryItem": "inventory_items",
    "InventoryMetric": "inventory_metrics",
    "Order": "orders",
    "OrderItem": "order_items",
    "Payment": "payments",
    "Product": "products",
    "ProductCategory": "product_categories",
    "ProductImage": "product_images",
    "ProductVariant": "product_variants",
    "ProductView": "product_views",
    "Profile": "profiles",
    "RateLimit": "rate_limits",
    "RealTimeMetric": "real_time_metrics",
    "Refund": "refunds",
    "SalesMetric": "sales_metrics",
    "Session": "sessions",
    "Shipment": "shipments",
    "ShoppingCart": "shopping_carts",
    "Store": "stores",
    "UserAddress": "user_addresses",
}


class Migration(migrations.Migration):
    dependencies = [("migration_app", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name=name,
            fields=[("id", models.BigAutoField(primary_key=True))],
            options={"db_table": table, "managed": False},
        )
        for name, table in TABLES.items()
    ]
