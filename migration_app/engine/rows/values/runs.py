"""Neighbouring columns that a row of another table decides together: one look-up gives their fields as one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        if not self._kept:
            whole = range(lead.parent.size)
            fields = [
                part.parent.texts(part.column, whole)
                if isinstance(part, LookedUp)
                else [written(part.value)] * len(whole)
                for part in self.parts
            ]
            self._kept.extend(map("\t".join, zip(*fields, strict=True)))
        nothing = "\t".join(NULL if isinstance(part, LookedUp) else written(part.value) for part in self.parts)
        return at(self._kept, batch[lead.rows], nothing)


def at(there: Sequence[T], rows: Sequence[int | None], null: T) -> list[T]:
    """Give what is there for rows by number, ``null`` for None."""
    try:
        return list(map(there.__getitem__, rows))  # type: ignore[arg-type]
    except TypeError:
        return [null if row is None else there[row] for row in rows]


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
    if isinstance(maker, LookedUp) and not 0 < maker.parent.size <= KEPT:
        return None
    return maker if isinstance(maker, LookedUp | Constant) else None


def _together(parts: Sequence[LookedUp | Constant], part: LookedUp | Constant) -> bool:
    there = [one for one in (*parts, part) if isinstance(one, LookedUp)]
    return bool(there) and all(one.rows == there[0].rows and one.parent is there[0].parent for one in there)
