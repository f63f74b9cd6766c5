"""Flushing as Django asks for it after a transactional test: the worker gets a new copy of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

from . import replacing
from .introspection import RESETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.management.color import Style

    from .base import DatabaseWrapper

RECOPY: Final = "-- the worker's database is replaced by a new copy of its template"


class DatabaseOperations(PostgresOperations):
    """PostgreSQL's operations, where under test a flush is a new copy."""

    connection: DatabaseWrapper

    def sql_flush(
        self, style: Style, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Give what ``execute_sql_flush`` takes: nothing, where under test nothing was written."""
        testing = self.connection.testing
        if testing is None:
            return list(super().sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade))
        return [RECOPY] if replacing.needed(self.connection, testing) else []

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Replace the database; the list is emptied, so that no signal makes Django write to it again."""
        testing = self.connection.testing
        if testing is None:
            super().execute_sql_flush(sql_list)
        elif isinstance(sql_list, list) and sql_list:
            replacing.replace(self.connection, testing)
            sql_list.clear()

    def sequence_reset_by_name_sql(self, style: Style, sequences: list[Any]) -> list[str]:
        """Put every sequence behind the rows that the template has, or to its start where there are none."""
        testing = self.connection.testing
        if testing is None:
            return list(super().sequence_reset_by_name_sql(style, sequences))
        testing.dirty = True
        with self.connection.cursor() as cursor:
            cursor.execute(RESETS)
            return [statement for (statement,) in cursor.fetchall()]
