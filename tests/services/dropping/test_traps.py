"""The traps that a naive script falls into, one by one, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from migration_app.engine.errors import Refused, UsageError
from migration_app.services.restoring import restore_test_tables
from tests.servers import run_psql

if TYPE_CHECKING:
    from migration_app.services.dropping import Dropped
    from tests.services.dropping.conftest import MakeShop, Shop

pytestmark = pytest.mark.django_db


COPYING = """
CREATE FUNCTION copy_row() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    EXECUTE format('INSERT INTO %I SELECT $1.*', TG_ARGV[0]) USING NEW;
    RETURN NEW;
END$$;
CREATE TRIGGER copying AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION copy_row('test_orders');
"""


def blocked(planned: Dropped) -> dict[str, str]:
    return {each.table: ", ".join(each.dependents) for each in planned.blocked}


def kept(planned: Dropped) -> dict[str, str]:
    return {each.name: each.reason for each in planned.kept}


def round_trip(shop: Shop, **options: object) -> Dropped:
    """Drop, restore, and hold what pg_dump says against what it said before."""
    before = shop.dump()
    dropped = shop.drop(**options)
    assert dropped.run is not None
    restore_test_tables(dropped.run, apply=True, confirm=shop.confirmation)
    assert shop.dump() == before
    return dropped


def test_an_underscore_is_no_wildcard(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE testimonials (); CREATE TABLE tests (); CREATE TABLE testXorders (); CREATE TABLE test_a ()"
    )
    here.drop()

    assert here.tables() == {"public.testimonials", "public.tests", "public.testxorders"}


def test_the_case_of_the_prefix_counts(shop: MakeShop) -> None:
    here = shop('CREATE TABLE "TEST_orders" (); CREATE TABLE "Test_Orders" (); CREATE TABLE "test_Orders" ()')
    dropped = here.drop()

    assert dropped.dropped == ('public."test_Orders"',)
    assert here.tables() == {'public."TEST_orders"', 'public."Test_Orders"'}


@pytest.mark.parametrize(
    ("sql", "dependent"),
    [
        (
            "CREATE TABLE refunds (o int CONSTRAINT refund_of REFERENCES test_orders)",
            "foreign key refund_of of public.refunds",
        ),
        ("CREATE VIEW report AS SELECT * FROM test_orders", "view public.report"),
        ("CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM test_orders", "materialized view public.sums"),
        (
            "CREATE FUNCTION reset() RETURNS void LANGUAGE sql AS 'DELETE FROM test_orders'",
            "function public.reset(), which names it",
        ),
        (
            "CREATE FUNCTION reset() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'TRUNCATE TEST_ORDERS'; END$$",
            "function public.reset(), which names it",
        ),
        (
            "CREATE FUNCTION one() RETURNS test_orders LANGUAGE sql RETURN NULL::test_orders",
            "function public.one()",
        ),
        (
            "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM test_orders; END",
            "function public.f()",
        ),
        (
            "CREATE POLICY known ON orders USING (id IN (SELECT id FROM test_orders))",
            "policy known on public.orders",
        ),
        (
            COPYING,
            "trigger copying on public.orders, which names it",
        ),
        ("CREATE TABLE archive (o test_orders)", "column public.archive.o"),
        ("CREATE TABLE archive () INHERITS (test_orders)", "table public.archive"),
        ("CREATE PUBLICATION feed FOR TABLE test_orders", "publication feed"),
    ],
)
def test_what_production_needs_is_held_back_and_explained(shop: MakeShop, sql: str, dependent: str) -> None:
    here = shop(
        f"CREATE TABLE orders (id int); CREATE TABLE test_orders (id int PRIMARY KEY); CREATE TABLE test_x (); {sql}"
    )
    before = here.dump()[0]
    planned = here.plan()

    assert dependent in blocked(planned)["public.test_orders"]
    assert planned.tables == ("public.test_x",)
    here.drop()
    assert here.dump()[0].replace("test_x", "") != before
    assert "public.test_orders" in here.tables()


def test_a_table_with_the_prefix_that_only_production_uses_is_productions(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE test_labs (id int PRIMARY KEY);"
        "CREATE TABLE test_results (id int PRIMARY KEY, lab int REFERENCES test_labs);"
        "CREATE VIEW quality AS SELECT * FROM test_results; CREATE TABLE test_orders ()"
    )
    dropped = here.drop()

    assert dropped.dropped == ("public.test_orders",)
    assert "view public.quality" in kept(dropped)["public.test_results"]
    assert "test_results" in kept(dropped)["public.test_labs"]


def test_what_a_held_back_table_needs_stays_as_well(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE orders (); CREATE TABLE test_users (id int PRIMARY KEY);"
        "CREATE TABLE test_orders (u int REFERENCES test_users); CREATE VIEW v AS SELECT * FROM test_orders"
    )

    assert set(blocked(here.plan())) == {"public.test_orders", "public.test_users"}
    assert here.drop().dropped == ()


def test_views_are_no_tables(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE orders (id int); CREATE VIEW test_view AS SELECT * FROM orders; CREATE TABLE test_orders ()"
    )
    dropped = here.drop()

    assert dropped.dropped == ("public.test_orders",)
    assert dropped.objects == ()
    assert here.ask("SELECT count(*) FROM test_view") == "0"


def test_test_objects_go_with_the_tables_and_come_back(shop: MakeShop) -> None:
    here = shop(
        "CREATE TYPE test_state AS ENUM ('a', 'b'); CREATE DOMAIN test_word AS text CHECK (VALUE <> '');"
        "CREATE SEQUENCE test_numbers; CREATE FUNCTION test_touch() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END';"
        "CREATE TABLE test_a (n int DEFAULT nextval('test_numbers'), s test_state, w test_word);"
        "CREATE TRIGGER touch BEFORE UPDATE ON test_a FOR EACH ROW EXECUTE FUNCTION test_touch();"
        "CREATE FUNCTION test_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM test_a';"
        "CREATE MATERIALIZED VIEW test_sums AS SELECT s, count(*) FROM test_a GROUP BY s;"
        "INSERT INTO test_a (s) VALUES ('a'), ('b'); REFRESH MATERIALIZED VIEW test_sums;"
        "CREATE FUNCTION test_of_the_application() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    dropped = round_trip(here)

    assert set(dropped.objects) == {
        "enum public.test_state",
        "domain public.test_word",
        "sequence public.test_numbers",
        "routine public.test_touch()",
        "routine public.test_count()",
        "materialized_view public.test_sums",
    }
    assert "public.test_of_the_application()" in kept(dropped)
    assert "routine public.test_of_the_application()" in here.plan(also=["test_of_the_application"]).objects


def test_a_sequence_that_several_columns_draw_from_belongs_to_nobody_afterwards(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE test_counters (n serial); ALTER SEQUENCE test_counters_n_seq RENAME TO numbers;"
        "CREATE TABLE a (n int DEFAULT nextval('numbers')); CREATE TABLE b (n int DEFAULT nextval('numbers'))"
    )
    dropped = round_trip(here)

    assert "no column" in dropped.hand_overs[0]
    assert dropped.statements[0].sql == "ALTER SEQUENCE public.numbers OWNED BY NONE"


def test_a_partitioned_test_table_goes_with_its_partitions(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE test_events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
        "CREATE TABLE events_2025 PARTITION OF test_events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"
        "CREATE TABLE other_events PARTITION OF test_events DEFAULT;"
        "INSERT INTO test_events SELECT n, date '2025-12-30' + n FROM generate_series(1, 5) n"
    )
    dropped = round_trip(here)

    assert dict(dropped.rows) == {"public.test_events": 5}


def test_a_partition_that_production_refers_to_holds_its_table_back(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE test_events (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE events (e int);"
        "CREATE TABLE part PARTITION OF test_events FOR VALUES FROM (1) TO (9);"
        "ALTER TABLE events ADD CONSTRAINT fk FOREIGN KEY (e) REFERENCES part"
    )

    assert blocked(here.plan()) == {"public.test_events": "foreign key fk of public.events"}
    assert here.drop().dropped == ()


def test_names_with_anything_in_them_survive(shop: MakeShop) -> None:
    names = ['a "b"', "c; DROP TABLE orders", "d % s %s", "e\\'f", "g\nh", "$$", "ü" * 29, "i.j", "{k}", ":l", "--m"]
    tables = "".join(
        f"CREATE TABLE {quote('test_' + name)} ({quote(name)} text);"
        f"INSERT INTO {quote('test_' + name)} VALUES (E'\\\\.'), (E'\\t\\n'), (NULL), ('{{\"'), (E'\\\\N');"
        for name in names
    )
    here = shop(f"CREATE TABLE orders (); CREATE TABLE test_bare (); INSERT INTO test_bare DEFAULT VALUES; {tables}")
    dropped = round_trip(here)
    before, backup = here.dump(), here.drop().backup
    assert backup is not None
    run_psql(here.url, backup / "restore.sql")

    assert here.dump() == before
    assert sum(dropped.rows.values()) == 5 * len(names) + 1


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_only_what_is_named_goes(shop: MakeShop) -> None:
    here = shop(
        "CREATE TABLE test_a (id int PRIMARY KEY); CREATE TABLE test_b (a int REFERENCES test_a);CREATE TABLE test_c ()"
    )

    assert here.plan(only=["test_c"]).tables == ("public.test_c",)
    assert "test_b" in blocked(here.plan(only=["test_a"]))["public.test_a"]
    assert here.plan(only=["test_a", "public.test_b"]).tables == ("public.test_a", "public.test_b")
    assert here.plan(keep=["test_b"]).tables == ("public.test_c",)


def test_a_name_that_is_no_test_table_is_refused(shop: MakeShop) -> None:
    here = shop("CREATE TABLE tests (); CREATE TABLE test_results (); CREATE VIEW v AS SELECT * FROM test_results")

    with pytest.raises(Refused, match="begins like"):
        here.plan(only=["tests"])
    with pytest.raises(Refused, match=r"view public\.v"):
        here.plan(only=["test_results"])
    with pytest.raises(UsageError, match="no table 'test_typo'"):
        here.plan(keep=["test_typo"])


def test_rules_statistics_and_storage_come_back(shop: MakeShop) -> None:
    round_trip(
        shop(
            "CREATE TABLE orders (id int); CREATE UNLOGGED TABLE test_a (a int, b int, c text, d int,"
            " g int GENERATED ALWAYS AS (a + b) STORED, i int GENERATED ALWAYS AS IDENTITY (START 7))"
            " WITH (fillfactor = 70);"
            "ALTER TABLE test_a DROP COLUMN d, ALTER COLUMN c SET STORAGE EXTERNAL;"
            "CREATE STATISTICS test_s ON a, b FROM test_a;"
            "CREATE RULE quiet AS ON DELETE TO test_a DO INSTEAD NOTHING;"
            "CREATE INDEX test_i ON test_a (lower(c)); CREATE INDEX test_j ON test_a (a) WHERE a > 0;"
            "CLUSTER test_a USING test_i;"
            "ALTER TABLE test_a REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
            "CREATE POLICY own ON test_a USING (a > 0); COMMENT ON COLUMN test_a.a IS 'it''s';"
            "INSERT INTO test_a (a, b, c) SELECT n, -n, repeat(n::text, 999) FROM generate_series(1, 100) n;"
            "UPDATE test_a SET b = 0 WHERE a % 3 = 0"
        )
    )


def test_what_an_event_trigger_does_to_new_tables_is_undone(shop: MakeShop) -> None:
    round_trip(
        shop(
            "CREATE TABLE orders (); CREATE TABLE test_open (id int); CREATE FUNCTION rls() RETURNS event_trigger"
            " LANGUAGE plpgsql AS $$DECLARE r record; BEGIN FOR r IN SELECT * FROM pg_event_trigger_ddl_commands()"
            " LOOP EXECUTE 'ALTER TABLE ' || r.object_identity || ' ENABLE ROW LEVEL SECURITY'; END LOOP; END$$;"
            "CREATE EVENT TRIGGER ensure_rls ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION rls()"
        )
    )


CALLED = """
CREATE TABLE test_{0} (id int); INSERT INTO test_{0} VALUES (1);
CREATE FUNCTION test_for_{0}(n int) RETURNS int LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC SELECT n + count(*)::int FROM test_{0}; END;
"""
CALLING = {
    "default": "ALTER TABLE orders ADD a int DEFAULT test_for_default(1);",
    "generated": "ALTER TABLE orders ADD b int GENERATED ALWAYS AS (test_for_generated(id)) STORED;",
    "statistics": "CREATE STATISTICS known ON id, (test_for_statistics(id)) FROM orders;",
    "index": "CREATE INDEX found ON orders (test_for_index(id));",
    "check": "ALTER TABLE orders ADD CONSTRAINT right_one CHECK (test_for_check(id) > 0);",
    "policy": "CREATE POLICY mine ON orders USING (test_for_policy(id) > 0);",
    "when": "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW WHEN (test_for_when(new.id) > 0)"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger();",
    "domain": "CREATE DOMAIN counted AS int CHECK (test_for_domain(VALUE) > 0);",
}


def test_what_production_calls_holds_back_what_that_reads(shop: MakeShop) -> None:
    listed = "CREATE TABLE test_listed (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE test_listed WHERE (id > 3);"
    here = shop(
        "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE test_free AS SELECT 1 AS id;"
        "CREATE STATISTICS test_known ON id, (id + 1) FROM test_free;"
        + listed
        + "".join(CALLED.format(name) + sql for name, sql in CALLING.items())
    )
    before = here.dump()
    dropped = here.drop()

    assert [(each.table, each.dependents) for each in dropped.blocked] == [("public.test_listed", ("publication p",))]
    kept = {each.name: each.reason for each in dropped.kept}
    for name in CALLING:
        assert f"function public.test_for_{name}" in kept[f"public.test_{name}"]
    assert dropped.dropped == ("public.test_free",)
    assert dropped.run is not None
    restore_test_tables(dropped.run, apply=True, confirm=here.confirmation)
    assert here.dump() == before
