"""Locks on tables for the time of a transaction, and who stands in the way of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

_HOLDERS = """
select distinct pg_catalog.format('%%I.%%I', n.nspname, c.relname), l.pid, coalesce(a.application_name, ''),
       coalesce(a.usename::pg_catalog.text, '')
from pg_catalog.pg_locks as l
join pg_catalog.pg_class as c on c.oid = l.relation
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'relation'
  and l.granted
  and l.pid <> pg_catalog.pg_backend_pid()
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  and l.relation = any (select pg_catalog.to_regclass(t) from pg_catalog.unnest(%s::pg_catalog.text[]) as t)
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A session that holds a lock on a table."""

    table: str
    pid: int
    application: str
    role: str

    def __str__(self) -> str:
        name = f" ({', '.join(each for each in (self.application, self.role) if each)})"
        return f"session {self.pid}{name if self.application or self.role else ''} on {self.table}"


def lock(connection: Connection[Any], tables: Sequence[str]) -> None:
    """Lock the tables, named as SQL names them, against everybody else until the transaction ends: one round trip."""
    if tables:
        connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE".encode(), prepare=False)


def holders(connection: Connection[Any], tables: Sequence[str]) -> tuple[Holder, ...]:
    """Give the other sessions that hold locks on the tables."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return tuple(Holder(*row) for row in cursor.execute(_HOLDERS, [list(tables)], prepare=False))
