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
    words = idents(columns)
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(f"select {words} from {name} order by {words} limit {_MOST}".encode(), prepare=False)
        rows = cursor.fetchall()
    return Standing({column: [row[place] for row in rows] for place, column in enumerate(columns)})
