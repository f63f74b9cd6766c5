"""Whether a worker's database is still what it was copied from, by the server's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from psycopg import Connection

# What a session has counted is shared when it falls idle, once a second at most; asked for, it is at once, and when a
# session ends (PostgreSQL documentation, "Viewing Statistics"). Rows that were rolled back count as well: a copy too
# many at worst. Autovacuum writes nothing but statistics.
_FLUSH: Final = b"select pg_catalog.pg_stat_force_next_flush()"

_SEQUENCES: Final = """
select pg_catalog.md5(coalesce(pg_catalog.string_agg(pg_catalog.concat_ws(' ', q.seqrelid, {state}), ','
                                                     order by q.seqrelid), ''))
  from pg_catalog.pg_sequence as q
 where pg_catalog.has_sequence_privilege(q.seqrelid, 'select')
"""
# A sequence that was set to a number which it has not yet given looks unused before PostgreSQL 18.
_STATE: Final = "pg_catalog.pg_sequence_last_value(q.seqrelid)"
_STATE_18: Final = "(select d.last_value || ' ' || d.is_called from pg_catalog.pg_get_sequence_data(q.seqrelid) as d)"

_COUNTED: Final = """
select (select coalesce(sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del), 0)
          from pg_catalog.pg_stat_all_tables as s
          join pg_catalog.pg_class as c on c.oid = s.relid and not c.relisshared
         where s.schemaname <> 'pg_toast' and s.relname not in ('pg_statistic', 'pg_statistic_ext_data')),
       (select count(*) from pg_catalog.pg_stat_activity as a
         where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
           and a.usesysid is not null and coalesce(a.backend_type, 'client backend') = 'client backend')
"""


def sequences(conn: Connection[Any]) -> str:
    """Give a digest of where the sequences stand; the same in a copy."""
    state = _STATE_18 if conn.info.server_version >= 180000 else _STATE  # noqa: PLR2004 - a server's version
    row = conn.execute(_SEQUENCES.format(state=state).encode()).fetchone()
    return str(row[0]) if row else ""


def written(conn: Connection[Any], since: str) -> bool:
    """Tell whether anything was written since the copy; also True where another session may still be counting.

    Args:
        conn: on the worker's database, in autocommit mode.
        since: what ``sequences`` said of the template.

    """
    conn.execute(_FLUSH)
    counted = conn.execute(_COUNTED.encode()).fetchone()
    return counted is None or tuple(counted) != (0, 0) or sequences(conn) != since
