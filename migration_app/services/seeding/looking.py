"""What there is to do: which tables get rows, which are emptied first, which hold rows already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app.engine.rows.emptying import empty, holding_rows
from migration_app.engine.rows.shape import Name, Shape, filling_order, referring_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.services.history import Recorder


@dataclass(frozen=True)
class Work:
    """The tables of a run."""

    shape: Shape
    emptied: tuple[Name, ...]
    held: frozenset[Name]
    """Chosen, or referred to, and holding rows that stay."""
    todo: tuple[Name, ...]
    """In the order in which they can be filled."""
    kept: tuple[Name, ...]
    """Chosen, and left as they are."""


def look(
    conn: Connection[Any], shape: Shape, chosen: Iterable[Name], *, reset: bool, begun: frozenset[Name] = frozenset()
) -> Work:
    """Find out within the open transaction; rows in tables that a stopped run has ``begun`` aren't counted."""
    wanted = frozenset(chosen)
    emptied = tuple(sorted(n for n in referring_to(shape, wanted) if not shape.tables[n].foreign)) if reset else ()
    targets = {key.target for name in wanted for key in shape.tables[name].foreign_keys}
    asked = sorted((wanted | targets) - set(emptied))
    held = holding_rows(conn, [name for name in asked if name not in begun])
    todo = tuple(name for name in filling_order(shape, wanted) if name not in held)
    return Work(shape, emptied, held, todo, tuple(sorted(held & wanted)))


def clear(conn: Connection[Any], run: Recorder, work: Work) -> None:
    """Empty what is to be emptied, within the open transaction."""
    if work.emptied:
        with run.step("empty the tables") as step:
            empty(conn, [name for name in work.emptied if work.shape.tables[name].partition_of is None])
            step.detail(tables=[name.short for name in work.emptied])
