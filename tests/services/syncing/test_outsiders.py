"""What takes no part in a sync stays, and with it what it needs: here legacy test tables, which both sides hold."""

from __future__ import annotations

import pytest

from tests.services.syncing.conftest import MakePair

pytestmark = pytest.mark.django_db(databases=["default"])

TYPE = "CREATE TYPE mood AS ENUM ('happy', 'sad');"
TABLE = "CREATE TABLE orders (id integer);"
ALSO = "CREATE TABLE test_orders (id integer); CREATE TABLE test_t (id integer);"
LEGACY = "CREATE TABLE test_orders (id integer, mood mood); INSERT INTO test_orders VALUES (1, 'sad');"


FEWER, OTHERWISE = TYPE.replace("'happy', ", ""), TYPE.replace("'happy', 'sad'", "'sad', 'happy'")


@pytest.mark.parametrize("source", ["", FEWER, OTHERWISE])
def test_a_type_that_a_legacy_test_table_uses_is_held_back_and_the_rest_is_done(pair: MakePair, source: str) -> None:
    both = pair(ALSO + source + TABLE.replace("id integer", "id integer, note text"), TYPE + TABLE + LEGACY)
    result = both.sync(apply=True, no_rename=True, allow=("all",))

    assert [(str(each.change.address), each.reason) for each in result.held if each.change.address.kind == "enum"] == [
        ("public.mood", "column public.test_orders.mood needs it, which takes no part")
    ]
    assert both.ask("SELECT mood || '/' || enum_range(NULL::mood)::text FROM test_orders") == "sad/{happy,sad}"
    assert both.ask("SELECT count(note) FROM orders") == "0"


def test_what_comes_and_goes_because_of_another_change_is_held_back_with_that(pair: MakePair) -> None:
    old = "CREATE TABLE t (n integer, m integer); CREATE VIEW v AS SELECT n FROM t; CREATE TABLE test_t (v v);"
    both = pair(ALSO + "CREATE TABLE t (n bigint, m bigint); CREATE VIEW v AS SELECT n FROM t;", old)
    result = both.sync(apply=True, allow=("all",))

    assert [str(each.change.address) for each in result.held] == ["public.t.n", "public.v"]
    assert both.ask("SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'm'") == (
        "bigint"
    )


def test_a_label_is_added_all_the_same(pair: MakePair) -> None:
    both = pair(ALSO + TYPE.replace("'sad'", "'sad', 'torn'") + TABLE, TYPE + TABLE + LEGACY)
    result = both.sync(apply=True)

    assert result.held == ()
    assert both.ask("SELECT enum_range(NULL::mood)") == "{happy,sad,torn}"
