"""Which row of another table each row refers to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, repeat
from math import ceil
from operator import add, mod
from typing import cast

from migration_app.engine.rows.likeness.model import ColumnLikeness
from migration_app.engine.rows.shape import ForeignKey

from .batch import Batch, Maker, Parent
from .fans import Fan, Span
from .liking import nulls_of, skew
from .makers import Made, Numbered
from .noise import Noise

_FEW = 8
"""Rows of another table that may be referred to from the first row on."""
_LOW = 2**32 - 1


def index(key: ForeignKey) -> str:
    """Give the name of the column that holds which row is referred to; no table has one like it."""
    return f"→{key.name}"


@dataclass
class Reference:
    """A foreign key of the table that is being designed."""

    key: ForeignKey
    parent: Parent
    ratio: float
    """Rows of the other table for each of this one's."""
    nullable: bool
    itself: bool
    """The table refers to itself."""
    mode: str = "free"
    """``free``, ``each`` (another one for each row), ``grid`` (part of a combination that no two rows share)."""
    place: Callable[[int], int] | None = None
    places: Callable[[range], list[int]] | None = None
    """The same for rows that follow one another, at once."""
    fan: Fan | None = None
    """Where rows that refer to the same one follow one another."""
    like: ColumnLikeness | None = None
    """How another database's rows refer."""
    rows: int = 0
    """How many rows there are to refer."""

    @property
    def fixed(self) -> bool:
        """Whether the row's number alone says which."""
        return self.mode != "free"

    def available(self, row: int) -> int:
        """Give how many rows can be referred to; the same however many there will be in the end."""
        return min(self.parent.size, max(_FEW, int((row + 1) * self.ratio)))

    def one_each(self) -> int:
        """Give every row one of its own; returns for how many rows there are enough."""
        self.mode = "each"
        step = max(1, self.ratio)
        self.place = lambda row: int(row * step)
        size = self.parent.size
        return ceil(size / step)

    def availables(self, rows: Sequence[int]) -> Sequence[int]:
        """Give for each row how many rows can be referred to."""
        size, ratio = self.parent.size, self.ratio
        least = min(rows, default=0)
        if not rows or self.available(least) >= size:
            return [size] * len(rows)
        if self.available(least) > _FEW and self.available(max(rows)) < size:
            return [int((row + 1) * ratio) for row in rows]
        return [min(size, max(_FEW, int((row + 1) * ratio))) for row in rows]

    def maker(self, path: tuple[object, ...]) -> Maker:
        """Give the maker of the row numbers."""
        place = self.place
        if place is not None:
            return Numbered(place, self.places)
        stream = lru_cache(maxsize=None)(lambda salt: Noise(*path, index(self.key), salt))
        if self.like is not None and not self.itself:
            return self._liked(self.like, stream)
        nulls = (52 if self.itself else 26) if self.nullable else 0

        def make(batch: Batch) -> list[int | None]:
            words = stream(batch.salt).of(batch.rows)
            often = max(nulls, 128) if nulls and batch.salt else nulls
            if self.itself:
                return [self._earlier(row, n, often) for row, n in zip(batch.rows, words, strict=True)]
            # A square of 31 bits: rows with small numbers are referred to more often.
            return [
                None if n & 255 < often else (n >> 33) ** 2 * size >> 62
                for n, size in zip(words, self.availables(batch.rows), strict=True)
            ]

        return Made(make)

    def _liked(self, like: ColumnLikeness, stream: Callable[[int], Noise]) -> Maker:
        """Refer to as many different rows, to the first as often as the commonest is, and as often to none."""
        most = min(self.parent.size, like.count(self.rows))
        nulls, power = nulls_of(like) if self.nullable else 0, skew(like, most)

        def make(batch: Batch) -> list[int | None]:
            words = stream(batch.salt).of(batch.rows)
            often = max(nulls, 128) if nulls and batch.salt else nulls
            return [
                None if n & 255 < often else int(((n >> 11) / 2**53) ** power * min(size, most))
                for n, size in zip(words, self.availables(batch.rows), strict=True)
            ]

        return Made(make)

    def _earlier(self, row: int, n: int, often: int) -> int | None:
        if row == 0 or n & 255 < often:
            return None if self.nullable else 0 if row == 0 else n % row
        return (n >> 11) % row


@dataclass(frozen=True)
class Dimension:
    """One part of a combination: how many values there are at a row, and what takes the chosen one."""

    available: Callable[[int], int]
    least: int
    availables: Callable[[Sequence[int]], Sequence[int]]
    """The same for several rows."""


def combine(lead: Reference | None, parts: Sequence[Dimension], path: tuple[object, ...], rows: float) -> Combination:
    """Give combinations that no two rows share; rows with the same lead follow one another."""
    return Combination(lead, tuple(parts), Noise(*path, "→grid"), rows)


class Combination:
    """Row number → the lead's row and each part's place."""

    def __init__(self, lead: Reference | None, parts: tuple[Dimension, ...], noise: Noise, rows: float) -> None:
        self._parts, self._noise, self._lead = parts, noise, lead
        least = 1
        for part in parts:
            least *= part.least
        self._all = least
        self.fan = None if lead is None else Fan(max(rows, 1e-6), least)
        self._last: tuple[range, Span] | None = None

    @property
    def capacity(self) -> int:
        """How many rows there can be."""
        if self._lead is None or self.fan is None:
            return self._all
        return self.fan.children(self._lead.parent.size - 1).stop if self._lead.parent.size else 0

    def lead(self, row: int) -> int:
        """Give the lead's row."""
        return 0 if self.fan is None else self.fan.place(row)[0]

    def part(self, number: int) -> Callable[[int], int]:
        """Give row number → the place of one part."""

        def place(row: int) -> int:
            if self.fan is None:
                rest, start = row, row
            else:
                above, among = self.fan.place(row)
                start = row - among
                rest = (self._noise.of((above,))[0] & _LOW) + among
            sizes = [part.available(start) for part in self._parts]
            whole = 1
            for size in sizes:
                whole *= size
            rest %= whole
            for size in sizes[:number]:
                rest //= size
            return rest % sizes[number]

        return place

    def leads(self, rows: range) -> list[int]:
        """Give the leads of rows that follow one another."""
        return [0] * len(rows) if self.fan is None or not rows else self._span(rows).leads()

    def parts(self, number: int) -> Callable[[range], list[int]]:
        """Give rows that follow one another → the places of one part."""
        place = self.part(number)

        def several(rows: range) -> list[int]:
            if self.fan is None or len(self._parts) != 1 or not rows:
                return [place(row) for row in rows]
            span = self._span(rows)
            words = self._noise.of(span.parents)
            firsts = [word & _LOW for word in words]
            firsts[0] += span.skipped
            whole = chain.from_iterable(map(range, firsts, map(add, firsts, span.counts)))
            start = rows.start - span.skipped
            available = self._parts[0].available
            if available(start) == available(rows.stop - 1):
                size = available(start)
                return [number % size for number in whole]
            starts = accumulate(span.counts[1:-1], initial=start + span.skipped + span.counts[0])
            sizes = self._parts[0].availables([start, *starts])
            return list(map(mod, whole, chain.from_iterable(map(repeat, sizes, span.counts))))

        return several

    def _span(self, rows: range) -> Span:
        # Every part asks for the spans of the same rows.
        if self._last is None or self._last[0] != rows:
            self._last = (rows, cast("Fan", self.fan).span(rows))
        return self._last[1]
