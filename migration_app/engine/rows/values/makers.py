"""Makers of columns that say what they read, and that know a short way to COPY text where there is one.

A maker is any function of a batch. Without ``reads`` it may read every column of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from migration_app.engine.rows.encoding import field

from .batch import Batch, Parent, Values


@dataclass(frozen=True)
class Made:
    """A function of a batch, and the columns that it reads."""

    make: Callable[[Batch], Values]
    reads: tuple[str, ...] = ()

    def __call__(self, batch: Batch) -> Values:
        """Give the column."""
        return self.make(batch)


@dataclass(frozen=True)
class Constant:
    """The same value in every row."""

    value: Any
    reads: tuple[str, ...] = ()

    def __call__(self, batch: Batch) -> Values:
        """Give the column."""
        return [self.value] * len(batch)

    def texts(self, batch: Batch) -> Sequence[str]:
        """Give it as fields of COPY text."""
        return [field(self.value)] * len(batch)


@dataclass(frozen=True)
class Same:
    """Another column's values."""

    name: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The other column."""
        return (self.name,)

    def __call__(self, batch: Batch) -> Values:
        """Give the column."""
        return batch[self.name]

    def texts(self, batch: Batch) -> Sequence[str]:
        """Give them as fields of COPY text."""
        return batch.texts(self.name)


@dataclass(frozen=True)
class Numbered:
    """Values that the row's number alone decides; ``whole`` gives those of rows that follow one another."""

    value: Callable[[int], Any]
    whole: Callable[[range], Values] | None = None
    reads: tuple[str, ...] = ()

    def __call__(self, batch: Batch) -> Values:
        """Give the column."""
        if self.whole is not None and isinstance(batch.rows, range):
            return self.whole(batch.rows)
        return list(map(self.value, batch.rows))


@dataclass(frozen=True)
class LookedUp:
    """A column of the rows that are referred to; ``rows`` names the column that holds which."""

    rows: str
    parent: Parent
    column: str

    @property
    def reads(self) -> tuple[str, ...]:
        """What holds the rows."""
        return (self.rows,)

    def __call__(self, batch: Batch) -> Values:
        """Give the column."""
        return self.parent.values(self.column, batch[self.rows])

    def texts(self, batch: Batch) -> Sequence[str]:
        """Give them as fields of COPY text."""
        return self.parent.texts(self.column, batch[self.rows])
