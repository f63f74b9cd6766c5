"""Columns that may take any value within their limits, another one at each try."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .batch import Batch, Maker
from .noise import Noise
from .scalars import Scalar

_OFTEN = 128
"""Of 256: how many values are null where a first try failed."""


@dataclass(frozen=True)
class Free:
    """How to make a free column."""

    path: tuple[object, ...]
    scalar: Scalar
    nulls: int = 0
    """How many of 256 values are null."""
    hints: Sequence[Any] = ()
    """Values that the table's rules speak of: tried where others fail."""
    after: tuple[tuple[str, bool], ...] = ()
    """Columns whose value must not lie behind; strictly or not."""
    before: tuple[tuple[str, bool], ...] = ()
    """Columns whose value must not lie ahead of; strictly or not."""
    streams: Mapping[int, Noise] = field(default_factory=dict)

    def maker(self) -> Maker:
        """Give the maker."""
        stream = lru_cache(maxsize=None)(lambda salt: Noise(*self.path, salt))
        scalar, nulls, hints = self.scalar, self.nulls, self.hints
        shifts = [(name, strict, _later) for name, strict in self.after]
        shifts += [(name, strict, _earlier) for name, strict in self.before]

        def make(batch: Batch) -> list[Any]:
            words = stream(batch.salt).of(batch.rows)
            if not batch.salt and not nulls:
                found = [scalar(n) for n in words]
            else:
                often = max(nulls, _OFTEN) if nulls and batch.salt else nulls
                found = [None if n >> 56 < often else scalar(n) for n in words]
            if batch.salt and hints:
                found = [v if v is None or n & 0x300000 else _near(hints, n) for v, n in zip(found, words, strict=True)]
            for name, strict, shift in shifts:
                found = _shifted(found, batch[name], words, strict, shift)
            return found

        return make


def _near(hints: Sequence[Any], n: int) -> Any:  # noqa: ANN401 - of the column's type
    hint = hints[(n >> 24) % len(hints)]
    if isinstance(hint, bool) or not isinstance(hint, int):
        return hint
    return hint + (n >> 40) % 3 - 1


def _shifted(
    found: list[Any],
    others: Sequence[Any],
    words: Sequence[int],
    strict: bool,
    shift: Callable[[Any, Any, int, bool], Any],
) -> list[Any]:
    return [
        value if value is None or other is None else shift(value, other, n, strict)
        for value, other, n in zip(found, others, words, strict=True)
    ]


def _later(value: Any, other: Any, n: int, strict: bool) -> Any:  # noqa: ANN401 - of the column's type
    value, other = _alike(value, other)
    return value if value > other or (value == other and not strict) else other + _step(other, n)


def _earlier(value: Any, other: Any, n: int, strict: bool) -> Any:  # noqa: ANN401 - of the column's type
    value, other = _alike(value, other)
    if value < other or (value == other and not strict):
        return value
    if isinstance(other, int) and other >= 0 and not strict:
        return n % (other + 1)
    return other - _step(other, n)


def _alike(value: Any, other: Any) -> tuple[Any, Any]:  # noqa: ANN401 - two of a kind
    if isinstance(value, datetime) and not isinstance(other, datetime):
        return value.date(), other
    if isinstance(other, datetime) and not isinstance(value, datetime):
        return value, other.date()
    if isinstance(other, float) and isinstance(value, Decimal):
        return float(value), other
    return value, other


def _step(of: Any, n: int) -> Any:  # noqa: ANN401 - what can be added to it
    if isinstance(of, datetime):
        return timedelta(seconds=60 + n % (20 * 86400))
    if isinstance(of, date):
        return timedelta(days=1 + n % 30)
    if isinstance(of, Decimal):
        return Decimal(1 + n % 9).scaleb(min(int(of.as_tuple().exponent), 0))
    return type(of)(1 + n % 9)
