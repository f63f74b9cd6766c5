"""Where sequences stand: what they gave last, and whether they gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

from migration_app.engine.sql import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

Position = tuple[int, bool]
"""last_value and is_called, as setval() takes them."""


def positions(connection: Connection[Any], sequences: Sequence[str]) -> Mapping[str, Position]:
    """Give sequence → position for sequences named as SQL names them: one wait however many there are."""
    cursors = {name: connection.cursor(row_factory=tuple_row) for name in sequences}
    with connection.pipeline():
        for name, cursor in cursors.items():
            cursor.execute(f"select last_value, is_called from {name}".encode(), prepare=False)
    rows = {name: cursor.fetchone() for name, cursor in cursors.items()}
    return {name: (int(row[0]), bool(row[1])) for name, row in rows.items() if row is not None}


def setting(name: str, position: Position) -> str:
    """Give the statement that puts the sequence there."""
    value, called = position
    return f"SELECT pg_catalog.setval({literal(name)}::pg_catalog.regclass, {value:d}, {str(called).lower()})"


def set_positions(connection: Connection[Any], wanted: Mapping[str, Position]) -> None:
    """Put the sequences where they stood: one wait."""
    with connection.pipeline():
        for name, position in wanted.items():
            connection.execute(setting(name, position).encode(), prepare=False)
