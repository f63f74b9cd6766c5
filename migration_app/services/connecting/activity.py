"""What happened on a database between two moments, by the server's own counters."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

# A session reports its counters when it ends, and at most once a second before (PostgreSQL documentation,
# "The Cumulative Statistics System").
SETTLING: Final = 1.2

# Catalogs count, too: a CREATE or DROP writes to pg_class. Not those that ANALYZE writes by itself at any
# time.
_TABLES: Final = """
select s.schemaname || '.' || s.relname, s.n_tup_ins, s.n_tup_upd, s.n_tup_del
  from pg_catalog.pg_stat_all_tables s
 where s.schemaname !~ '^pg_toast' and s.schemaname !~ '^pg_temp'
   and (s.schemaname <> 'pg_catalog' or s.relname in ('pg_attribute', 'pg_proc', 'pg_type', 'pg_constraint'))
"""

_SESSIONS: Final = """
select a.pid, coalesce(a.application_name, ''), coalesce(a.usename, '')
  from pg_catalog.pg_stat_activity a
 where a.datname = pg_catalog.current_database() and a.backend_type = 'client backend'
   and a.pid <> pg_catalog.pg_backend_pid()
   and a.client_addr is not distinct from pg_catalog.inet_client_addr()
"""

_DATABASE: Final = """
select d.stats_reset, pg_catalog.to_jsonb(d) -> 'sessions'
  from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()
"""


@dataclass(frozen=True)
class Counters:
    """What the server has counted so far."""

    tables: Mapping[str, tuple[int, int, int]]
    """Table → rows inserted, updated, deleted."""
    sessions: int | None
    """Sessions ever begun on the database; None before PostgreSQL 14."""
    reset: object
    """When the counters were last set to zero."""
    open_here: frozenset[int]
    """Backends of other sessions that come from the same address as this one."""


@dataclass(frozen=True)
class Write:
    """Rows written to one table between two counts."""

    table: str
    inserted: int
    updated: int
    deleted: int

    @property
    def rows(self) -> int:
        """How many rows were written in all."""
        return self.inserted + self.updated + self.deleted


def count(conn: Connection[Any], *, settle: bool = False) -> Counters:
    """Read the counters: one round trip; `settle` waits until ended sessions have reported theirs."""
    if settle:
        time.sleep(SETTLING)
    cursors = [conn.cursor(row_factory=tuple_row) for _ in range(3)]
    with conn.pipeline():
        for cursor, query in zip(cursors, (_TABLES, _SESSIONS, _DATABASE), strict=True):
            cursor.execute(query)
    tables = {name: (ins, upd, dele) for name, ins, upd, dele in cursors[0].fetchall()}
    here = frozenset(pid for pid, *_ in cursors[1].fetchall())
    row = cursors[2].fetchone()
    reset, sessions = row if row is not None else (None, None)
    return Counters(tables, sessions, reset, here)


def sessions_here(conn: Connection[Any]) -> tuple[tuple[int, str, str], ...]:
    """Give (pid, application, user) of the other sessions from this one's address: one round trip."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        return tuple((pid, application, user) for pid, application, user in cursor.execute(_SESSIONS))


def written(before: Counters, after: Counters) -> tuple[Write, ...]:
    """Give the tables that were written to between the two counts."""
    found = []
    for table, counted in sorted(after.tables.items()):
        was = before.tables.get(table, (0, 0, 0))
        write = Write(table, *(now - then for now, then in zip(counted, was, strict=True)))
        if write.inserted or write.updated or write.deleted:
            found.append(write)
    return tuple(found)
