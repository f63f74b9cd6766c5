"""Finds statements of a plan that aren't needed: without one of them the rest runs, and reaches the same schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from migration_app.engine import catalog, diff
from migration_app.engine.model import Snapshot, Statement, Verb

Connection = psycopg.Connection[tuple[Any, ...]]
AS_APPLIED = "SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = error"
ROWS_ONLY = ("SELECT ", "REFRESH ")
"""What changes rows and counters, which no comparison of schemas sees."""


def unneeded(connection: Connection, statements: Sequence[Statement], wanted: Snapshot) -> list[Statement]:
    """Give the statements that can be left out one by one; none of a plan that can't be tried in one transaction."""
    if any(not each.transactional or each.settles for each in statements):
        return []
    return [
        statement
        for number, statement in enumerate(statements)
        if statement.verb is not Verb.MOVE
        # A type's shell, which PostgreSQL makes as well where a function names the type first.
        and all(each.address != statement.address for each in statements[number + 1 :])
        and not statement.sql.startswith(ROWS_ONLY)
        and _reached(connection, [*statements[:number], *statements[number + 1 :]], wanted)
    ]


def _reached(connection: Connection, statements: Sequence[Statement], wanted: Snapshot) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(";\n".join([AS_APPLIED, *(each.sql for each in statements)]).encode())
            if connection.execute("SELECT current_user <> session_user").fetchone() == (True,):
                return False
            return not diff.compare(catalog.read(connection, within=True), wanted)
    except psycopg.Error:
        return False
