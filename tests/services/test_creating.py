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
from migration_app.engine.errors import DbsepError, Refused, RequirementsMissing, UsageError
from migration_app.engine.model import Verb
from migration_app.models import Category, CategoryClosure, Product, ProductCategory, core_models
from migration_app.router import environment
from migration_app.services.connecting import fingerprint, session, write_mark, write_transaction
from migration_app.services.creating import Created, create_missing_tables
from migration_app.services.dropping import Locked
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION, load
from tests.servers import ask, pg_dump_schema, run_sql
from tests.shop import legacy, template

__all__ = ["legacy", "template"]

pytestmark = pytest.mark.django_db(databases=["default"])
MISSING = set(load().created_tables)


TYPES = sorted(
    {name for model in core_models() for field in model._meta.fields if (name := getattr(field, "type_name", ""))}
)
HALF = """
    CREATE TABLE addresses (id bigint, line1 varchar(160), city text);
    COMMENT ON TABLE addresses IS 'ours';
    INSERT INTO addresses VALUES (1, 'a', 'b'), (1, 'c', 'd');
    CREATE TABLE categories (id bigint PRIMARY KEY, slug varchar(120) UNIQUE);
    ALTER TABLE products DROP COLUMN description CASCADE;
    DROP INDEX orders_open_idx;
    ALTER TABLE orders DROP CONSTRAINT orders_profile_id_fkey, DROP CONSTRAINT orders_number_key;
    ALTER TABLE orders ALTER tax_cents DROP DEFAULT;
"""


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
        with pytest.raises(RequirementsMissing, match=r"needs type public\.order_status") as stopped:
            create_missing_tables("test", apply=True)
        assert stopped.value.hint.startswith("Create these first")

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
        with pytest.raises(Locked, match=r"public\.products"):
            created()
        other.rollback()

    assert pg_dump_schema(legacy) == before


def test_the_tables_go_where_the_other_core_tables_are(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database(None, 'CREATE SCHEMA "My Shop"; CREATE TABLE "My Shop".products (id bigint PRIMARY KEY)')
    with aliases(url):
        run_sql(url, "".join(f'CREATE DOMAIN "My Shop".{name} AS text;' for name in TYPES))
        found = create_missing_tables("prod")

    assert '"My Shop".orders' in found.missing
    assert '"My Shop".products' not in found.missing
    assert found.statements[0].sql == 'SET LOCAL search_path = "My Shop", public'


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


def parts(found: Created, table: str) -> set[str]:
    return {part.rpartition(".")[2] for part in found.incomplete[table]}


def test_a_table_that_half_exists_gets_what_it_lacks_and_nothing_else(legacy: str) -> None:
    run_sql(legacy, HALF)
    found = create_missing_tables("prod")

    assert set(found.missing) == {"public.categories_closure", "public.product_categories"}
    assert parts(found, "public.products") == {"description", "search_document", "products_search_idx"}
    assert {"orders_open_idx", "orders_number_key", "tax_cents"} < parts(found, "public.orders")
    assert not {each.verb for each in found.statements} & {Verb.DROP}
    assert {each.address for each in found.differences} == {
        *(f"migration_app.Address.{name}" for name in ("id", "line1", "city")),
        *(f"migration_app.Category.{name}" for name in ("id", "slug")),
    }
    run_sql(legacy, "TRUNCATE addresses")
    before = set(pg_dump_schema(legacy).replace(",\n", "\n").splitlines())
    after_all = created()
    after = set(pg_dump_schema(legacy).replace(",\n", "\n").splitlines())

    assert before - after == {"    id bigint", "    tax_cents bigint NOT NULL"}, "a key's column, and a default"
    assert after_all.differences == found.differences
    assert create_missing_tables("prod").statements == ()


def test_rows_that_don_t_fit_are_counted_and_stop_it_before_the_first_statement(legacy: str) -> None:
    run_sql(legacy, HALF)
    found = create_missing_tables("prod")

    assert {(str(each.address), each.rows) for each in found.breaking} == {
        ("public.addresses.country_code", 2),
        ("public.addresses.postal_code", 2),
        ("public.addresses.addresses_pkey", 2),
    }
    with pytest.raises(Refused, match=r"2 rows for constraint public\.addresses\.addresses_pkey"):
        created()
    assert tables(legacy) == ask(legacy, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


def test_what_is_there_under_another_name_isn_t_made_twice(legacy: str) -> None:
    run_sql(
        legacy,
        "ALTER TABLE orders RENAME CONSTRAINT orders_number_key TO number_once;"
        "ALTER TABLE orders RENAME CONSTRAINT orders_profile_id_fkey TO whose;"
        "ALTER TABLE orders RENAME CONSTRAINT orders_pkey TO key",
    )

    assert create_missing_tables("prod").incomplete == {}


def test_comments_of_the_models_are_added_where_there_is_none(legacy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "it's 100 % \\ \n; DROP TABLE products; --"
    monkeypatch.setattr(Product._meta, "db_table_comment", said)
    monkeypatch.setattr(Category._meta, "db_table_comment", said)
    monkeypatch.setattr(Product._meta.get_field("sku"), "db_comment", said)
    run_sql(legacy, "COMMENT ON COLUMN products.sku IS 'ours'; COMMENT ON TABLE products IS NULL")
    created()

    assert ask(legacy, "SELECT obj_description('products'::regclass)") == said
    assert ask(legacy, "SELECT obj_description('categories'::regclass)") == said
    assert (
        ask(
            legacy,
            "SELECT col_description('products'::regclass, attnum) FROM pg_attribute WHERE attname = 'sku'"
            " AND attrelid = 'products'::regclass",
        )
        == "ours"
    )
    assert create_missing_tables("prod").statements == ()


@pytest.mark.parametrize("schema", ['a"; DROP TABLE victim; --', "a.b", "50 % 'off' \\", "ä\nb"])
def test_a_schema_with_any_name_gets_its_tables(prod_server: Cluster, new_database: NewDatabase, schema: str) -> None:
    text = LEGACY_PRODUCTION.read_text(encoding="utf-8")
    types = text[: text.index("-- Production tables: business")]
    name = '"' + schema.replace('"', '""') + '"'
    url = new_database(
        prod_server,
        f"{types}; CREATE SCHEMA {name}; CREATE TABLE {name}.stores (id bigint PRIMARY KEY);"
        f"CREATE SEQUENCE {name}.product_views_id_seq; CREATE TABLE victim ()",
    )
    with psycopg.connect(url, autocommit=True) as conn:
        found = create_missing_tables(conn, apply=True, confirm=fingerprint(conn).confirmation)

    assert len(found.missing) == 29
    assert {"slug", "timezone"} <= parts(found, f"{name}.stores")
    assert ask(url, "SELECT count(*) FROM victim") == "0"


def test_a_statement_that_takes_too_long_leaves_nothing(legacy: str) -> None:
    before = pg_dump_schema(legacy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DBSEP", {"STATEMENT_TIMEOUT": 0.001}, raising=False)
        with pytest.raises(DbsepError, match="statement timeout"):
            created()

    assert pg_dump_schema(legacy) == before
