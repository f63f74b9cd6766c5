"""Rows as COPY text, out of a table and into one: exact, and the same whatever the session's settings are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.sql import idents, qualified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from psycopg import Connection

# What pg_dump sets for the same reason: text that reads back as the same value. With row_security off a policy
# that would hide rows is an error.
SETTINGS: Final = {
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "3",
    "xmloption": "content",
    "row_security": "off",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A table's own rows, those of children and partitions left out; generated columns aren't written."""

    schema: str
    table: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table as SQL names it."""
        return qualified(self.schema, self.table)

    @property
    def words(self) -> str:
        """The table and its columns, as COPY takes them."""
        return f"{self.name} ({idents(self.columns)})"


def settle(connection: Connection[Any]) -> None:
    """Set, for the open transaction, what makes COPY text exact: one round trip."""
    calls = ", ".join("pg_catalog.set_config(%s, %s, true)" for _ in SETTINGS)
    arguments = [word for pair in SETTINGS.items() for word in pair]
    connection.execute(f"select {calls}".encode(), arguments, prepare=False)


def copy_out(connection: Connection[Any], rows: Rows, write: Callable[[bytes], object]) -> int:
    """Hand the rows to ``write`` block by block, in their physical order; give their number by the server's count."""
    if not rows.columns:
        # COPY can't name no column at all; a row without columns is an empty line.
        found = connection.execute(f"select pg_catalog.count(*) from only {rows.name}".encode()).fetchone()
        number = int(found[0]) if found else 0
        write(b"\n" * number)
        return number
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {rows.words} TO STDOUT (ENCODING 'UTF8')".encode()) as copy:
            for block in copy:
                write(bytes(block))
        return cursor.rowcount


def copy_in(connection: Connection[Any], rows: Rows, blocks: Iterable[bytes]) -> int:
    """Write the rows that ``copy_out`` gave; give their number."""
    if not rows.columns:
        number = sum(len(block) for block in blocks)
        connection.execute(f"insert into {rows.name} select from pg_catalog.generate_series(1, {number:d})".encode())
        return number
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {rows.words} FROM STDIN (ENCODING 'UTF8')".encode()) as copy:
            for block in blocks:
                copy.write(block)
        return cursor.rowcount
