"""A database beside the one that is worked on, for trials: made, marked, and dropped whatever happens."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row

from migration_app.engine.errors import NoScratch
from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

PREFIX: Final = "dbsep_scratch_"
_MARK: Final = "[dbsep] a scratch database for one run: it may be dropped"

_LOCALE: Final = """
select pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, pg_catalog.pg_backend_pid()
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
"""
# What a killed run left: in nobody's use, and marked, or made by a session that is gone. A run that has only just made
# its own has not marked it yet.
_LEFT: Final = """
select d.datname
  from pg_catalog.pg_database d
 where pg_catalog.starts_with(d.datname::text, %(prefix)s)
   and (pg_catalog.shobj_description(d.oid, 'pg_database') = %(mark)s
        or not exists (select from pg_catalog.pg_stat_activity a
                        where pg_catalog.starts_with(d.datname::text, %(prefix)s || a.pid::pg_catalog.text || '_')))
   and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)
   and pg_catalog.pg_has_role(d.datdba, 'member')
"""


@contextmanager
def scratch(connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """Give a connection, in autocommit mode, to an empty database on the same server; it is dropped after the block.

    Args:
        connection: in autocommit mode, outside a transaction.

    Raises:
        NoScratch: the role may not create databases, or nothing leads to the new one.

    """
    try:
        _drop_left(connection)
        name = _create(connection)
    except psycopg.Error as error:
        if connection.closed:
            raise
        raise NoScratch(error.diag.message_primary or str(error).strip()) from error
    try:
        with _connect(connection, name) as beside:
            connection.execute(f"COMMENT ON DATABASE {ident(name)} IS {literal(_MARK)}".encode(), prepare=False)
            yield beside
    finally:
        if not connection.closed:
            connection.execute(f"DROP DATABASE IF EXISTS {ident(name)} WITH (FORCE)".encode(), prepare=False)


def _create(connection: Connection[Any]) -> str:
    """Make the database; its name tells which session did."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LOCALE).fetchone()
    encoding, collate, ctype, session = row if row is not None else ("UTF8", "C", "C", 0)
    name = f"{PREFIX}{session}_{secrets.token_hex(6)}"
    words = f"ENCODING {literal(encoding)} LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
    connection.execute(f"CREATE DATABASE {ident(name)} TEMPLATE template0 {words}".encode(), prepare=False)
    return name


def _drop_left(connection: Connection[Any]) -> None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        names = [row[0] for row in cursor.execute(_LEFT, {"prefix": PREFIX, "mark": _MARK})]
    for name in names:
        connection.execute(f"DROP DATABASE IF EXISTS {ident(name)}".encode(), prepare=False)


@contextmanager
def _connect(connection: Connection[Any], name: str) -> Iterator[Connection[Any]]:
    parameters: dict[str, Any] = {**connection.info.get_parameters(), "dbname": name}
    if connection.info.password:
        parameters["password"] = connection.info.password
    try:
        beside = psycopg.connect(autocommit=True, prepare_threshold=None, row_factory=tuple_row, **parameters)
    except psycopg.Error:
        # No cause: the driver's text may quote the connection string.
        raise NoScratch("nothing leads to a new database on this server") from None
    with beside:
        yield beside
