"""A rename is said, never guessed; said, it keeps every row, and whatever uses the object follows."""

from __future__ import annotations

import pytest

from migration_app.engine.errors import Refused, UsageError
from tests.servers import pg_dump_schema
from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

OLD = """
CREATE TABLE orders (id serial PRIMARY KEY, total integer NOT NULL CHECK (total > 0), note text);
CREATE INDEX orders_total ON orders (total);
CREATE TABLE lines (id integer, order_id integer REFERENCES orders);
CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100;
INSERT INTO orders (total) VALUES (5), (500);
"""
TABLE = OLD.partition("INSERT")[0].replace("orders", "purchases")
COLUMN = """
CREATE TABLE orders (id serial PRIMARY KEY, amount integer NOT NULL CHECK (amount > 0), note text);
CREATE INDEX orders_amount ON orders (amount);
CREATE TABLE lines (id integer, order_id integer REFERENCES orders);
CREATE VIEW big AS SELECT id, amount AS total FROM orders WHERE amount > 100;
"""


@pytest.mark.parametrize(
    ("new", "flag"),
    [(TABLE, "--rename 'table:public.orders=purchases'"), (COLUMN, "--rename 'column:public.orders.total=amount'")],
)
def test_what_looks_like_a_rename_stops_the_run(pair: MakePair, new: str, flag: str) -> None:
    both = pair(new, OLD)
    with pytest.raises(Refused) as refusal:
        both.sync()
    assert refusal.value.exit_code == 3
    assert flag in refusal.value.hint
    assert refusal.value.hint.count("--rename '") == 1


def test_a_renamed_table_keeps_its_rows_and_its_parts_follow(pair: MakePair) -> None:
    both = pair(TABLE, OLD)
    result = both.sync(apply=True, rename=("table:orders=purchases",))

    assert result.statements[0].sql == "ALTER TABLE public.orders RENAME TO purchases"
    assert all(" RENAME " in each.sql for each in result.statements)
    assert both.alike
    assert both.ask("SELECT count(*) || '/' || nextval('purchases_id_seq') FROM purchases") == "2/3"


def test_a_renamed_column_keeps_its_values(pair: MakePair) -> None:
    both = pair(COLUMN, OLD)
    both.sync(apply=True, rename=("column:orders.total=amount",))

    assert both.alike
    assert both.ask("SELECT sum(amount) FROM orders") == "505"


def test_said_to_be_none_the_old_goes_and_the_new_comes(pair: MakePair) -> None:
    both = pair(COLUMN, OLD)
    with pytest.raises(Refused, match="deletes data"):
        both.sync(apply=True, no_rename=True)
    both.run("TRUNCATE orders CASCADE")
    both.sync(apply=True, no_rename=True, allow=("deletes data",))
    again = both.sync()
    assert (again.planned, again.order_differs) == ((), ("public.orders",))


def test_enums_and_views_of_the_same_shape_are_asked_about_too(pair: MakePair) -> None:
    both = pair(
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE VIEW w AS SELECT 1 AS one;",
        "CREATE TYPE temper AS ENUM ('a', 'b'); CREATE VIEW v AS SELECT 1 AS one;",
    )
    with pytest.raises(Refused) as refusal:
        both.sync()
    assert "enum:public.temper=mood" in refusal.value.hint
    assert "view:public.v=w" in refusal.value.hint
    both.sync(apply=True, rename=("enum:temper=mood", "view:v=w"))
    assert both.alike


def test_another_shape_is_no_rename(pair: MakePair) -> None:
    both = pair("CREATE TABLE a (id int, b text);", "CREATE TABLE a (id int, c bytea);")

    assert both.sync().planned


def test_names_that_aren_t_there_are_usage_errors(pair: MakePair) -> None:
    both = pair(TABLE, OLD)
    before = pg_dump_schema(both.test)
    for words in ("orders=purchases", "table:nothing=purchases", "table:orders=nothing"):
        with pytest.raises(UsageError, match="--rename"):
            both.sync(apply=True, rename=(words,))
    assert pg_dump_schema(both.test) == before


def test_whatever_postgresql_renames_can_be_said_to_be_renamed(pair: MakePair) -> None:
    old = """
    CREATE TYPE feeling AS ENUM ('happy');
    CREATE TABLE t (id int CONSTRAINT pk_old PRIMARY KEY, m feeling, n int CONSTRAINT n_old CHECK (n > 0));
    CREATE TABLE r (t int REFERENCES t, m feeling DEFAULT 'happy');
    CREATE INDEX i_old ON t (n);
    CREATE VIEW v_old AS SELECT id, m FROM t;
    CREATE SEQUENCE s_old;
    CREATE POLICY p_old ON t USING (n > 0);
    CREATE TRIGGER g_old BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    """
    both = pair(
        old.replace("_old", "_new")
        .replace("feeling", "mood")
        .replace(" t (", " things (")
        .replace(" t;", " things;")
        .replace(" ON t ", " ON things ")
        .replace("REFERENCES t,", "REFERENCES things,"),
        old + "INSERT INTO t VALUES (1, 'happy', 2); INSERT INTO r VALUES (1);",
    )
    names = ("enum:feeling=mood", "table:t=things", "view:v_old=v_new", "sequence:s_old=s_new", "index:i_old=i_new")
    parts = ("constraint:t.pk_old=pk_new", "constraint:t.n_old=n_new", "policy:t.p_old=p_new", "trigger:t.g_old=g_new")
    result = both.sync(apply=True, rename=(*names, *parts))
    assert all(" RENAME " in each.sql for each in result.statements)
    assert both.alike
    assert both.ask("SELECT count(*) || '/' || (SELECT count(*) FROM r) FROM v_new") == "1/1"


def test_where_several_could_have_been_renamed_each_is_named(pair: MakePair) -> None:
    both = pair("CREATE TABLE t (note text);", "CREATE TABLE t (legacy text, remark text);")
    with pytest.raises(Refused) as refused:
        both.sync()
    assert "column public.t.legacy or public.t.remark → public.t.note" in refused.value.message
    both.sync(apply=True, rename=("column:t.remark=note",), allow=("deletes data",))
    assert both.alike


ENUM = "CREATE TYPE shop.mood AS ENUM ('happy', '{}');"
CALLED = """
CREATE FUNCTION public.{f}(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + 1';
CREATE FUNCTION public.{f}(n text) RETURNS text LANGUAGE sql AS 'SELECT n';
CREATE SCHEMA {s};
CREATE TABLE {s}.t (id integer PRIMARY KEY, next integer DEFAULT public.{f}(1), m {s}.{e});
"""


def test_routines_schemas_and_labels_are_asked_about_and_renamed(pair: MakePair) -> None:
    old = CALLED.format(f="plus", s="shop", e="mood").replace("CREATE TABLE", ENUM.format("it''s sad") + "CREATE TABLE")
    new = CALLED.format(f="more", s="shop", e="mood").replace("CREATE TABLE", ENUM.format("gloomy") + "CREATE TABLE")
    both = pair(
        new.replace("shop", "store"),
        old + "INSERT INTO shop.t VALUES (1, 5, 'it''s sad'), (2, 6, 'happy');",
    )
    with pytest.raises(Refused) as refusal:
        both.sync()
    for flag in ("'routine:public.plus(integer)=more'", "'routine:public.plus(text)=more'", "'schema:shop=store'"):
        assert flag in refusal.value.hint

    said = ("routine:plus(integer)=more", "routine:public.plus(text)=more(text)", "schema:shop=store")
    with pytest.raises(Refused) as refusal:
        both.sync(rename=said)
    assert r"--rename 'label:store.mood.it'\''s sad=gloomy'" in refusal.value.hint
    result = both.sync(apply=True, rename=(*said, "label:shop.mood.it's sad=gloomy"))

    assert all(" RENAME " in each.sql for each in result.statements)
    assert both.alike
    assert both.ask("SELECT string_agg(m::text, ' ' ORDER BY id) FROM store.t") == "gloomy happy"


def test_a_label_that_isn_t_there_is_a_usage_error(pair: MakePair) -> None:
    both = pair("CREATE TYPE m AS ENUM ('a', 'b');", "CREATE TYPE m AS ENUM ('a', 'c');")
    for word in ("label:m.d=b", "label:m.c=d", "label:n.c=b"):
        with pytest.raises(UsageError, match="label"):
            both.sync(rename=(word,))
    both.sync(apply=True, no_rename=True)
    assert both.alike
