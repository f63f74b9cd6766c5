"""In which order tables can be filled: what is referred to comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import ForeignKey, Name, Shape


def filling_order(shape: Shape, names: Iterable[Name]) -> tuple[Name, ...]:
    """Give the tables so that each comes after those it refers to; a circle is opened at a nullable reference."""
    wanted = sorted(set(names))
    done: dict[Name, None] = {}
    waiting = list(wanted)
    while waiting:
        ready = [n for n in waiting if not _before(shape, n, waiting, required_only=False)]
        if not ready:
            ready = [n for n in waiting if not _before(shape, n, waiting, required_only=True)][:1] or waiting[:1]
        done.update(dict.fromkeys(ready))
        waiting = [name for name in waiting if name not in done]
    return tuple(done)


def _before(shape: Shape, name: Name, waiting: Sequence[Name], *, required_only: bool) -> bool:
    keys = shape.tables[name].foreign_keys
    return any(
        key.target in waiting and key.target != name and (not required_only or is_required(shape, name, key))
        for key in keys
    )


def is_required(shape: Shape, name: Name, key: ForeignKey) -> bool:
    """Tell whether a row can't be written without what the key refers to."""
    columns = shape.tables[name].by_name
    return all(columns[column].not_null for column in key.columns)


def needed_by(shape: Shape, names: Iterable[Name]) -> frozenset[Name]:
    """Give the tables and those that their rows can't do without."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            keys = shape.tables[name].foreign_keys
            waiting += [key.target for key in keys if is_required(shape, name, key)]
    return frozenset(found)


def referring_to(shape: Shape, names: Iterable[Name]) -> frozenset[Name]:
    """Give the tables and all whose rows refer to theirs, however far."""
    found = set(names)
    grown = True
    while grown:
        more = {
            name
            for name, table in shape.tables.items()
            if name not in found and any(key.target in found for key in table.foreign_keys)
        }
        found |= more
        grown = bool(more)
    return frozenset(found)
