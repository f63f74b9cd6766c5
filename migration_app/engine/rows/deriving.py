"""Rows that follow from other rows: one statement of the team's own for a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from psycopg import Connection


def derive(connection: Connection[Any], schema: str, statement: str) -> int:
    """Run the statement within the open transaction, where names are looked up in the schema; give its rows."""
    connection.execute(f"SET LOCAL search_path = {ident(schema)}".encode(), prepare=False)
    count = connection.execute(statement.encode(), prepare=False).rowcount
    connection.execute("SET LOCAL search_path = ''", prepare=False)
    return count
