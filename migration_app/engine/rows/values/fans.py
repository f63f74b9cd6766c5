"""How many rows refer to each row of another table: few to many, most to a few; found at any row without counting."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Final

_GROUP: Final = 16
_WEIGHTS: Final = tuple(1 / (place + 2) for place in range(_GROUP))


class Fan:
    """Consecutive rows share a parent. Parents come in groups, in each of which the first have the most."""

    def __init__(self, mean: float, most: int | None = None) -> None:
        """Spread ``mean`` rows a parent on average, at most ``most`` to one."""
        parents = _GROUP if mean * _GROUP >= _GROUP else max(_GROUP, round(_GROUP / mean))
        total = max(round(mean * parents), 1)
        if total >= parents:
            weights = [_WEIGHTS[place % _GROUP] for place in range(parents)]
            sizes = [max(1, round(total * weight / sum(weights))) for weight in weights]
        else:
            sizes = [1] * total + [0] * (parents - total)
        if most is not None:
            sizes = [min(size, most) for size in sizes]
        self.sizes = sizes
        self._starts = [0, *accumulate(sizes)]
        self._group = self._starts[-1]
        self._parents = parents

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
        start = group * self._group + self._starts[rest]
        return range(start, start + self.sizes[rest])

    def needed(self, rows: int) -> int:
        """Give how many parents that many rows have."""
        return self.place(rows - 1)[0] + 1 if rows else 0
