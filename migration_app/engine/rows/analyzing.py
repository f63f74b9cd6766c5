"""Statistics for the planner after many rows have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from .shape import Name


def analyze(connection: Connection[Any], names: Sequence[Name]) -> None:
    """Bring the tables' statistics up to date."""
    if names:
        connection.execute(f"ANALYZE {', '.join(str(name) for name in names)}".encode(), prepare=False)
