"""Which rows: conditions on tables, and the rows that a part of the database begins with, in the user's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.masking.closing import Closure, close, root
from migration_app.engine.rows.masking.conditions import try_condition
from migration_app.engine.rows.masking.including import Circle, Inclusion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name, Shape


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows somebody asks for, and how they are read."""

    wheres: tuple[str, ...] = ()
    """``table: condition``: only such rows, and none that can't do without others."""
    subsets: tuple[str, ...] = ()
    """``table: condition`` or ``table: N``: rows to begin with; what they need and what belongs to them comes along."""
    children: int | None = None
    """The most rows that one row takes along by one foreign key."""
    streams: int | None = None
    """Sessions that read at the same time; None: as many as this machine is good for."""


EVERYTHING: Final = Wish()


@dataclass(frozen=True)
class Narrowing:
    """The same, held against the schema."""

    inclusion: Inclusion
    roots: Mapping[Name, str] = field(default_factory=dict)
    children: int | None = None

    def closure(self, connection: Connection[Any], shape: Shape) -> Closure:
        """Find the part of the database that begins with the roots, within the open transaction."""
        return close(connection, shape, self.inclusion, self.roots, children=self.children)


def narrowing(
    connection: Connection[Any], shape: Shape, names: Sequence[Name], behind: frozenset[Name], wish: Wish
) -> Narrowing:
    """Understand the words, within an open read-only transaction.

    Raises:
        UsageError: a table isn't there, a condition isn't one, or tables need one another in a circle.

    """
    wheres = dict(_split("--where", words, names) for words in wish.wheres)
    roots = dict(_split("--subset", words, names) for words in wish.subsets)
    for option, given in (("--where", wheres), ("--subset", roots)):
        for name, words in given.items():
            if option == "--where" or not words.isdecimal():
                _try(connection, shape, option, name, words)
    inclusion = Inclusion(shape, wheres, behind)
    try:
        for name in names:
            inclusion.condition(name)
            inclusion.nulled(name)
    except Circle as error:
        raise UsageError(
            f"rows of {error} need one another in a circle, so a condition on one can't say which go",
            "Leave the condition out, or use --subset.",
        ) from None
    return Narrowing(inclusion, {name: root(shape, name, words) for name, words in roots.items()}, wish.children)


def _split(option: str, words: str, names: Sequence[Name]) -> tuple[Name, str]:
    table, colon, rest = words.partition(":")
    if not colon or not rest.strip():
        raise UsageError(f"{option} {words!r} has no condition", f"Write {option} 'orders: created_at > now() - …'.")
    found = next((name for name in names if table.strip() in {name.short, str(name)}), None)
    if found is None:
        raise UsageError(f"there is no table {table.strip()!r} to copy", "Name it as table or schema.table.")
    return found, rest.strip()


def _try(connection: Connection[Any], shape: Shape, option: str, name: Name, condition: str) -> None:
    try:
        try_condition(connection, shape.tables[name], condition)
    except psycopg.Error as error:
        # Syntax errors and unknown names are the user's own words; others may quote a row.
        reason = error.diag.message_primary if (error.sqlstate or "").startswith("42") else type(error).__name__
        failure = UsageError(f"{option} for {name.short} is no condition: {reason}", "It is what WHERE takes.")
    else:
        return
    raise failure
