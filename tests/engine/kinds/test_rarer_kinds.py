"""One statement of each of the rarer kinds, as it is written."""

from __future__ import annotations

import dataclasses

import pytest

from migration_app.engine.kinds.aggregate import Aggregate
from migration_app.engine.kinds.base_type import BaseType
from migration_app.engine.kinds.cast import Cast
from migration_app.engine.kinds.collation import Collation
from migration_app.engine.kinds.column_settings import ColumnSettings
from migration_app.engine.kinds.operator import Operator
from migration_app.engine.kinds.operator_class import OperatorClass
from migration_app.engine.kinds.operator_family_member import OperatorFamilyMember
from migration_app.engine.kinds.range_type import RangeType
from migration_app.engine.kinds.routine import Routine
from migration_app.engine.kinds.view import View
from migration_app.engine.model import Address, Object
from migration_app.engine.sql import operator

SHELL = BaseType(
    "public", "num", False, None, None, None, None, None, None, None, None,
    4, True, "i", "p", "U", False, None, None, ",", False,
)  # fmt: skip
NUM = dataclasses.replace(SHELL, defined=True, input="public.num_in", output="public.num_out")
EQUAL = Operator(
    "Ops", "===", "(box, box)", "box", "box", "boolean", "public.same", "public.===", None, None, None, True, False
)
WORDS = Collation("public", "words", "i", False, None, None, "und", None)
MANY = Routine(
    "public", "many", "()", "FUNCTION", "", "bigint", "CREATE OR REPLACE FUNCTION public.many() …",
    False, True, False,
)  # fmt: skip
HOW_MANY = Aggregate(
    "public", "how_many", "()", "*", "*", "bigint", "n", "int8inc", "bigint", 0, None, False, "r", None, None, None,
    "0", None, None, None, 0, None, False, "r", None, None, "s",
)  # fmt: skip
SETTINGS = ColumnSettings(
    Address("materialized_view", ("public", "m")), "MATERIALIZED VIEW public.m", "n", "e", None, 500, (), "x"
)


def create(obj: Object) -> list[str]:
    return [" ".join(ddl.sql.split()) for ddl in obj.create(())]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (
            HOW_MANY,
            "CREATE AGGREGATE public.how_many(*) ( SFUNC = int8inc, STYPE = bigint, INITCOND = '0', PARALLEL = SAFE )",
        ),
        (
            EQUAL,
            (
                'CREATE OPERATOR "Ops".=== ( FUNCTION = public.same, LEFTARG = box, RIGHTARG = box,'
                " COMMUTATOR = OPERATOR(public.===), HASHES )"
            ),
        ),
        (
            OperatorClass(
                "public", "o", "btree", True, "integer", "public.f", None, ("OPERATOR 1 <(integer,integer)",)
            ),
            (
                "CREATE OPERATOR CLASS public.o DEFAULT FOR TYPE integer USING btree FAMILY public.f AS"
                " OPERATOR 1 <(integer,integer)"
            ),
        ),
        (
            OperatorFamilyMember("public", "f", "btree", "FUNCTION 1 (a, b)", "FUNCTION 1 (a, b) public.c(a,b)"),
            "ALTER OPERATOR FAMILY public.f USING btree ADD FUNCTION 1 (a, b) public.c(a,b)",
        ),
        (Cast("a", "b", "i", None, "a"), "CREATE CAST (a AS b) WITH INOUT AS ASSIGNMENT"),
        (WORDS, "CREATE COLLATION public.words (provider = icu, deterministic = false, locale = 'und')"),
        (
            RangeType("public", "span", "text", None, 'pg_catalog."C"', None, None, "public.spans"),
            (
                'CREATE TYPE public.span AS RANGE ( subtype = text, collation = pg_catalog."C",'
                " multirange_type_name = public.spans )"
            ),
        ),
        (SHELL, "CREATE TYPE public.num"),
        (
            NUM,
            (
                "CREATE TYPE public.num ( INPUT = public.num_in, OUTPUT = public.num_out, INTERNALLENGTH = 4,"
                " PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain )"
            ),
        ),
    ],
    ids=lambda value: value.KIND if isinstance(value, Object) else "",
)
def test_each_kind_is_created_with_everything_that_it_has(obj: Object, expected: str) -> None:
    assert create(obj) == [expected]


def test_an_operator_class_without_members_still_has_an_item() -> None:
    assert create(OperatorClass("public", "o", "gist", False, "point", "public.f", None, ()))[0].endswith(
        "AS STORAGE point"
    )


def test_a_column_s_settings_go_back_to_what_its_type_brings() -> None:
    assert [ddl.sql for ddl in SETTINGS.drop()] == [
        "ALTER MATERIALIZED VIEW public.m ALTER COLUMN n SET STORAGE EXTENDED",
        "ALTER MATERIALIZED VIEW public.m ALTER COLUMN n SET STATISTICS -1",
    ]


def test_a_type_that_is_stored_plainly_is_replaced_where_it_shall_be_stored_elsewhere() -> None:
    alter = BaseType.ALTERS["storage"]
    assert alter.make(NUM, dataclasses.replace(NUM, storage="m")) is None
    assert alter.make(dataclasses.replace(NUM, storage="x"), dataclasses.replace(NUM, storage="m")) is not None


def test_a_view_s_shell_has_its_columns_and_reads_nothing() -> None:
    view = View("public", "v", "SELECT …", (), ("id integer", '"Odd name" text COLLATE public.words'), ())
    assert [ddl.sql for ddl in view.shell()] == [
        (
            "CREATE VIEW public.v AS SELECT r.* FROM pg_catalog.json_to_record(NULL)"
            ' AS r(id integer, "Odd name" text COLLATE public.words)'
        )
    ]
    assert [ddl.sql for ddl in View("public", "v", "SELECT", (), (), ()).shell()] == ["CREATE VIEW public.v AS SELECT"]


def test_only_a_body_that_is_parsed_at_once_needs_a_shell() -> None:
    assert [ddl.sql for ddl in MANY.shell()] == ["CREATE FUNCTION public.many() RETURNS bigint LANGUAGE sql AS ''"]
    assert not list(dataclasses.replace(MANY, standard_body=False).shell())


def test_a_function_that_calls_itself_is_created_twice_and_replaced_once() -> None:
    recursive = dataclasses.replace(MANY, recursive=True)
    assert len(create(recursive)) == 2
    assert [ddl.sql for ddl in Routine.ALTERS["definition"].make(MANY, recursive) or ()] == [recursive.definition]


@pytest.mark.parametrize("name", ["", "a", "=;", "= ", '="', "=\n"])
def test_a_name_that_no_operator_can_have_never_becomes_sql(name: str) -> None:
    with pytest.raises(ValueError, match="not an operator's name"):
        operator("public", name)
