"""A condition in a user's words, tried before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.rows.shape import Table


def try_condition(connection: Connection[Any], table: Table, condition: str) -> None:
    """Have the server understand the condition, within an open read-only transaction; no row is read.

    The extended protocol takes one statement only: words that end this one and begin another are refused.
    """
    query = f"select from {table.name} where (\n{condition}\n) limit 0"
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute(query.encode(), (), prepare=False)
