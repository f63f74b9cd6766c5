"""What a seeding in parts writes down in the target, so that whoever comes next can mend it and go on.

It stands in a schema of its own from the first change to the last: as long as a seeding isn't finished, a drift check
finds that schema beside what is missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row

from migration_app.engine.sql import literal

from .shape import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

SCHEMA: Final = "dbsep_seeding"
_COMMENT: Final = "a seeding of dbsep that has not ended: run seed_testdata, which mends what it left"
_BEGIN: Final = f"""
create schema {SCHEMA};
comment on schema {SCHEMA} is {literal(_COMMENT)};
create table {SCHEMA}.job (design text not null, tables text not null, removed text not null);
create table {SCHEMA}.part (schema text, "table" text, first int8, rows int8 not null,
                            primary key (schema, "table", first))
"""
_MAY: Final = "select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')"


@dataclass(frozen=True)
class Journal:
    """A seeding that has begun and not ended."""

    design: str
    """What was to be written, as a digest."""
    tables: tuple[Name, ...]
    """Those it fills: they were empty when it began."""
    removed: str
    """What it took off for the time of writing, as a snapshot's text."""


def may_keep(connection: Connection[Any]) -> bool:
    """Tell whether the role may make the journal's schema."""
    row = connection.execute(_MAY).fetchone()
    return row is not None and bool(row[0])


def stay(connection: Connection[Any]) -> None:
    """Let the open transaction do nothing for as long as it takes."""
    connection.execute("set local idle_in_transaction_session_timeout = 0", prepare=False)


def find(connection: Connection[Any]) -> Journal | None:
    """Give the journal that stands in the database."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        there = cursor.execute(f"select pg_catalog.to_regclass('{SCHEMA}.job') is not null").fetchone()
        if there != (True,):
            return None
        row = cursor.execute(f"select design, tables, removed from {SCHEMA}.job".encode()).fetchone()
    if row is None:
        return None
    return Journal(row[0], tuple(Name(*name) for name in json.loads(row[1])), row[2])


def begin(connection: Connection[Any], journal: Journal) -> None:
    """Write the journal within the open transaction; one that stands there goes on, with the same parts."""
    if find(connection) is None:
        connection.execute(_BEGIN.encode(), prepare=False)
    connection.execute(f"delete from {SCHEMA}.job".encode())
    connection.execute(
        f"insert into {SCHEMA}.job values (%s, %s, %s)".encode(),
        (journal.design, json.dumps(journal.tables), journal.removed),
    )


def end(connection: Connection[Any]) -> None:
    """Remove the journal within the open transaction."""
    connection.execute(f"drop table {SCHEMA}.job, {SCHEMA}.part; drop schema {SCHEMA}".encode(), prepare=False)


def mark(connection: Connection[Any], name: Name, first: int, rows: int) -> bool:
    """Note a part within the transaction that writes its rows; False where it is written already.

    Waits for a transaction that is writing the same part, left over from a process that was killed.
    """
    statement = f"insert into {SCHEMA}.part values (%s, %s, %s, %s) on conflict do nothing"
    return connection.execute(statement.encode(), (*name, first, rows)).rowcount == 1


def parts(connection: Connection[Any]) -> frozenset[tuple[Name, int]]:
    """Give table and first row of the parts that are written."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(f'select schema, "table", first from {SCHEMA}.part'.encode())
        return frozenset((Name(row[0], row[1]), row[2]) for row in cursor)


def forget(connection: Connection[Any], names: Sequence[Name]) -> None:
    """Empty tables within the open transaction, and forget the parts that were written of them."""
    connection.execute(f"lock table {SCHEMA}.part in access exclusive mode".encode())
    tables = ", ".join(str(name) for name in names)
    try:
        with connection.transaction():
            connection.execute(f"TRUNCATE TABLE {tables} RESTART IDENTITY".encode(), prepare=False)
    except psycopg.errors.FeatureNotSupported:
        # Another table has a key to one of them, if only with nulls in it.
        for name in reversed(names):
            connection.execute(f"DELETE FROM {name}".encode(), prepare=False)
    for name in names:
        connection.execute(f'delete from {SCHEMA}.part where schema = %s and "table" = %s'.encode(), tuple(name))
