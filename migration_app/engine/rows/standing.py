"""Keys of rows that a table holds already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import idents

from .values.design import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from .shape import Name

_MOST: Final = 100_000


def standing(connection: Connection[Any], name: Name, columns: Sequence[str]) -> Standing:
    """Read the columns of the table's rows, up to 100,000 of them, in the columns' order."""
    order = idents(columns)

    def read(*wanted: str) -> list[tuple[Any, ...]]:
        with connection.cursor(row_factory=tuple_row) as cursor:
            words = f"select {idents(wanted)} from {name} order by {order} limit {_MOST}"
            cursor.execute(words.encode(), prepare=False)
            return cursor.fetchall()

    rows = read(*columns)
    keys: dict[str, Sequence[Any]] = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    return Standing(keys, lambda column: [row[0] for row in read(column)])
