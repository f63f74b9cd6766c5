"""Templates: a database for each state of the source's schema and rows, built once, copied by every worker."""

from __future__ import annotations

import hashlib
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg

from migration_app.engine import catalog
from migration_app.engine.errors import Refused
from migration_app.engine.sql import ident
from migration_app.services.connecting import session
from migration_app.services.sides import file_side

from . import server
from .marking import Mark
from .written import sequences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from migration_app.engine.model import Snapshot

    from .server import Server

_BUILDING: Final = "_building"

# Rows are told by the server's counters, which a restore or a crash sets anew: another state at worst, never the
# same name for other rows. Sequences move without being counted.
_ROWS: Final = """
select pg_catalog.md5(coalesce((
         select pg_catalog.string_agg(pg_catalog.concat_ws(' ', s.relid, pg_catalog.pg_relation_filenode(s.relid),
                                                           s.n_tup_ins, s.n_tup_upd, s.n_tup_del),
                                      ',' order by s.relid)
           from pg_catalog.pg_stat_user_tables as s), '')
       || coalesce((
         select pg_catalog.string_agg(q.seqrelid || ' ' || pg_catalog.pg_sequence_last_value(q.seqrelid),
                                      ',' order by q.seqrelid)
           from pg_catalog.pg_sequence as q
          where pg_catalog.has_sequence_privilege(q.seqrelid, 'select')), '')
       || (select d.oid::text from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()))
"""


@dataclass(frozen=True, slots=True)
class Template:
    """A database to copy."""

    name: str
    schema_hash: str
    """As ``check_drift`` prints it."""
    sequences: str
    """Where the sequences stand, as a digest."""


_FORMAT: Final = 1
"""Of the mark and of what a template holds: releases that differ in it have templates of their own."""


def ready(where: Server, schema: str | None = None) -> Template:
    """Give the template for the source as it is now; build it if need be.

    Args:
        where: the test alias's server and database.
        schema: ``snapshot:FILE``, or another alias, where the schema doesn't come from the alias's own database;
            no rows come along then.

    Raises:
        UsageError: the schema is neither.
        Refused: the role may not create databases, or a database of ours isn't ours.

    """
    snapshot, state = _look(where, schema)
    name = f"tpl_{snapshot.hash[:16]}_{state}"
    with where.session(where.beside) as conn:
        there = server.find(conn, name)
        if there is None:
            with _lock(conn, name):
                there = server.find(conn, name)
                if there is None:
                    _build(where, conn, name, snapshot, _mark(where), rows=schema is None)
                    there = server.find(conn, name)
    if there is None or there.mark is None:
        raise Refused(
            f"database {name!r} has a template's name and wasn't made by a test run of ours", "Rename or drop it."
        )
    return Template(name, snapshot.hash, there.mark.sequences)


def _look(where: Server, schema: str | None) -> tuple[Snapshot, str]:
    if schema is not None:
        return read_schema(schema), _state(where, "no rows")
    with where.session(where.source) as conn:
        rows = conn.execute(_ROWS.encode()).fetchone()
        return catalog.read(conn), _state(where, str(rows))


def read_schema(schema: str) -> Snapshot:
    """Give the schema that TEST["SCHEMA"] names; raises UsageError where it names none."""
    side = file_side(schema)
    if side is not None:
        return side.read()
    with session(schema) as conn:
        return catalog.read(conn)


def _state(where: Server, rows: str) -> str:
    return hashlib.sha256(f"{_FORMAT} {where.source} {rows}".encode()).hexdigest()[:12]


@contextmanager
def _lock(conn: Connection[Any], name: str) -> Iterator[None]:
    key = (server.LOCK_CLASS, zlib.crc32(name.encode()) & 0x7FFFFFFF)
    conn.execute("select pg_catalog.pg_advisory_lock(%s, %s)", key)
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", key)


def _mark(where: Server) -> Mark:
    return Mark("template", 0, os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), where.source)


def _build(where: Server, conn: Connection[Any], name: str, snapshot: Snapshot, mark: Mark, *, rows: bool) -> None:
    """Build under another name and rename: whoever sees the template's name sees a whole template."""
    building = f"{name}{_BUILDING}"
    server.drop(conn, building)
    if not rows or not _copied(where, conn, building, mark):
        from . import filling

        server.create_like(conn, where.source, building, mark)
        filling.fill(where, building, snapshot, rows=rows)
    with where.session(building) as look:
        mark = replace(mark, sequences=sequences(look))
    server.remark(conn, building, mark)
    conn.execute(f"ALTER DATABASE {ident(building)} IS_TEMPLATE true".encode())
    conn.execute(f"ALTER DATABASE {ident(building)} RENAME TO {ident(name)}".encode())
    # A session on a template would stand in the way of every copy.
    conn.execute(f"ALTER DATABASE {ident(name)} ALLOW_CONNECTIONS false".encode())


def _copied(where: Server, conn: Connection[Any], building: str, mark: Mark) -> bool:
    """Copy the source's files; False where the server can't: others are connected, or it isn't the role's own."""
    if server.sessions_on(conn, where.source):
        return False
    try:
        server.copy(conn, where.source, building, mark)
    except (pg.ObjectInUse, pg.InsufficientPrivilege):
        return False
    return True
