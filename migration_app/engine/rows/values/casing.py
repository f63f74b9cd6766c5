"""Texts in the case that a table's checks ask for: all small letters, or all capitals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from migration_app.engine.rows.expressions import Opaque

from .groups import Test

SAMPLE: Final = 30
_CASES: Final = (str.lower, str.upper)


def case(tests: Iterable[Test], column: str, sample: Sequence[Any]) -> Callable[[str], str] | None:
    """Give what turns texts like the sample into ones that pass the column's own checks; None where none is needed."""
    own = [test for test in tests if test.columns == (column,) and test.evaluate is not None]
    if not own or _pass(own, column, sample):
        return None
    return next((turn for turn in _CASES if _pass(own, column, list(map(turn, sample)))), None)


def _pass(tests: Sequence[Test], column: str, sample: Sequence[Any]) -> bool:
    try:
        return not any(
            verdict is False
            for test in tests
            if test.evaluate is not None
            for verdict in test.evaluate({column: sample}, len(sample))
        )
    except Opaque:
        return True
