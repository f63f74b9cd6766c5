"""What an older server prints before a column and a newer one leaves out."""

from __future__ import annotations

import pytest

from migration_app.engine.diff.printing import printed_alike


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("SELECT t.id,\n    t.a FROM public.t", "SELECT id,\n    a FROM public.t"),
        ("SELECT a.a FROM public.a", "SELECT a FROM public.a"),
        ('SELECT "T x"."A b" FROM public."T x"', 'SELECT "A b" FROM public."T x"'),
        (("x integer", "t.a > 1"), ("x integer", "a > 1")),
    ],
)
def test_a_relation_before_its_column_makes_no_difference(older: object, newer: object) -> None:
    assert printed_alike(older, newer)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("SELECT t.id FROM public.t", "SELECT name FROM public.t"),
        ("SELECT t.id FROM public.t", "SELECT id FROM other.t"),
        ("SELECT id FROM public.t", "SELECT t.id FROM public.t"),
        ("SELECT 't.a' FROM public.t", "SELECT 'a' FROM public.t"),
        ("SELECT t.id FROM public.t WHERE t.a", "SELECT id FROM public.t"),
        ("SELECT t.id FROM public.t", "SELECT id FROM public.t WHERE a"),
        (("a", "b"), ("a",)),
        (5, 6),
    ],
)
def test_anything_else_is_a_difference(older: object, newer: object) -> None:
    assert not printed_alike(older, newer)
