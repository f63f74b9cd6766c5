"""Combinations that no two rows share, found at any row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migration_app.engine.rows.shape import ForeignKey, Name
from migration_app.engine.rows.values import Standing
from migration_app.engine.rows.values.fans import Fan
from migration_app.engine.rows.values.references import Dimension, Reference, combine

KEY = ForeignKey("k", ("a",), Name("public", "t"), ("id",), deferrable=False)


def lead(size: int, mean: float) -> Reference:
    return Reference(KEY, Standing({"id": range(size)}, lambda _: ()), 1 / mean, nullable=False, itself=False)


def growing(most: int) -> Dimension:
    def available(row: int) -> int:
        return min(most, 8 + row // 3)

    return Dimension(available, 8, lambda rows: list(map(available, rows)))


@given(st.floats(0.1, 8), st.integers(9, 60), st.integers(0, 500))
def test_rows_one_by_one_and_at_once_are_the_same(mean: float, others: int, start: int) -> None:
    parts = [growing(others)]
    found = combine(lead(1000, mean), parts, ("seed",), mean)
    rows = range(start, start + 90)
    assert found.leads(rows) == [found.lead(row) for row in rows]
    assert found.parts(0)(rows) == [found.part(0)(row) for row in rows]


@given(st.floats(0.1, 8), st.integers(9, 60))
def test_no_two_rows_share_a_combination(mean: float, others: int) -> None:
    found = combine(
        lead(1000, mean), [Dimension(lambda _row: others, 8, lambda rows: [others] * len(rows))], ("seed",), mean
    )
    rows = range(min(found.capacity, 900))
    assert len(set(zip(found.leads(rows), found.parts(0)(rows), strict=True))) == len(rows)


@given(st.floats(0.02, 20), st.integers(0, 3000))
def test_a_row_is_among_the_children_of_its_parent(mean: float, row: int) -> None:
    fan = Fan(mean)
    parent, place = fan.place(row)
    assert fan.children(parent)[place] == row
