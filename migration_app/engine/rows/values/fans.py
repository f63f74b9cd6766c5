"""How many rows refer to each row of another table: few to many, most to a few; found at any row without counting."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, cycle, islice, repeat
from typing import Final

_GROUP: Final = 16
_WEIGHTS: Final = tuple(1 / (place + 2) for place in range(_GROUP))


@dataclass(frozen=True)
class Span:
    """Rows that follow one another, by parent."""

    parents: Sequence[int]
    counts: Sequence[int]
    """How many of the rows each parent has."""
    skipped: int
    """How many rows of the first parent's lie before the span."""

    def leads(self) -> list[int]:
        """Give each row's parent."""
        return list(chain.from_iterable(map(repeat, self.parents, self.counts)))


class Fan:
    """Consecutive rows share a parent. Parents come in groups, in each of which the first have the most."""

    def __init__(self, mean: float, most: int | None = None) -> None:
        """Spread ``mean`` rows a parent on average, at most ``most`` to one."""
        self._parents = _GROUP if mean >= 1 else max(_GROUP, round(_GROUP / mean))
        total = max(round(mean * self._parents), 1)
        if total >= self._parents:
            weights = [_WEIGHTS[place % _GROUP] for place in range(self._parents)]
            sizes = [max(1, round(total * weight / sum(weights))) for weight in weights]
        else:
            sizes = [1] * total  # those after them have none
        if most is not None:
            sizes = [min(size, most) for size in sizes]
        self.sizes = sizes
        self._starts = [0, *accumulate(sizes)]
        self._group = self._starts[-1]

    @property
    def biggest(self) -> int:
        """The most rows that one parent has."""
        return max(self.sizes)

    def place(self, row: int) -> tuple[int, int]:
        """Give the row's parent, and its place among that one's rows."""
        group, rest = divmod(row, self._group)
        parent = bisect_right(self._starts, rest) - 1
        return group * self._parents + parent, rest - self._starts[parent]

    def children(self, parent: int) -> range:
        """Give the rows of a parent."""
        group, rest = divmod(parent, self._parents)
        if rest >= len(self.sizes):
            start = (group + 1) * self._group
            return range(start, start)
        start = group * self._group + self._starts[rest]
        return range(start, start + self.sizes[rest])

    def needed(self, rows: int) -> int:
        """Give how many parents that many rows have."""
        return self.place(rows - 1)[0] + 1 if rows else 0

    def span(self, rows: range) -> Span:
        """Give the parents of rows that follow one another; there is at least one row."""
        first, skipped = self.place(rows.start)
        last, end = self.place(rows.stop - 1)
        if self._parents == len(self.sizes):
            parents: Sequence[int] = range(first, last + 1)
        else:
            groups = range(first // self._parents, last // self._parents + 1)
            several = chain.from_iterable(range(g * self._parents, g * self._parents + len(self.sizes)) for g in groups)
            parents = [parent for parent in several if first <= parent <= last]
        place = first % self._parents
        counts = list(islice(cycle(self.sizes), place, place + len(parents)))
        counts[-1] = end + 1
        counts[0] -= skipped
        return Span(parents, counts, skipped)
