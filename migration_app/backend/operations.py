"""Flushing as Django asks for it after a transactional test: the worker gets a new copy of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

from . import runs, server
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.management.color import Style

    from .base import DatabaseWrapper
    from .testing import Testing

RECOPY: Final = "-- the worker's database is replaced by a new copy of its template"


class DatabaseOperations(PostgresOperations):
    """PostgreSQL's operations, where under test a flush is a new copy."""

    connection: DatabaseWrapper

    def sql_flush(
        self, style: Style, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Give what ``execute_sql_flush`` takes."""
        if self.connection.testing is None:
            return list(super().sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade))
        return [RECOPY]

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Replace the database; the list is emptied, so that no signal makes Django write to it again."""
        testing = self.connection.testing
        if testing is None:
            super().execute_sql_flush(sql_list)
        elif isinstance(sql_list, list) and sql_list:
            recopy(self.connection, testing)
            sql_list.clear()


def recopy(connection: DatabaseWrapper, testing: Testing) -> None:
    """Put a new copy of the template in the place of the worker's database."""
    connection.close()
    name = str(connection.settings_dict["NAME"])
    run = runs.current(Server.of(connection.alias, testing.source), testing.run)
    with run.lock:
        there = server.find(run.keeper, name)
        role = there.mark.role if there is not None and there.mark is not None else "worker"
        server.drop(run.keeper, name)
        server.copy(run.keeper, testing.template, name, run.mark(role, testing.template))
    testing.generation += 1
