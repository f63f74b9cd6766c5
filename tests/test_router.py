"""Core models go where the caller says, production is for reading, and nobody else's models are touched."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, router
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from migration_app.embedded import Cluster
from migration_app.engine.errors import Refused, UsageError
from migration_app.models import Order, OrderItem, Run, Store, core_models
from migration_app.router import Router, current_environment, environment
from tests.conftest import _aliases
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import run_sql

ALIASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "prod": {"ENGINE": "django.db.backends.postgresql", "NAME": "p"},
    "prod_owner": {"ENGINE": "django.db.backends.postgresql", "NAME": "p"},
    "test": {"ENGINE": "django.db.backends.postgresql", "NAME": "t"},
    "warehouse": {"ENGINE": "django.db.backends.postgresql", "NAME": "w"},
}


@pytest.fixture(scope="module")
def shop(prod_server: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The aliases `prod` and `test`, each on a database of its own with the founding case in it."""
    names = [f"router_{secrets.token_hex(4)}" for _ in range(2)]
    urls = [prod_server.url(name) for name in names]
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {names[0]}".encode())
        run_sql(urls[0], LEGACY_PRODUCTION)
        server.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}".encode())
        with django_db_blocker.unblock(), _aliases(*urls):
            yield
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def names_database(queryset: models.QuerySet[Order]) -> str:
    with connections[queryset.db].cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


@pytest.fixture
def configured() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("migration_app.router.django_settings.DATABASES", ALIASES)
        yield


@pytest.mark.usefixtures("configured")
def test_the_setting_chooses_where_core_models_go() -> None:
    assert router.db_for_read(Order) == "test"
    with override_settings(DBSEP={"ENVIRONMENT": "prod"}):
        assert router.db_for_read(Order) == "prod"


@pytest.mark.usefixtures("configured")
def test_the_innermost_block_wins_and_ends_when_something_is_raised() -> None:
    with environment("prod"):
        with contextlib.suppress(ZeroDivisionError), environment("test"):
            assert router.db_for_read(Order) == "test"
            raise ZeroDivisionError
        assert router.db_for_read(Order) == "prod"
    assert current_environment() == "test"


@pytest.mark.usefixtures("configured")
def test_an_unknown_alias_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="'prd'") as refused, environment("prd"):
        pass

    assert "prod" in refused.value.hint


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("model", core_models(), ids=lambda model: model.table())
@pytest.mark.parametrize("alias", ["prod", "prod_owner"])
def test_no_core_table_of_production_is_written(model: type[models.Model], alias: str) -> None:
    with environment(alias):
        assert router.db_for_read(model) == alias
        with pytest.raises(Refused, match="for reading") as refused:
            router.db_for_write(model)

    assert "environment(" in refused.value.hint


@pytest.mark.usefixtures("configured")
def test_other_environments_can_be_written() -> None:
    assert router.db_for_write(Order) == "test"
    with environment("warehouse"):
        assert router.db_for_write(Order) == "warehouse"


@pytest.mark.usefixtures("configured")
def test_history_goes_to_the_control_database_whatever_the_environment() -> None:
    with environment("prod"):
        assert router.db_for_read(Run) == "default"
        assert router.db_for_write(Run) == "default"


@pytest.mark.usefixtures("configured")
def test_other_apps_are_left_to_the_host() -> None:
    ours = Router()

    with environment("prod"):
        assert ours.db_for_read(User) is None
        assert ours.db_for_write(User) is None
        assert ours.allow_relation(User(), ContentType()) is None


@pytest.mark.parametrize("db", ALIASES)
@pytest.mark.parametrize("model", core_models(), ids=lambda model: model.table())
def test_core_tables_are_migrated_nowhere(db: str, model: type[models.Model]) -> None:
    assert Router().allow_migrate(db, "migration_app", model._meta.model_name) is False


@pytest.mark.parametrize(
    ("db", "app", "model", "allowed"),
    [
        ("default", "migration_app", "run", True),
        ("prod", "migration_app", "run", False),
        ("test", "migration_app", None, False),
        ("warehouse", "migration_app", "step", False),
        ("prod", "contenttypes", "contenttype", False),
        ("prod_owner", "auth", "user", False),
        ("test", "sessions", None, False),
        ("default", "auth", "user", None),
        ("warehouse", "auth", "user", None),
        ("prod", "shop_of_the_host", "thing", None),
        ("test", "shop_of_the_host", "thing", None),
    ],
)
def test_migrations_run_where_they_belong(db: str, app: str, model: str | None, allowed: bool | None) -> None:
    assert Router().allow_migrate(db, app, model) is allowed


@override_settings(DBSEP={"NO_SUCH_KEY": 1})
def test_a_broken_setting_doesn_t_stop_the_checks_that_would_name_it() -> None:
    assert Router().allow_migrate("prod", "auth", "user") is False


@pytest.mark.usefixtures("configured")
def test_objects_meet_within_one_alias_only() -> None:
    order, store, other = Order(), Store(), Store()
    order._state.db, store._state.db, other._state.db = "test", "test", "prod"

    assert router.allow_relation(order, store)
    assert not router.allow_relation(order, other)


@pytest.mark.usefixtures("configured")
def test_each_thread_and_each_task_has_its_own_choice() -> None:
    seen: dict[str, str] = {}

    async def task(alias: str, ready: asyncio.Event) -> None:
        with environment(alias):
            ready.set()
            await asyncio.sleep(0.01)
            seen[alias] = current_environment()

    async def both() -> None:
        await asyncio.gather(*(task(alias, asyncio.Event()) for alias in ("prod", "test", "warehouse")))

    with environment("warehouse"):
        thread = threading.Thread(target=lambda: seen.setdefault("thread", current_environment()))
        thread.start()
        thread.join()
    asyncio.run(both())

    assert seen == {"prod": "prod", "test": "test", "warehouse": "warehouse", "thread": "test"}


@pytest.mark.usefixtures("shop")
def test_rows_are_read_where_the_block_says_and_what_hangs_on_them_too() -> None:
    with environment("prod"):
        order = Order.objects.get(pk=1)
        read_from = names_database(Order.objects.all())

    assert names_database(Order.objects.all()) != read_from
    assert order.store._state.db == "prod"
    assert {item._state.db for item in OrderItem.objects.using("prod").filter(order=order)} == {"prod"}


@pytest.mark.usefixtures("shop")
def test_writing_to_production_is_refused_before_a_statement_is_sent() -> None:
    with environment("prod"):
        order = Order.objects.get(pk=1)
        for write in (
            lambda: Store.objects.create(slug="x", name="X"),
            lambda: Store.objects.filter(pk=1).update(name="X"),
            lambda: Store.objects.filter(pk=4).delete(),
            lambda: Store.objects.get_or_create(slug="nowhere"),
        ):
            with pytest.raises(Refused):
                write()
    with pytest.raises(Refused):
        order.save()

    assert Store.objects.using("prod").count() == 4


@pytest.mark.usefixtures("shop")
def test_writing_to_the_test_database_leaves_production_as_it_was() -> None:
    Store.objects.create(slug="only-here", name="Only here")

    assert Store.objects.filter(slug="only-here").exists()
    assert not Store.objects.using("prod").filter(slug="only-here").exists()
