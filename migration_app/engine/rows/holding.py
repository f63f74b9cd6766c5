"""Which tables hold rows, and how many rows a query finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import tuple_row

from migration_app.engine.sql import literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psycopg import Connection


def holding_rows(connection: Connection[Any], tables: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Give those of the tables, (schema, name), that hold a row: one round trip.

    One that the role may not read counts as holding rows.
    """
    names = list(tables)
    if not names:
        return frozenset()
    parts = (
        f"SELECT {number} WHERE CASE WHEN pg_catalog.has_table_privilege({literal(qualified(*name))}, 'select') "
        f"THEN EXISTS (SELECT FROM {qualified(*name)}) ELSE true END"
        for number, name in enumerate(names)
    )
    try:
        with connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(" UNION ALL ".join(parts).encode(), prepare=False)
            return frozenset(names[row[0]] for row in cursor)
    except psycopg.Error as error:
        # Privileges of all tables are checked before any branch is taken.
        if connection.closed or error.sqlstate is None:
            raise
        return frozenset(names)


def counted(connection: Connection[Any], queries: Sequence[str]) -> list[int | None]:
    """Give what each query counts; None where the server can't run it, because it is about what is yet to come."""
    found: list[int | None] = []
    for query in queries:
        try:
            with connection.cursor(row_factory=tuple_row) as cursor:
                row = cursor.execute(query.encode(), prepare=False).fetchone()
            found.append(None if row is None else int(row[0]))
        except psycopg.Error as error:
            if connection.closed or error.sqlstate is None:
                raise
            found.append(None)
    return found
