"""Conditions as PostgreSQL prints them, told without a server."""

from __future__ import annotations

import pytest

from migration_app.engine.rows.expressions import Opaque, evaluator


@pytest.mark.parametrize(
    ("condition", "row", "truth"),
    [
        ("(price >= 0)", {"price": 1}, True),
        ("((a <= b) OR (b IS NULL))", {"a": 2, "b": None}, True),
        ("((a <= b))", {"a": 2, "b": None}, None),
        (
            "((size)::text = ANY ((ARRAY['s'::character varying, 'm'::character varying])::text[]))",
            {"size": "x"},
            False,
        ),
        ("((status <> 'paid'::text) OR (paid_at IS NOT NULL))", {"status": "paid", "paid_at": None}, False),
        ("((code)::text ~ '^[[:upper:]]{3}$'::text)", {"code": "ABC"}, True),
        ("((url)::text ~~ 'https://%'::text)", {"url": "http://x"}, False),
        ("(length(btrim(name)) > 0)", {"name": "  "}, False),
        ("CASE WHEN (kind = 'a'::text) THEN (n > 3) ELSE true END", {"kind": "a", "n": 3}, False),
        ("(num_nonnulls(a, b) = 1)", {"a": None, "b": 1}, True),
        ('("Order ""Id""" % 2 = 0)', {'Order "Id"': 4}, True),
    ],
)
def test_a_condition_has_the_truth_that_postgresql_gives_it(
    condition: str, row: dict[str, object], truth: bool | None
) -> None:
    assert evaluator(condition)({name: [value] for name, value in row.items()}, 0) is truth


@pytest.mark.parametrize(
    "condition", ["public.odd(n)", "(geom && box)", "(a = ANY ('{x,y}'::text[]))", "xmlexists('a')"]
)
def test_what_only_the_server_knows_is_opaque(condition: str) -> None:
    with pytest.raises(Opaque):
        evaluator(condition)({"n": [1], "geom": ["x"], "box": ["x"], "a": ["x"]}, 0)
