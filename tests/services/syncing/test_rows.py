"""Where there are rows nobody is held up, rows in the way are counted first, and a failed build is cleared away."""

from __future__ import annotations

import pytest

from migration_app.engine.errors import Refused
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

OLD = """
CREATE TABLE makers (id integer PRIMARY KEY);
CREATE TABLE items (id integer, sku text, maker integer, price integer);
CREATE TABLE empty (id integer);
INSERT INTO makers VALUES (1);
INSERT INTO items SELECT n, 'sku' || n, 1, n FROM generate_series(1, 50) AS n;
"""
NEW = """
CREATE TABLE makers (id integer PRIMARY KEY);
CREATE TABLE items (id integer PRIMARY KEY, sku text NOT NULL UNIQUE, maker integer REFERENCES makers,
    price integer CHECK (price > 0));
CREATE INDEX items_price ON items (price);
CREATE TABLE empty (id integer PRIMARY KEY);
CREATE INDEX empty_id ON empty (id);
"""


def test_the_safe_forms_are_chosen_where_there_are_rows(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    sql = [each.sql for each in both.sync(apply=True).statements]

    assert "CREATE INDEX CONCURRENTLY items_price ON public.items USING btree (price)" in sql
    assert "CREATE UNIQUE INDEX CONCURRENTLY items_pkey ON public.items USING btree (id)" in sql
    assert "ALTER TABLE public.items ADD CONSTRAINT items_sku_key UNIQUE USING INDEX items_sku_key" in sql
    assert "ALTER TABLE public.items VALIDATE CONSTRAINT items_maker_fkey" in sql
    assert "ALTER TABLE public.items VALIDATE CONSTRAINT items_price_check" in sql
    assert "CREATE INDEX empty_id ON public.empty USING btree (id)" in sql
    if int(both.ask("SHOW server_version_num")) >= 180000:
        adding = "ALTER TABLE public.items ADD CONSTRAINT items_sku_not_null NOT NULL sku NOT VALID"
        assert sql.index(adding) < sql.index("ALTER TABLE public.items VALIDATE CONSTRAINT items_sku_not_null")
    else:
        assert sql.index("ALTER TABLE public.items VALIDATE CONSTRAINT sku_dbsep_not_null") < sql.index(
            "ALTER TABLE public.items ALTER COLUMN sku SET NOT NULL"
        )
    assert both.alike


def test_a_column_is_not_null_before_it_becomes_an_identity(pair: MakePair) -> None:
    both = pair(
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int)",
        "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (7, 1)",
    )
    assert both.sync(apply=True, allow=("all",)).verified
    both.run("INSERT INTO t (b) VALUES (2)")
    assert both.ask("SELECT array_agg(a ORDER BY a) FROM t") == "[7, 8]"


def test_one_transaction_has_none_of_them(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    result = both.sync(apply=True, one_transaction=True)

    assert all(each.transactional for each in result.statements)
    assert not any("CONCURRENTLY" in each.sql or "VALIDATE" in each.sql for each in result.statements)
    assert both.alike


def test_rows_in_the_way_are_counted_and_stop_the_run(pair: MakePair) -> None:
    both = pair(NEW, OLD)
    both.run("INSERT INTO items VALUES (1, NULL, 9, 0), (99, NULL, 1, 1), (98, 'sku1', 1, 1)")
    found = {str(each.address): each.rows for each in both.sync().breaking}

    assert found == {
        "public.items.items_pkey": 2,
        "public.items.sku": 2,
        "public.items.items_sku_key": 2,
        "public.items.items_maker_fkey": 1,
        "public.items.items_price_check": 1,
    }
    with pytest.raises(Refused, match="don't fit what the source demands"):
        both.sync(apply=True)
    both.run("DELETE FROM items WHERE sku IS NULL OR id = 98")
    both.sync(apply=True)
    assert both.alike


@pytest.mark.parametrize("there", ["", "CREATE TABLE maker (name text); "], ids=["no table", "no column"])
def test_rows_that_would_refer_to_what_is_only_made_are_counted(pair: MakePair, there: str) -> None:
    result = pair(
        "CREATE TABLE maker (name text, id int PRIMARY KEY); CREATE TABLE t (id int, maker int REFERENCES maker)",
        f"{there}CREATE TABLE t (id int, maker int); INSERT INTO t VALUES (1, 1), (2, NULL)",
    ).sync()
    assert {str(each.address): each.rows for each in result.breaking} == {"public.t.t_maker_fkey": 1}


def test_a_required_column_without_a_default_is_in_every_row_s_way(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int, b int NOT NULL);", "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2);")

    assert [each.rows for each in both.sync().breaking] == [2]


def test_values_that_the_new_type_doesn_t_take_are_counted(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (b int);", "CREATE TABLE a (b text); INSERT INTO a VALUES ('1'), ('x'), (NULL);")

    if int(both.ask("SHOW server_version_num")) >= 160000:
        assert [each.rows for each in both.sync().breaking] == [1]


def test_what_goes_is_counted(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int);", "CREATE TABLE a (id int, b int); INSERT INTO a VALUES (1, 2), (3, NULL);")

    assert {str(each.address): each.rows for each in both.sync().losing} == {"public.a.b": 1}


def test_an_invalid_index_is_cleared_away_and_built_anew(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (b int); CREATE UNIQUE INDEX u ON a (b);", "CREATE TABLE a (b int);")
    both.run("INSERT INTO a VALUES (1), (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        both.run("CREATE UNIQUE INDEX CONCURRENTLY u ON a (b)")
    both.run("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)")

    result = both.sync(apply=True)
    assert result.statements[0].sql == "DROP INDEX CONCURRENTLY IF EXISTS public.u"
    assert both.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass") == "True"
    assert both.alike
