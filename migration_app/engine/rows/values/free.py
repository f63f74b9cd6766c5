"""Columns that may take any value within their limits, another one at each try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from migration_app.engine.rows.encoding import NULL, texts

from .batch import Batch
from .meaning import Pool
from .noise import Noise
from .scalars import Moment, Scalar

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
    _streams: dict[int, Noise] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the values are compared with."""
        return tuple(name for name, _ in (*self.after, *self.before))

    def __call__(self, batch: Batch) -> list[Any]:
        """Give the column."""
        words = self._words(batch)
        scalar, nulls, hints = self.scalar, self.nulls, self.hints
        if not batch.salt and not nulls:
            found = list(map(scalar, words))
        else:
            often = max(nulls, _OFTEN) if nulls and batch.salt else nulls
            found = [None if n >> 56 < often else scalar(n) for n in words]
        if batch.salt and hints:
            found = [v if v is None or n & 0x300000 else _near(hints, n) for v, n in zip(found, words, strict=True)]
        for name, strict in self.after:
            found = _shifted(found, batch[name], words, strict, _later)
        for name, strict in self.before:
            found = _shifted(found, batch[name], words, strict, _earlier)
        return found

    def texts(self, batch: Batch) -> Sequence[str]:
        """Give them as fields of COPY text."""
        if batch.salt or self.reads:
            return texts(self(batch))
        if isinstance(self.scalar, Moment):
            text, nulls = self.scalar.text, self.nulls
            return [NULL if n >> 56 < nulls else text(n) for n in self._words(batch)]
        if not isinstance(self.scalar, Pool):
            return texts(self(batch))
        found = self.scalar.texts
        size, nulls = len(found), self.nulls
        words = self._words(batch)
        if not nulls:
            return [found[n % size] for n in words]
        return [NULL if n >> 56 < nulls else found[n % size] for n in words]

    def _words(self, batch: Batch) -> Sequence[int]:
        stream = self._streams.get(batch.salt)
        if stream is None:
            stream = self._streams[batch.salt] = Noise(*self.path, batch.salt)
        return stream.of(batch.rows)


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
