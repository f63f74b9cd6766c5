"""Holds the shapes of two databases beside each other, column by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migration_app.engine.rows.shape import Name

from .model import ColumnLikeness, Likeness


@dataclass(frozen=True)
class Compared:
    """One column on both sides."""

    table: Name
    column: str
    wanted: ColumnLikeness
    """The source's."""
    found: ColumnLikeness
    """The target's."""
    wanted_distinct: int
    """How many different values the target's rows would have if they were the source's."""
    found_distinct: int

    @property
    def nulls_apart(self) -> float:
        """Difference of the null fractions."""
        return abs(self.wanted.nulls - self.found.nulls)

    @property
    def distinct_ratio(self) -> float:
        """The target's different values for each that there should be."""
        return self.found_distinct / self.wanted_distinct if self.wanted_distinct else 1.0

    @property
    def steps_apart(self) -> float | None:
        """Mean distance of the steps, in parts of the source's span; None where a side has none."""
        wanted, found = self.wanted.steps, self.found.steps
        if not wanted or not found:
            return None
        span = wanted[-1] - wanted[0] or max(abs(wanted[0]), 1.0)
        return sum(abs(w - f) for w, f in zip(wanted, found, strict=True)) / len(wanted) / span

    @property
    def shares_apart(self) -> float | None:
        """Half the sum of how far the shares of the commonest values differ, by label where labels are known."""
        if not self.wanted.frequencies:
            return None
        wanted = _shares(self.wanted)
        found = _shares(self.found)
        return sum(abs(wanted.get(k, 0) - found.get(k, 0)) for k in wanted.keys() | found.keys()) / 2


def compare(source: Likeness, target: Likeness, names: Iterable[Name]) -> tuple[Compared, ...]:
    """Give the columns of these tables of which both sides have statistics, in the order of the tables."""
    found = []
    for name in names:
        wanted, there = source.tables.get(name), target.tables.get(name)
        if wanted is None or there is None or not there.rows:
            continue
        for column, of in wanted.columns.items():
            other = there.columns.get(column)
            if other is not None:
                found.append(Compared(name, column, of, other, of.count(there.rows), other.count(there.rows)))
    return tuple(found)


def _shares(of: ColumnLikeness) -> dict[object, float]:
    keys: Iterable[object] = of.labels or range(len(of.frequencies))
    return dict(zip(keys, of.frequencies, strict=True))
