"""The core tables as Django's state knows them; they are unmanaged, so no table is made or changed."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.search
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import migration_app.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("migration_app", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line1", models.CharField(max_length=160)),
                ("line2", models.CharField(blank=True, db_default="", max_length=160)),
                ("city", models.CharField(max_length=100)),
                ("region", models.CharField(blank=True, db_default="", max_length=100)),
                ("postal_code", models.CharField(max_length=20)),
                ("country_code", models.CharField(max_length=2)),
                ("phone", models.CharField(blank=True, db_default="", max_length=30)),
                ("latitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("longitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "addresses",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CartItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", migration_app.models.fields.QuantityField(db_default=1)),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "cart_items",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=120, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, db_default="")),
                ("position", models.IntegerField(db_default=0)),
                ("is_active", models.BooleanField(db_default=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "categories",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryClosure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "ancestor_id",
                        "descendant_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("depth", models.IntegerField()),
            ],
            options={
                "db_table": "categories_closure",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CustomerMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("orders_count", models.IntegerField(db_default=0)),
                ("lifetime_cents", models.BigIntegerField(db_default=0)),
                (
                    "segment",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("regular", "Regular"),
                            ("vip", "Vip"),
                            ("lapsed", "Lapsed"),
                        ],
                        db_default="new",
                        max_length=16,
                    ),
                ),
                ("first_order_at", models.DateTimeField(blank=True, null=True)),
                ("last_order_at", models.DateTimeField(blank=True, null=True)),
                (
                    "computed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "customer_metrics",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Discount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                (
                    "kind",
                    migration_app.models.fields.EnumField(
                        "discount_kind",
                        choices=[
                            ("percentage", "Percentage"),
                            ("fixed", "Fixed"),
                            ("free_shipping", "Free Shipping"),
                        ],
                        max_length=63,
                    ),
                ),
                ("value", models.DecimalField(db_default=0, decimal_places=2, max_digits=10)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("max_uses", models.IntegerField(blank=True, null=True)),
                ("used_count", models.IntegerField(db_default=0)),
                ("is_active", models.BooleanField(db_default=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "discounts",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DiscountProduct",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "discount_id",
                        "product_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
            options={
                "db_table": "discount_products",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DiscountStore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "discount_id",
                        "store_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
            options={
                "db_table": "discount_stores",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed_up", "Signed Up"),
                            ("signed_in", "Signed In"),
                            ("cart_changed", "Cart Changed"),
                            ("order_placed", "Order Placed"),
                            ("order_paid", "Order Paid"),
                            ("search", "Search"),
                        ],
                        max_length=40,
                    ),
                ),
                ("payload", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                (
                    "occurred_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "events",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="GiftCard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True)),
                ("initial_cents", models.BigIntegerField()),
                ("balance_cents", models.BigIntegerField()),
                ("currency", migration_app.models.fields.CurrencyField(db_default="EUR", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("used", "Used"), ("blocked", "Blocked")],
                        db_default="active",
                        max_length=16,
                    ),
                ),
                ("expires_on", models.DateField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "gift_cards",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="InventoryItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField(db_default=0)),
                ("reserved", models.IntegerField(db_default=0)),
                (
                    "available",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("quantity"), "-", models.F("reserved")
                        ),
                        output_field=models.IntegerField(null=True),
                    ),
                ),
                ("reorder_level", models.IntegerField(db_default=5)),
                ("location", models.CharField(blank=True, max_length=40, null=True)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "inventory_items",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="InventoryMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("on_hand", models.IntegerField(db_default=0)),
                ("reserved", models.IntegerField(db_default=0)),
                ("stockouts", models.IntegerField(db_default=0)),
                ("turnover", models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True)),
                (
                    "computed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "inventory_metrics",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("SO-"),
                            django.db.models.functions.text.LPad(
                                django.db.models.functions.comparison.Cast(
                                    models.Func(
                                        models.Value("order_number_seq"),
                                        function="nextval",
                                        output_field=models.BigIntegerField(),
                                    ),
                                    models.TextField(),
                                ),
                                6,
                                models.Value("0"),
                            ),
                            output_field=models.CharField(),
                        ),
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "status",
                    migration_app.models.fields.EnumField(
                        "order_status",
                        choices=[
                            ("pending", "Pending"),
                            ("paid", "Paid"),
                            ("packed", "Packed"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                            ("refunded", "Refunded"),
                        ],
                        db_default="pending",
                        max_length=63,
                    ),
                ),
                ("subtotal_cents", models.BigIntegerField(db_default=0)),
                ("discount_cents", models.BigIntegerField(db_default=0)),
                ("shipping_cents", models.BigIntegerField(db_default=0)),
                ("tax_cents", models.BigIntegerField(db_default=0)),
                (
                    "total_cents",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("subtotal_cents"), "-", models.F("discount_cents")
                                ),
                                "+",
                                models.F("shipping_cents"),
                            ),
                            "+",
                            models.F("tax_cents"),
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                ("currency", migration_app.models.fields.CurrencyField(db_default="EUR", max_length=3)),
                ("note", models.TextField(blank=True, null=True)),
                ("metadata", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                ("placed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "orders",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OrderItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", migration_app.models.fields.QuantityField(db_default=1)),
                ("unit_price_cents", models.BigIntegerField()),
                ("discount_cents", models.BigIntegerField(db_default=0)),
                (
                    "line_total_cents",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("quantity"), "*", models.F("unit_price_cents")
                            ),
                            "-",
                            models.F("discount_cents"),
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "order_items",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "method",
                    migration_app.models.fields.EnumField(
                        "payment_method",
                        choices=[
                            ("card", "Card"),
                            ("paypal", "Paypal"),
                            ("invoice", "Invoice"),
                            ("gift_card", "Gift Card"),
                        ],
                        max_length=63,
                    ),
                ),
                (
                    "status",
                    migration_app.models.fields.EnumField(
                        "payment_status",
                        choices=[
                            ("authorised", "Authorised"),
                            ("captured", "Captured"),
                            ("failed", "Failed"),
                            ("voided", "Voided"),
                        ],
                        db_default="authorised",
                        max_length=63,
                    ),
                ),
                ("amount_cents", models.BigIntegerField()),
                ("currency", migration_app.models.fields.CurrencyField(db_default="EUR", max_length=3)),
                ("provider_reference", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("failure_reason", models.TextField(blank=True, null=True)),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "payments",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sku", models.CharField(db_collation="C", max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("slug", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, null=True)),
                (
                    "status",
                    migration_app.models.fields.EnumField(
                        "product_status",
                        choices=[("draft", "Draft"), ("active", "Active"), ("archived", "Archived")],
                        db_default="draft",
                        max_length=63,
                    ),
                ),
                ("price_cents", models.BigIntegerField()),
                ("cost_cents", models.BigIntegerField(blank=True, null=True)),
                (
                    "margin_cents",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("price_cents"), "-", models.F("cost_cents")
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                ("currency", migration_app.models.fields.CurrencyField(db_default="EUR", max_length=3)),
                (
                    "tax_rate",
                    models.DecimalField(db_default=models.Value(0.19), decimal_places=4, max_digits=5),
                ),
                ("attributes", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                (
                    "keywords",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, db_default=[], size=None
                    ),
                ),
                (
                    "search_document",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "name", "description", config="english"
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(null=True),
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "products",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProductCategory",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product_id",
                        "category_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("is_primary", models.BooleanField(db_default=False)),
                ("position", models.IntegerField(db_default=0)),
            ],
            options={
                "db_table": "product_categories",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProductImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.TextField()),
                ("alt_text", models.CharField(blank=True, db_default="", max_length=255)),
                ("position", models.IntegerField(db_default=0)),
                ("width", models.IntegerField()),
                ("height", models.IntegerField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "product_images",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProductVariant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sku", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160)),
                (
                    "option_values",
                    models.JSONField(blank=True, db_default=models.Value({}, models.JSONField())),
                ),
                ("parcel", migration_app.models.fields.DimensionsField(blank=True, null=True)),
                ("price_cents", models.BigIntegerField(blank=True, null=True)),
                ("weight_g", models.IntegerField(db_default=1)),
                ("position", models.SmallIntegerField(db_default=0)),
                ("is_default", models.BooleanField(db_default=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "product_variants",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProductView",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "id", "viewed_at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "id",
                    models.BigIntegerField(
                        db_default=models.Func(
                            models.Value("product_views_id_seq"),
                            function="nextval",
                            output_field=models.BigIntegerField(),
                        )
                    ),
                ),
                (
                    "viewed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                ("seconds", models.IntegerField(db_default=0)),
                ("referrer", models.TextField(blank=True, db_default="")),
            ],
            options={
                "db_table": "product_views",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("email", migration_app.models.fields.EmailAddressField(max_length=254)),
                ("full_name", models.CharField(max_length=160)),
                ("phone", models.CharField(blank=True, max_length=30, null=True)),
                (
                    "role",
                    migration_app.models.fields.EnumField(
                        "profile_role",
                        choices=[
                            ("customer", "Customer"),
                            ("staff", "Staff"),
                            ("manager", "Manager"),
                            ("admin", "Admin"),
                        ],
                        db_default="customer",
                        max_length=63,
                    ),
                ),
                ("loyalty_points", models.IntegerField(db_default=0)),
                ("marketing_consent", models.BooleanField(db_default=False)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, db_default=[], size=None
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "profiles",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bucket",
                        "subject",
                        "window_start",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bucket", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=120)),
                ("window_start", models.DateTimeField()),
                ("hits", models.IntegerField(db_default=1)),
            ],
            options={
                "db_table": "rate_limits",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RealTimeMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("metric", models.CharField(max_length=60)),
                ("value", models.DecimalField(decimal_places=4, max_digits=18)),
                ("unit", models.CharField(db_default="count", max_length=16)),
                ("labels", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "real_time_metrics",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount_cents", models.BigIntegerField()),
                (
                    "reason",
                    migration_app.models.fields.EnumField(
                        "refund_reason",
                        choices=[
                            ("damaged", "Damaged"),
                            ("wrong item", "Wrong Item"),
                            ("late", "Late"),
                            ("customer's choice", "Customers Choice"),
                        ],
                        max_length=63,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("paid", "Paid"),
                            ("rejected", "Rejected"),
                        ],
                        db_default="requested",
                        max_length=16,
                    ),
                ),
                ("note", models.TextField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "refunds",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SalesMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("orders_count", models.IntegerField(db_default=0)),
                ("units_sold", models.IntegerField(db_default=0)),
                ("gross_cents", models.BigIntegerField(db_default=0)),
                ("refunds_cents", models.BigIntegerField(db_default=0)),
                (
                    "net_cents",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("gross_cents"), "-", models.F("refunds_cents")
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
                (
                    "computed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "sales_metrics",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("ip_address", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent", models.TextField(blank=True, db_default="")),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "sessions",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("carrier", models.CharField(max_length=40)),
                ("tracking_number", models.CharField(blank=True, max_length=80, null=True)),
                (
                    "status",
                    migration_app.models.fields.EnumField(
                        "shipment_status",
                        choices=[
                            ("ready", "Ready"),
                            ("in_transit", "In Transit"),
                            ("delivered", "Delivered"),
                            ("lost", "Lost"),
                            ("returned", "Returned"),
                        ],
                        db_default="ready",
                        max_length=63,
                    ),
                ),
                ("cost_cents", models.IntegerField(db_default=0)),
                ("shipped_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "shipments",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ShoppingCart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("converted", "Converted"), ("abandoned", "Abandoned")],
                        db_default="open",
                        max_length=16,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "shopping_carts",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("currency", migration_app.models.fields.CurrencyField(db_default="EUR", max_length=3)),
                ("timezone", models.CharField(db_default="UTC", max_length=50)),
                ("is_active", models.BooleanField(db_default=True)),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("settings", models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()))),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "stores",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="UserAddress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "profile_id",
                        "address_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    migration_app.models.fields.EnumField(
                        "address_kind",
                        choices=[("shipping", "Shipping"), ("billing", "Billing"), ("both", "Both")],
                        db_default="both",
                        max_length=63,
                    ),
                ),
                ("label", models.CharField(blank=True, db_default="", max_length=40)),
                ("is_default", models.BooleanField(db_default=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="now", output_field=models.DateTimeField())
                    ),
                ),
            ],
            options={
                "db_table": "user_addresses",
                "abstract": False,
                "managed": False,
            },
        ),
    ]
