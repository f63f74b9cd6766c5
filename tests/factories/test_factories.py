"""What bakery prepares is written into the alias that is meant, past every rule of its tables, and nowhere else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from model_bakery import baker
from model_bakery.recipe import Recipe, foreign_key, related
from pytest_django import Settings

from migration_app.engine.errors import Refused, UsageError
from migration_app.engine.rows.values import Unsatisfiable
from migration_app.factories import make, make_recipe, prepare, write
from migration_app.models import Order, Product, Store, core_models

from .zoo import Animal, Keeper, Loop, Lost, Toy


def rows(connection: BaseDatabaseWrapper, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


def test_there_is_a_recipe_for_each_core_model_and_its_rows_are_taken(zoo: BaseDatabaseWrapper) -> None:
    owner = {"profile": make_recipe("migration_app.profile")}  # a cart must be somebody's
    root = make_recipe("migration_app.category")
    alone = {
        "shopping_cart": owner,
        "cart_item": {"cart": make_recipe("migration_app.shopping_cart", **owner)},
        "category_closure": {"ancestor": root, "descendant": root},
    }
    for model in core_models():
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()
        made = make_recipe(f"migration_app.{name}", **alone.get(name, {}))
        assert made._state.db == "test"
        assert not made._state.adding
    assert len(core_models()) == 30
    assert [model.table() for model in core_models() if not rows(zoo, model.table())] == []


def test_made_up_values_keep_every_rule_and_given_ones_stay(zoo: BaseDatabaseWrapper) -> None:
    keepers = make(Keeper, _quantity=3)
    animals = make(Animal, _quantity=20, keeper=keepers[0], name="Ann")
    assert sorted(keeper.rating for keeper in keepers) == [1, 2, 3]
    assert {animal.name for animal in animals} == {"Ann"}
    assert (rows(zoo, "keepers"), rows(zoo, "animals")) == (3, 20)


def test_what_no_value_can_keep_is_told_with_the_rule(zoo: BaseDatabaseWrapper) -> None:
    with pytest.raises(Unsatisfiable, match="keepers_check"):
        make(Keeper, joined=date(1960, 1, 1))
    with pytest.raises(IntegrityError, match=r"keepers_(rating|name)_key"):
        make(Keeper, _quantity=4)
    assert rows(zoo, "keepers") == 0


def test_a_given_value_that_breaks_a_rule_is_refused_by_the_server(zoo: BaseDatabaseWrapper) -> None:
    good: dict[str, Any] = {
        "name": "a",
        "mood": "calm",
        "share": 1,
        "code": "ABC",
        "born": "1990-01-01",
        "joined": "2020-01-01",
    }
    with pytest.raises(IntegrityError, match="keepers_rating_check"), transaction.atomic(using="test"):
        make(Keeper, **good, rating=4)
    assert rows(zoo, "keepers") == 0


def test_unsaved_related_objects_and_many_to_many_rows_stay_with_the_alias(zoo: BaseDatabaseWrapper) -> None:
    toys = [prepare(Toy), prepare(Toy)]
    animal = make(Animal, toys=toys, played=[toys[0]], about=toys[1])
    assert animal.keeper.pk
    tied = Animal.toys.through._base_manager.using("test").values_list("animal_id", "toy_id")
    assert set(tied) == {(animal.pk, toy.pk) for toy in toys}
    assert (ContentType._base_manager.using("test").get().model, animal.object_id) == ("toy", toys[1].pk)
    counts = {
        table: rows(zoo, table)
        for table in ("keepers", "animals", "toys", "animals_toys", "visits", "django_content_type")
    }
    assert counts == {"keepers": 1, "animals": 1, "toys": 2, "animals_toys": 2, "visits": 1, "django_content_type": 1}


def test_recipes_with_foreign_keys_and_children_are_prepared_and_written(zoo: BaseDatabaseWrapper) -> None:
    child = Recipe(Animal, kind="bee")
    parent = Recipe(Keeper, animals=related(child, child))
    make_recipe(Recipe(Animal, keeper=foreign_key(parent)))
    assert (rows(zoo, "keepers"), rows(zoo, "animals")) == (1, 3)


def test_children_are_written_with_their_parent(zoo: BaseDatabaseWrapper) -> None:
    keeper = make(Keeper, animals=[prepare(Animal, name="one"), prepare(Animal, name="two")])
    names = Animal._base_manager.using("test").filter(keeper=keeper).values_list("name", flat=True)
    assert sorted(names) == ["one", "two"]
    assert rows(zoo, "keepers") == 1


def test_several_objects_are_written_in_the_order_of_their_references(zoo: BaseDatabaseWrapper) -> None:
    keeper = prepare(Keeper)
    animals = prepare(Animal, _quantity=3, keeper=keeper)
    write(*animals, keeper, using="test")
    assert (rows(zoo, "keepers"), rows(zoo, "animals")) == (1, 3)


def test_all_or_nothing_is_written(zoo: BaseDatabaseWrapper) -> None:
    with pytest.raises(DatabaseError):
        write(prepare(Toy), baker.prepare(Keeper, rating=4), using="test")
    assert rows(zoo, "toys") == 0


def test_a_date_that_django_would_replace_is_written_as_given(zoo: BaseDatabaseWrapper) -> None:
    from datetime import UTC, datetime

    then = datetime(2020, 2, 2, tzinfo=UTC)
    assert Animal._base_manager.using("test").get(pk=make(Animal, made=then).pk).made == then
    assert rows(zoo, "animals") == 1


def test_production_is_refused(zoo: BaseDatabaseWrapper, settings: Settings) -> None:
    settings.DBSEP = {"ENVIRONMENTS": {"other": "production", "test": "test"}}
    with pytest.raises(Refused, match="is production"):
        make(Store, _using="other")
    assert rows(zoo, "stores") == 0


def test_who_asks_another_alias_is_refused(zoo: BaseDatabaseWrapper) -> None:
    def elsewhere() -> str:
        return str(Toy._base_manager.using("other").count())

    with pytest.raises(Refused, match="'other' while rows were made for 'test'"):
        make(Toy, name=elsewhere)
    elsewhere_kept = Keeper(pk=1)
    elsewhere_kept._state.db, elsewhere_kept._state.adding = "other", False
    with pytest.raises(Refused, match="is a row of 'other'"):
        make(Animal, keeper=elsewhere_kept)
    assert rows(zoo, "animals") == 0


def test_a_circle_and_a_missing_table_are_told(zoo: BaseDatabaseWrapper) -> None:
    with pytest.raises(UsageError, match="nowhere isn't there in 'test'"):
        make(Lost)
    one, two = prepare(Loop), prepare(Loop)
    one.next, two.next = two, one
    with pytest.raises(UsageError, match=r"in a circle: zoo.Loop → zoo.Loop → zoo.Loop"):
        write(one)
    assert zoo.alias == "test"


def test_orders_get_lines_of_their_store(zoo: BaseDatabaseWrapper) -> None:
    store = make_recipe("migration_app.store")
    order = make_recipe("migration_app.order", store=store, profile=None)
    product = make_recipe("migration_app.product", store=store)
    variant = make_recipe("migration_app.product_variant", product=product)
    line = make_recipe("migration_app.order_item", order=order, product=product, variant=variant)
    assert Order.objects.using("test").get(pk=order.pk).store == store
    assert Product.objects.using("test").get(pk=line.product_id).store_id == store.pk
    assert rows(zoo, "stores") == 1
