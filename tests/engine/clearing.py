"""Takes rows out of the way that a new schema can't hold: those that the engine counts, and no others."""

from __future__ import annotations

from typing import Any

import psycopg

from migration_app.engine import diff
from migration_app.engine.kinds.breaking import breaking_queries, tables_of
from migration_app.engine.model import Address, Plan, Snapshot
from migration_app.engine.rows.holding import counted
from migration_app.engine.sql import qualified

Connection = psycopg.Connection[tuple[Any, ...]]
COUNT = "SELECT count(*) FROM "


def in_the_way(
    connection: Connection, plan: Plan, current: Snapshot, desired: Snapshot
) -> dict[Address, tuple[str, int]]:
    """Give object → the query for the rows in its way and how many it finds, for those that find any."""
    queries = breaking_queries(diff.compare(current, desired), plan, current, desired)
    counts = counted(connection, list(queries.values()))
    return {address: (query, count) for (address, query), count in zip(queries.items(), counts, strict=True) if count}


def clear(connection: Connection, plan: Plan, current: Snapshot, desired: Snapshot) -> None:
    """Delete the rows in the way, as a user would: by the query that found them, or else all of their table."""
    changes = {change.address: change for change in diff.compare(current, desired)}
    for address, (query, _) in in_the_way(connection, plan, current, desired).items():
        try:
            if not query.startswith(COUNT):
                raise psycopg.DataError
            connection.execute(f"DELETE FROM {query.removeprefix(COUNT)}".encode())
        except psycopg.Error:
            tables = tables_of(changes[address], current) if address in changes else {address}
            names = ", ".join(qualified(*table.path) for table in tables if table in current.objects)
            connection.execute(f"TRUNCATE {names} CASCADE".encode())
