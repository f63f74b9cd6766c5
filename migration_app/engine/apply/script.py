"""Runs a file of SQL as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from migration_app.engine.errors import ScriptFailed

if TYPE_CHECKING:
    from psycopg import Connection


def run_script(connection: Connection[Any], text: str, name: str) -> None:
    """Send the whole text as one simple query: one transaction, unless it begins its own.

    Raises:
        ScriptFailed: the server refused a statement; its line is named and nothing was changed.

    """
    try:
        connection.execute(text.encode(), prepare=False)
    except psycopg.Error as error:
        position = int(error.diag.statement_position or 0)
        line = text.count("\n", 0, position) + 1 if position else None
        reason = error.diag.message_primary or str(error).strip()
        raise ScriptFailed(name, line, reason) from error
