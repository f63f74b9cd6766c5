"""Empties tables and puts their sequences back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from .shape import Name


def holding_rows(connection: Connection[Any], names: Sequence[Name]) -> frozenset[Name]:
    """Give those of the tables that hold at least one row: one wait."""
    cursors = {name: connection.cursor(row_factory=tuple_row) for name in names}
    with connection.pipeline():
        for name, cursor in cursors.items():
            cursor.execute(f"select from {name} limit 1".encode(), prepare=False)
    return frozenset(name for name, cursor in cursors.items() if cursor.fetchone() is not None)


def empty(connection: Connection[Any], names: Sequence[Name]) -> None:
    """Empty the tables within the open transaction, identities restarted; what refers to them must be among them."""
    if names:
        tables = ", ".join(str(name) for name in names)
        connection.execute(f"TRUNCATE TABLE {tables} RESTART IDENTITY".encode(), prepare=False)
