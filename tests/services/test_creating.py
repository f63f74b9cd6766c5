"""Missing core tables are found, and created as their models say, on real servers."""

from __future__ import annotations

import re
import secrets

import psycopg
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.errors import Refused, StatementFailed, UsageError
from migration_app.models import Category, CategoryClosure, Product, ProductCategory, core_models
from migration_app.router import environment
from migration_app.services.connecting import fingerprint, session, write_mark, write_transaction
from migration_app.services.creating import Created, create_missing_tables
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION, load
from tests.servers import ask, pg_dump_schema, run_sql
from tests.shop import legacy, template

__all__ = ["legacy", "template"]

pytestmark = pytest.mark.django_db(databases=["default"])
MISSING = set(load().created_tables)


def confirmation() -> str:
    with session("prod") as conn:
        return fingerprint(conn).confirmation


def created() -> Created:
    return create_missing_tables("prod", apply=True, confirm=confirmation())


def tables(url: str) -> str:
    return ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


def test_a_dry_run_names_what_is_missing_and_changes_nothing(legacy: str) -> None:
    before = pg_dump_schema(legacy)
    found = create_missing_tables("prod")

    assert set(found.missing) == MISSING
    assert not found.applied
    assert found.statements[0].sql == "SET LOCAL search_path = public"
    assert sum(statement.sql.startswith("CREATE TABLE") for statement in found.statements) == 4
    assert pg_dump_schema(legacy) == before


def test_what_is_referred_to_comes_first(legacy: str) -> None:
    del legacy
    missing = create_missing_tables("prod").missing

    assert missing.index("public.categories") < missing.index("public.categories_closure")
    assert missing.index("public.categories") < missing.index("public.product_categories")


def test_applied_it_creates_them_and_a_second_call_finds_nothing_to_do(legacy: str) -> None:
    first = created()
    after = pg_dump_schema(legacy)
    second = created()

    assert first.applied
    assert set(first.missing) == MISSING
    assert (second.missing, second.statements, second.applied) == ((), (), False)
    assert pg_dump_schema(legacy) == after


def test_nothing_else_is_touched(legacy: str) -> None:
    before = set(pg_dump_schema(legacy).splitlines())
    created()

    assert before - set(pg_dump_schema(legacy).splitlines()) == set()


def test_the_tables_have_keys_checks_and_indexes(legacy: str) -> None:
    created()
    with psycopg.connect(legacy, autocommit=True) as conn:
        snapshot = catalog.read(conn)

    names = {
        address.path[-1]
        for address in snapshot.objects
        if address.kind in {"constraint", "index"} and address.path[:2] != ("public", "products")
    }
    for model in core_models():
        if f"public.{model.table()}" in MISSING:
            wanted = {each.name for each in (*model._meta.constraints, *model._meta.indexes)}
            assert wanted <= names
    actions = "SELECT string_agg(confdeltype::text, '' ORDER BY conname) FROM pg_constraint WHERE conrelid = "
    assert ask(legacy, f"{actions}'product_categories'::regclass AND contype = 'f'") == "cc"
    assert ask(legacy, f"{actions}'categories'::regclass AND contype = 'f'") == "a"


def test_the_models_work_on_what_was_created(legacy: str, aliases: Aliases, django_db_blocker: DjangoDbBlocker) -> None:
    created()
    with django_db_blocker.unblock(), aliases(scratch=legacy), environment("scratch"):
        home = Category.objects.create(slug="home", name="Home")
        mugs = Category.objects.create(slug="mugs", name="Mugs", parent=home)
        CategoryClosure.objects.create(ancestor=home, descendant=mugs, depth=1)
        ProductCategory.objects.create(product=Product.objects.earliest("pk"), category=mugs, is_primary=True)

        assert list(mugs.ancestor_links.values_list("ancestor__slug", "depth")) == [("home", 1)]
        connections["scratch"].close()


@pytest.mark.parametrize("confirm", [None, "shop@elsewhere", ""])
def test_production_is_changed_only_after_its_name_was_typed(legacy: str, confirm: str | None) -> None:
    before = pg_dump_schema(legacy)

    with pytest.raises(Refused):
        create_missing_tables("prod", apply=True, confirm=confirm)

    assert pg_dump_schema(legacy) == before


def test_another_database_needs_our_mark(aliases: Aliases, new_database: NewDatabase, template: str) -> None:
    del template
    url = new_database(None, "CREATE TABLE something (a int)")
    with aliases(test=url):
        with pytest.raises(Refused, match="isn't marked"):
            create_missing_tables("test", apply=True)
        with session("test", writable=True) as conn, write_transaction(conn):
            write_mark(conn, "test")
        with pytest.raises(StatementFailed, match="email_address"):
            create_missing_tables("test", apply=True)

    assert tables(url) == "1"


def test_all_thirty_tables_can_be_created_where_their_types_are(
    prod_server: Cluster, new_database: NewDatabase
) -> None:
    text = LEGACY_PRODUCTION.read_text(encoding="utf-8")
    types = text[: text.index("-- Production tables: business")]
    url = new_database(prod_server, f"{types}; CREATE SEQUENCE product_views_id_seq;")
    with psycopg.connect(url, autocommit=True) as conn:
        database = create_missing_tables(conn, apply=True, confirm=fingerprint(conn).confirmation)

    assert len(database.missing) == 30
    assert (
        ask(url, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace") == "30"
    )


def test_a_name_that_is_taken_is_refused_with_what_took_it(legacy: str) -> None:
    run_sql(legacy, "CREATE VIEW addresses AS SELECT 1 AS id")

    with pytest.raises(Refused, match=r"public\.addresses can't be created: there is a view of that name"):
        created()


def test_a_lock_that_isn_t_given_stops_it_with_nothing_changed(legacy: str) -> None:
    before = pg_dump_schema(legacy)
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(legacy) as other:
        patch.setattr("django.conf.settings.DBSEP", {"LOCK_TIMEOUT": 0.2}, raising=False)
        other.execute("LOCK TABLE products IN ROW EXCLUSIVE MODE")
        with pytest.raises(StatementFailed, match="lock timeout"):
            created()
        other.rollback()

    assert pg_dump_schema(legacy) == before


def test_the_tables_go_where_the_other_core_tables_are(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database(None, 'CREATE SCHEMA "My Shop"; CREATE TABLE "My Shop".products (id bigint PRIMARY KEY)')
    with aliases(url):
        found = create_missing_tables("prod")

    assert '"My Shop".orders' in found.missing
    assert '"My Shop".products' not in found.missing
    assert found.statements[0].sql == 'SET LOCAL search_path = "My Shop"'


def test_an_owner_s_alias_is_used_where_there_is_one(legacy: str, aliases: Aliases) -> None:
    reader = f"reader_{secrets.token_hex(4)}"
    run_sql(legacy, f"CREATE ROLE {reader} LOGIN PASSWORD 'x'; GRANT shop_readonly TO {reader}")
    try:
        read_only = re.sub("//postgres:[^@]*@", f"//{reader}:x@", legacy)
        with aliases(read_only, prod_owner=legacy):
            assert set(create_missing_tables("prod").missing) == MISSING
            assert created().applied
    finally:
        run_sql(legacy, f"DROP OWNED BY {reader}; DROP ROLE {reader}")


def test_an_alias_that_there_isn_t_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        create_missing_tables("nowhere")


def test_it_takes_few_round_trips(legacy: str) -> None:
    del legacy

    assert create_missing_tables("prod").round_trips <= 6
    assert created().round_trips <= 12
