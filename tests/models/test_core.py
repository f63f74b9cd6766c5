"""Each model is held against its live table: columns, nulls, types, defaults, keys, checks, indexes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from migration_app.models import CoreTable, RealTimeMetric, core_models

MISSING = {"addresses", "categories", "categories_closure", "product_categories"}
CORE = {
    *("products", "product_variants", "product_images", "categories", "categories_closure"),
    *("inventory_items", "orders", "order_items", "stores", "profiles", "addresses", "user_addresses"),
    *("payments", "shipments", "discounts", "discount_products", "discount_stores", "gift_cards"),
    *("events", "shopping_carts", "cart_items", "product_categories"),
    *("sales_metrics", "inventory_metrics", "customer_metrics", "real_time_metrics"),
    *("sessions", "rate_limits", "refunds", "product_views"),
}
LIVE = [model for model in core_models() if model.table() not in MISSING]
each_live_model = pytest.mark.parametrize("model", LIVE, ids=lambda model: model.table())


def rows(connection: BaseDatabaseWrapper, query: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def columns(connection: BaseDatabaseWrapper, table: str) -> dict[str, tuple[Any, ...]]:
    found = rows(
        connection,
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull,
            a.atthasdef OR a.attidentity <> '', a.attgenerated <> ''
        FROM pg_attribute AS a
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
        """,
        table,
    )
    return {row[0]: row[1:] for row in found}


def names(connection: BaseDatabaseWrapper, query: str, table: str) -> set[str]:
    return {row[0] for row in rows(connection, query, table)}


def fields(model: type[CoreTable]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_fields if field.column]


def nullable(field: models.Field[Any, Any]) -> bool:
    told = field.output_field if isinstance(field, models.GeneratedField) else field
    assert told is not None
    return told.null


def keys(model: type[CoreTable]) -> list[Any]:
    """The foreign keys that the table has; Any, because the stubs know no db_constraint."""
    found: list[Any] = [field for field in fields(model) if isinstance(field, models.ForeignKey)]
    return [field for field in found if field.db_constraint]


def test_there_is_a_model_for_each_of_the_thirty_core_tables() -> None:
    assert [model.table() for model in core_models()] == sorted(CORE)
    assert len(CORE) == 30


def test_django_finds_nothing_wrong_with_the_models() -> None:
    found = [message for message in run_checks() if isinstance(message.obj, type)]

    assert [message for message in found if issubclass(message.obj, CoreTable)] == []


def test_no_model_is_managed() -> None:
    assert not [model for model in core_models() if model._meta.managed]


def test_a_real_time_metric_has_to_have_a_store() -> None:
    field = RealTimeMetric._meta.get_field("store")

    assert isinstance(field, models.ForeignKey)
    assert (field.column, field.null, field.blank) == ("store_id", False, False)


@each_live_model
def test_the_model_has_the_tables_columns_with_their_types(
    rolled_back: BaseDatabaseWrapper, model: type[CoreTable]
) -> None:
    collation = {field: f' COLLATE "{found}"' for field in fields(model) if (found := _collation(field))}
    wanted = ", ".join(
        f'"{field.column}" {field.db_parameters(rolled_back)["type"]}{collation.get(field, "")}'
        for field in fields(model)
    )
    with rolled_back.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE wanted ({wanted})")

    live = columns(rolled_back, model.table())
    modelled = columns(rolled_back, "wanted")
    assert {name: (kind, sort) for name, (kind, sort, *_) in modelled.items()} == {
        name: (kind, sort) for name, (kind, sort, *_) in live.items()
    }


def _collation(field: models.Field[Any, Any]) -> str | None:
    return getattr(field, "db_collation", None)


@each_live_model
def test_the_model_has_the_tables_nulls_and_defaults(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    live = columns(shop, model.table())

    for field in fields(model):
        not_null, has_default, generated = live[str(field.column)][2:]
        automatic = isinstance(field, (models.AutoField, models.BigAutoField))
        known = automatic or field.has_db_default() or type(field).__name__ == "CurrencyField"
        assert nullable(field) != not_null, field
        assert isinstance(field, models.GeneratedField) == generated, field
        if type(field).__name__ == "CurrencyField":
            continue  # the domain itself brings the default
        assert known == (has_default and not generated), field


@each_live_model
def test_django_sees_the_same_columns_and_nulls_by_introspection(
    shop: BaseDatabaseWrapper, model: type[CoreTable]
) -> None:
    with shop.cursor() as cursor:
        described = shop.introspection.get_table_description(cursor, model.table())

    modelled = {field.column: nullable(field) for field in fields(model)}
    assert {info.name: info.null_ok for info in described} == modelled


@each_live_model
def test_the_model_has_the_tables_keys(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    with shop.cursor() as cursor:
        primary = shop.introspection.get_primary_key_columns(cursor, model.table())
        relations = shop.introspection.get_relations(cursor, model.table())

    modelled = {field.column: (field.target_field.column, field.related_model._meta.db_table) for field in keys(model)}
    core = {column: target for column, target in relations.items() if target[1] in CORE}
    assert tuple(primary or ()) == tuple(field.column for field in model._meta.pk_fields)
    assert core == modelled


@each_live_model
def test_the_model_deletes_as_the_foreign_key_does(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    query = """
        SELECT a.attname, f.confdeltype FROM pg_constraint AS f
        JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = %s::regclass
    """
    meaning: dict[Any, set[str]] = {models.CASCADE: {"c"}, models.SET_NULL: {"n"}, models.RESTRICT: {"r", "a"}}
    live = dict(rows(shop, query, model.table()))

    for field in keys(model):
        assert live[field.column] in meaning[field.remote_field.on_delete], field


@each_live_model
def test_the_model_names_the_tables_checks_and_indexes(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    checks = names(
        shop,
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
        model.table(),
    )
    indexes = names(
        shop,
        """SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
           WHERE NOT i.indisprimary AND i.indrelid = %s::regclass""",
        model.table(),
    )
    single = {f"{model.table()}_{f.column}_key" for f in fields(model) if f.unique and not f.primary_key}
    unique = {c.name for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)}

    assert checks == {c.name for c in model._meta.constraints if isinstance(c, models.CheckConstraint)}
    assert indexes == {index.name for index in model._meta.indexes} | unique | single


@each_live_model
def test_an_enums_choices_are_its_labels(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    for field in fields(model):
        if type(field).__name__ == "EnumField":
            (labels,) = rows(shop, f"SELECT enum_range(NULL::{field.db_type(shop)})::text[]")
            assert [value for value, _ in field.choices or ()] == labels[0], field


@each_live_model
def test_all_rows_of_the_founding_case_can_be_read(shop: BaseDatabaseWrapper, model: type[CoreTable]) -> None:
    objects = list(model._default_manager.using(shop.alias).all())

    assert len(objects) == rows(shop, f"SELECT count(*) FROM {model.table()}")[0][0]
    assert str(objects[0])
