"""Whole columns at once give what row by row gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from migration_app.engine.rows.expressions import columnwise, evaluator, parse

COLUMNS: dict[str, list[Any]] = {
    "a": [0, 1, None, -7, 12],
    "b": [3, 0, 5, None, 2],
    "word": ["EUR", "eur", None, "", "E1R"],
    "at": [datetime(2024, 1, day, tzinfo=UTC) for day in range(1, 6)],
    "yes": [True, False, None, True, False],
}


@pytest.mark.parametrize(
    "expression",
    [
        "a + b * 2 - 1",
        "a <= b",
        "NOT (a < b) OR b IS NULL",
        "a IS NOT NULL AND b IS NOT NULL AND a > b",
        "yes AND a > 0",
        "yes OR a > 0",
        "word ~ '^[A-Z]{3}$'::text",
        "word = ANY (ARRAY['EUR'::text, 'E1R'::text])",
        "a <> ALL (ARRAY[1, 12])",
        "CASE WHEN b = 0 THEN 0 WHEN a > 5 THEN 1 ELSE a / b END",
        "coalesce(a, b) >= 0",
        "length(word) = 3",
        "at >= '2024-01-03'::timestamptz",
        "word || '-' || a",
        "7",
    ],
)
def test_columns_at_once_are_rows_one_by_one(expression: str) -> None:
    one_by_one = evaluator(expression)
    expected = [one_by_one(COLUMNS, place) for place in range(5)]
    assert list(columnwise(parse(expression))(COLUMNS, 5)) == expected
