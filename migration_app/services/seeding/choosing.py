"""Which tables get rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.shape import Name, Shape, Table, needed_by

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOOKS: Final = frozenset(
    {
        "_prisma_migrations",
        "alembic_version",
        "ar_internal_metadata",
        "django_migrations",
        "flyway_schema_history",
        "goose_db_version",
        "schema_migrations",
    }
)
"""Where tools keep what they have done: invented rows would mislead them."""


def chosen_tables(shape: Shape, words: Iterable[str], platform: frozenset[str]) -> frozenset[Name]:
    """Give the tables named and those their rows can't do without; all that can hold rows where none is named.

    Raises:
        UsageError: a table isn't there.

    """
    wanted = tuple(words)
    if not wanted:
        return frozenset(name for name, table in shape.tables.items() if _ordinary(table, platform))
    found = {word: shape.find(word) for word in wanted}
    for word, name in found.items():
        if name is None:
            raise UsageError(f"there is no table {word!r} in the target", "Name it as table or schema.table.")
        if shape.tables[name].partition_of is not None:
            raise UsageError(f"{word} is a partition", f"Name the whole: {shape.tables[name].partition_of}.")
    named = {name for name in found.values() if name is not None}
    # What a hosting platform keeps is written by its own ways, or stands.
    return frozenset(name for name in needed_by(shape, named) if name in named or name.schema not in platform)


def books(shape: Shape) -> list[str]:
    """Name the tables that are another tool's own and that nobody fills unless they are named."""
    return sorted(name.short for name in shape.tables if name.table in _BOOKS)


def _ordinary(table: Table, platform: frozenset[str]) -> bool:
    return (
        table.partition_of is None
        and not table.foreign
        and table.insertable
        and table.name.schema not in platform
        and table.name.table not in _BOOKS
    )
