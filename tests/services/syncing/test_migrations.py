"""A plan written as a migration leads there and back again, and says where it loses data."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState
from psycopg.conninfo import conninfo_to_dict
from pytest_django.plugin import DjangoDbBlocker

from migration_app.engine.errors import UsageError
from migration_app.services.connecting import session
from migration_app.services.syncing import Synced, Wanted, Writing, sync_schema
from tests.engine.trial import psql
from tests.servers import pg_dump_schema
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"], transaction=True)

OLD = """
CREATE TABLE orders (id integer PRIMARY KEY, total integer, gone bytea);
CREATE FUNCTION f(t text) RETURNS text LANGUAGE sql AS $$ SELECT '100%s' || t $$;
INSERT INTO orders VALUES (1, 2, 'x');
"""
NEW = """
CREATE TABLE orders (id integer PRIMARY KEY, total bigint NOT NULL, "odd ""%s" text DEFAULT E'a\\'b\\\\');
CREATE FUNCTION f(t text) RETURNS text LANGUAGE sql AS $$ SELECT '50%d' ||
t $$;
CREATE INDEX orders_total ON orders (total);
"""
LEFT_BY_DJANGO = Wanted(skip=("table public.django_migrations",))


@pytest.fixture(autouse=True)
def _reaching_test(django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django connect to an alias that came up within the test."""
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", django_db_blocker._real_ensure_connection)


def written(folder: Path, style: str, **wanted: Any) -> Synced:  # noqa: ANN401 - passed on
    return sync_schema("prod", "test", wanted=Wanted(**wanted), write=Writing("change", style, folder))


def run(path: Path, *, forwards: bool) -> None:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    migration: migrations.Migration = module.Migration(path.stem, "shop")
    with connections["test"].schema_editor(atomic=migration.atomic) as editor:
        if forwards:
            migration.apply(ProjectState(), editor)
        else:
            migration.unapply(ProjectState(), editor)


def drop_mark(url: str) -> str:
    return "\n".join(line for line in pg_dump_schema(url).splitlines() if "COMMENT ON DATABASE" not in line)


@pytest.mark.parametrize("one_transaction", [False, True])
def test_django_goes_there_and_back(pair: MakePair, tmp_path: Path, *, one_transaction: bool) -> None:
    both = pair(NEW, OLD)
    folder = tmp_path / "shop" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0007_before.py").touch()
    before = drop_mark(both.test)
    (path,) = written(folder, "django", one_transaction=one_transaction).written
    text = path.read_text()

    assert path.name == "0008_change.py"
    assert "dependencies = [('shop', '0007_before')]" in text
    assert f"atomic = {one_transaction}" in text
    assert "LOSES DATA: drop column public.orders.gone deletes data" in text
    assert "the way back: drop column public.orders" in text
    run(path, forwards=True)
    assert not sync_schema("prod", "test").planned
    run(path, forwards=False)
    assert sorted(drop_mark(both.test).splitlines()) == sorted(before.splitlines())


MANAGE = """
import sys
import django
from django.conf import settings
from django.core.management import execute_from_command_line
settings.configure(
    INSTALLED_APPS=["shop"],
    DATABASES={{
        "default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {sqlite!r}}},
        "test": {{"ENGINE": "django.db.backends.postgresql", **{place!r}}},
    }},
)
django.setup()
execute_from_command_line(sys.argv)
"""


def test_a_project_of_its_own_migrates_there_and_back(pair: MakePair, tmp_path: Path) -> None:
    both = pair(NEW, OLD)
    before = drop_mark(both.test)
    folder = tmp_path / "shop" / "migrations"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    written(folder, "django")
    found = conninfo_to_dict(both.test)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    place = {setting: str(found[key]) for setting, key in names.items() if key in found}
    manage = tmp_path / "manage.py"
    manage.write_text(MANAGE.format(sqlite=str(tmp_path / "control.sqlite3"), place=place))

    def migrate(*words: str) -> None:
        program = [sys.executable, str(manage), "migrate", "shop", *words]
        done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr

    migrate("--database", "default")  # SQLite would understand none of it
    migrate("--database", "test")
    assert [str(each.address) for each in sync_schema("prod", "test", wanted=LEFT_BY_DJANGO).statements] == []
    assert both.ask("SELECT total FROM orders") == "2"
    migrate("zero", "--database", "test")
    both.run("DROP TABLE django_migrations")
    assert sorted(drop_mark(both.test).splitlines()) == sorted(before.splitlines())


def test_django_leaves_other_databases_alone(pair: MakePair, tmp_path: Path) -> None:
    both = pair(NEW, OLD)
    folder = tmp_path / "migrations"
    (path,) = sync_schema("prod", "test", write=Writing("change", "django", folder, ("staging",))).written
    before = pg_dump_schema(both.test)
    run(path, forwards=True)
    assert pg_dump_schema(both.test) == before


def test_plain_sql_goes_there_and_back(pair: MakePair, tmp_path: Path) -> None:
    both = pair(NEW, OLD)
    before = drop_mark(both.test)
    up, down = written(tmp_path, "sql").written

    assert (up.name, down.name) == ("0001_change.up.sql", "0001_change.down.sql")
    psql(both.test, up)
    assert not sync_schema("prod", "test").planned
    psql(both.test, down)
    assert sorted(drop_mark(both.test).splitlines()) == sorted(before.splitlines())
    assert [path.name for path in written(tmp_path, "sql").written] == ["0002_change.up.sql", "0002_change.down.sql"]


def test_a_rename_goes_there_and_back(pair: MakePair, tmp_path: Path) -> None:
    both = pair("CREATE TABLE b (id serial PRIMARY KEY, y int);", "CREATE TABLE a (id serial PRIMARY KEY, x int);")
    before = drop_mark(both.test)
    up, down = written(tmp_path, "sql", rename=("table:a=b", "column:a.x=y")).written

    psql(both.test, up)
    assert not sync_schema("prod", "test").planned
    psql(both.test, down)
    assert drop_mark(both.test) == before


def test_supabase_gets_a_file_for_each_transaction(pair: MakePair, tmp_path: Path) -> None:
    both = pair(
        "CREATE TYPE t AS ENUM ('a', 'b'); CREATE TABLE x (v t DEFAULT 'b');",
        "CREATE TYPE t AS ENUM ('a'); CREATE TABLE x (v t DEFAULT 'a');",
    )
    *files, back = written(tmp_path / "migrations", "supabase").written

    assert len(files) == 2
    assert back == tmp_path / "rollbacks" / files[0].name
    for file in files:
        assert file.name[:14].isdigit()
        with session("test", writable=True) as conn, conn.transaction():
            conn.execute(file.read_text().encode())
    assert both.alike


def test_a_name_that_can_t_be_a_file_s_is_a_usage_error(pair: MakePair, tmp_path: Path) -> None:
    pair(NEW, OLD)
    with pytest.raises(UsageError, match="can't name a migration"):
        sync_schema("prod", "test", write=Writing("../x", "sql", tmp_path))


def test_a_name_with_a_line_break_stays_inside_its_comment(pair: MakePair, tmp_path: Path) -> None:
    pair('CREATE TABLE "a\nDROP TABLE b;" (id int);', "CREATE TABLE b ();")
    up, _ = written(tmp_path, "sql", excepted=("public.b",)).written
    comments = [line for line in up.read_text().splitlines() if line.startswith("--")]
    assert any("DROP TABLE b" in line for line in comments)
