"""Recipes: the app's own come with the wheel, the project's are checked before anything is written."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pytest_django import Settings

from migration_app.engine.errors import UsageError
from migration_app.services.seeding import seed_testdata
from tests.test_wheel import wheel

from .conftest import url_of

__all__ = ["wheel"]
pytestmark = pytest.mark.django_db

Write = Callable[[str], Path]


@pytest.fixture
def recipes(tmp_path: Path, settings: Settings) -> Write:
    """Make the project's recipes: `recipes(text)`."""
    settings.DBSEP = {**getattr(settings, "DBSEP", {}), "RECIPES": tmp_path}

    def write(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text)
        return path

    return write


WRONG = {
    "[ordrs]\nratio = 2": "line 1: ordrs: there is no such table in the target",
    "orders = 3": "line 1: orders: a recipe is a table of TOML",
    "# mine\n\n[orders]\nratios = 2": "line 4: orders.ratios: no such key is known",
    "[orders]\nratio = '2'": "line 2: orders.ratio: '2' won't do",
    "[orders]\nrows = 0": "line 2: orders.rows: 0 won't do",
    "[orders]\nsql = 'select 1'\nratio = 2": "line 2: orders.sql: SQL that fills a table leaves nothing to other keys",
    "[orders.columns]\nnote = \"'x'\"\ntotal = '1'": "line 3: orders.columns.total: orders has no such column",
    "[orders]\ncolumns.total_cents = '1'": "line 2: orders.columns.total_cents: the column is generated",
    "[orders]\ncolumns.note = 3": "line 2: orders.columns.note: 3 is no SQL expression",
    "[orders]\n\ncolumns.note = 'nte'": "line 3: orders.columns.note: 'nte' is no column of orders",
    "[orders]\ncolumns.note = '\"store_id.nme\"'": "'store_id.nme' is no column of orders",
    "[orders]\ncolumns.note = '(((1'": "orders.columns.note: the expression can't be understood: (((1",
    "[orders.columns.subtotal_cents]\nsum = '1'\nof = 'carts'\nby = 'id'": "carts.id doesn't refer to orders",
    "[orders]\ncolumns.note = { sum = '1' }": "orders.columns.note: no such value is known: sum",
    "[orders\n": "can't be read: ",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_recipe_is_told_with_its_file_and_line(shop: psycopg.Connection, recipes: Write, text: str) -> None:
    path = recipes(text)
    with pytest.raises(UsageError) as caught:
        seed_testdata("test", rows=5, tables=("stores",))
    assert caught.value.message.startswith(str(path))
    assert WRONG[text] in caught.value.message
    assert caught.value.hint
    assert shop.execute("select count(*) from stores").fetchone() == (0,)


def test_the_projects_recipe_replaces_the_apps(shop: psycopg.Connection, recipes: Write) -> None:
    recipes("[stores]\nrows = 7\ncolumns.name = \"'Store ' || row\"\n[audit_log]\nratio = 3")
    seeded = seed_testdata("test", rows=5, tables=("stores", "audit_log"))
    assert (seeded.tables["stores"], seeded.tables["audit_log"]) == (7, 15)
    assert shop.execute("select name from stores order by id limit 2").fetchall() == [("Store 0",), ("Store 1",)]


def test_the_apps_recipes_are_for_the_core_tables_only(shop: psycopg.Connection) -> None:
    shop.execute("drop schema public, reporting cascade; create schema public")
    shop.execute("create table orders (id int primary key, number text); create table stores (id int primary key)")
    seeded = seed_testdata("test", rows=9)
    assert (dict(seeded.tables), dict(seeded.unfilled)) == ({"orders": 9, "stores": 9}, {})


def test_a_folder_that_is_not_there_is_named(shop: psycopg.Connection, settings: Settings, tmp_path: Path) -> None:
    del shop
    settings.DBSEP = {"RECIPES": tmp_path / "nowhere"}
    with pytest.raises(UsageError, match="nowhere"):
        seed_testdata("test", rows=5)


FROM_THE_WHEEL = """
from django.conf import settings
settings.configure(
    SECRET_KEY="x", USE_TZ=True, INSTALLED_APPS=["migration_app"], BASE_DIR={base!r}, DATABASES={{
        "default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
)
import django
django.setup()
import psycopg
from django.core.management import call_command
from migration_app.services import seed_testdata
call_command("migrate", verbosity=0)
with psycopg.connect({url!r}, autocommit=True) as connection:
    seed_testdata(connection, profile="demo")
"""


def test_the_wheel_brings_the_shops_recipes(shop: psycopg.Connection, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = FROM_THE_WHEEL.format(base=str(tmp_path), url=url_of(shop))
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{program}"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    untrue = """select from orders as o where subtotal_cents <>
                (select coalesce(sum(line_total_cents), 0) from order_items where order_id = o.id)"""
    assert shop.execute(untrue).fetchall() == []
    assert shop.execute("select count(*) from orders").fetchone() == (60,)
