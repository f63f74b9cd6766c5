"""Neighbouring columns that a row of another table decides together: one look-up gives their fields as one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Final, TypeVar

from migration_app.engine.rows.encoding import NULL
from migration_app.engine.rows.encoding import field as written

from .batch import Batch, Maker
from .makers import Constant, LookedUp, Same

T = TypeVar("T")
KEPT: Final = 200_000
"""Rows of another table up to which a column of it that is looked up is kept whole."""


@dataclass(frozen=True)
class Run:
    """Columns that follow one another; more than one where they are looked up at once."""

    columns: tuple[str, ...]
    parts: tuple[LookedUp | Constant, ...] = ()
    _kept: list[str] = field(default_factory=list)

    def texts(self, batch: Batch) -> Sequence[str]:
        """Give the fields of a run of several, tabs between them."""
        lead = next(part for part in self.parts if isinstance(part, LookedUp))
        nothing = "\t".join(NULL if isinstance(part, LookedUp) else written(part.value) for part in self.parts)
        if lead.parent.size > KEPT:
            return there(batch[lead.rows], partial(once_near, make=self._of), nothing)
        if not self._kept:
            self._kept.extend(self._of(range(lead.parent.size)))
        return at(self._kept, batch[lead.rows], nothing)

    def _of(self, rows: Sequence[int]) -> Sequence[str]:
        fields = [
            part.parent.texts(part.column, rows) if isinstance(part, LookedUp) else [written(part.value)] * len(rows)
            for part in self.parts
        ]
        return list(map("\t".join, zip(*fields, strict=True)))


def at(there: Sequence[T], rows: Sequence[int | None], null: T) -> list[T]:
    """Give what is there for rows by number, ``null`` for None."""
    try:
        return list(map(there.__getitem__, rows))  # type: ignore[arg-type]
    except TypeError:
        return [null if row is None else there[row] for row in rows]


def there(rows: Sequence[int | None], make: Callable[[Sequence[int]], Sequence[T]], null: T) -> Sequence[T]:
    """Make values for the rows that are there, and give ``null`` for None."""
    if None not in rows:
        return make(rows)  # type: ignore[arg-type]
    made = iter(make([row for row in rows if row is not None]))
    return [null if row is None else next(made) for row in rows]


def once_near(rows: Sequence[int], make: Callable[[Sequence[int]], Sequence[T]]) -> Sequence[T]:
    """Make values once for rows that come more than once, where these lie near each other."""
    if not rows or isinstance(rows, range):
        return make(rows)
    first, stop = min(rows), max(rows) + 1
    if stop - first > 2 * len(rows):
        return make(rows)
    once = make(range(first, stop))
    return [once[row - first] for row in rows]


def each_once(rows: Sequence[int], make: Callable[[Sequence[int]], Sequence[T]]) -> Sequence[T]:
    """Make values once for rows that come more than once, wherever they lie."""

    def apart(some: Sequence[int]) -> Sequence[T]:
        several = sorted(set(some))
        found = dict(zip(several, make(several), strict=True))
        return [found[row] for row in some]

    return once_near(rows, lambda some: make(some) if isinstance(some, range) else apart(some))


def together(columns: Sequence[str], makers: Mapping[str, Maker]) -> tuple[str, ...]:
    """Put columns that a row of another table decides side by side, and constants beside the first of these."""
    found: dict[str, list[str]] = {}
    constant: list[str] = []
    for name in columns:
        part = _part(makers, name)
        if isinstance(part, Constant):
            constant.append(name)
        else:
            found.setdefault(name if part is None else part.rows, []).append(name)
    beside = next((some for some in found.values() if _part(makers, some[0]) is not None), None)
    if beside is None:
        return tuple(columns)
    beside += constant
    return tuple(chain.from_iterable(found.values()))


def runs(columns: Sequence[str], makers: Mapping[str, Maker]) -> tuple[Run, ...]:
    """Divide the columns into runs."""
    found: list[Run] = []
    for name in columns:
        part = _part(makers, name)
        last = found[-1] if found else None
        if last is not None and part is not None and last.parts and _together(last.parts, part):
            found[-1] = Run((*last.columns, name), (*last.parts, part))
        else:
            found.append(Run((name,), () if part is None else (part,)))
    return tuple(found)


def _part(makers: Mapping[str, Maker], name: str) -> LookedUp | Constant | None:
    maker = makers[name]
    while isinstance(maker, Same):
        maker = makers[maker.name]
    if isinstance(maker, LookedUp) and not maker.parent.size:
        return None
    return maker if isinstance(maker, LookedUp | Constant) else None


def _together(parts: Sequence[LookedUp | Constant], part: LookedUp | Constant) -> bool:
    there = [one for one in (*parts, part) if isinstance(one, LookedUp)]
    return bool(there) and all(one.rows == there[0].rows and one.parent is there[0].parent for one in there)
