"""Runs a plan as it will be run, a statement at a time, and measures what each one locks, rewrites and reads."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row

from .applying import Limits, _failure, _run_outside, _transaction
from .segments import segments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.model import Statement

# PostgreSQL 18, section 13.3.1: what conflicts with ACCESS SHARE, and what with ROW EXCLUSIVE.
_STOPS_READS: Final = frozenset({"AccessExclusiveLock"})
_STOPS_WRITES: Final = _STOPS_READS | {"ExclusiveLock", "ShareRowExclusiveLock", "ShareLock"}

_RELATIONS: Final = """
select c.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname), pg_catalog.pg_relation_filenode(c.oid),
       pg_catalog.pg_stat_get_xact_numscans(c.oid)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'm') and c.oid >= 16384 and n.nspname !~ '^pg_'
   and (%(known)s::oid[] is null or c.oid = any (%(known)s))
"""
_LOCKS: Final = """
select l.relation, l.mode
  from pg_catalog.pg_locks l
 where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted and l.relation = any (%(known)s)
"""


_NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Measured:
    """What one statement did to relations that were there before the plan; names are qualified."""

    stops_reads: tuple[str, ...]
    stops_writes: tuple[str, ...]
    rewrote: tuple[str, ...]
    read: tuple[str, ...]
    seconds: float
    reads_stopped_before: bool
    """An earlier statement's lock, held until the transaction ends, stops reads already."""
    writes_stopped_before: bool


@dataclass(frozen=True, slots=True)
class _State:
    names: Mapping[int, str]
    files: Mapping[int, int | None]
    scans: Mapping[int, int]
    locks: frozenset[tuple[int, str]]


def measure(
    connection: Connection[Any], statements: Sequence[Statement], *, limits: Limits = _NO_LIMITS
) -> tuple[Measured | None, ...]:
    """Run the statements in their segments; give what each did, None for one that runs outside a transaction.

    Args:
        connection: to a scratch database, in autocommit mode.
        statements: in an order in which they can run.
        limits: as the plan will have them.

    Raises:
        StatementFailed: the server refused a statement.

    """
    known = list(_state(connection, None).names)
    found: list[Measured | None] = []
    for part in segments(statements):
        if not part.transactional:
            _run_outside(connection, statements, part, limits)
            found.append(None)
            continue
        with _transaction(connection, limits):
            before = _state(connection, known)
            for position in range(part.start, part.stop):
                started = monotonic()
                try:
                    connection.execute(statements[position].sql.encode(), prepare=False)
                except psycopg.Error as error:
                    raise _failure(error, statements, position, part) from error
                after = _state(connection, known)
                found.append(_between(before, after, monotonic() - started))
                before = after
    return tuple(found)


def _state(connection: Connection[Any], known: list[int] | None) -> _State:
    relations, locks = connection.cursor(row_factory=tuple_row), connection.cursor(row_factory=tuple_row)
    with connection.pipeline():
        relations.execute(_RELATIONS, {"known": known})
        locks.execute(_LOCKS, {"known": known or []})
    rows = relations.fetchall()
    return _State(
        names={oid: name for oid, name, _, _ in rows},
        files={oid: file for oid, _, file, _ in rows},
        scans={oid: scans for oid, _, _, scans in rows},
        locks=frozenset((oid, mode) for oid, mode in locks),
    )


def _between(before: _State, after: _State, seconds: float) -> Measured:
    taken = after.locks - before.locks
    names = {**after.names, **before.names}

    def stops(modes: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted({names[oid] for oid, mode in taken if mode in modes and oid in names}))

    return Measured(
        stops_reads=stops(_STOPS_READS),
        stops_writes=stops(_STOPS_WRITES),
        rewrote=tuple(sorted(names[oid] for oid, file in after.files.items() if file != before.files.get(oid, file))),
        read=tuple(sorted(names[oid] for oid, scans in after.scans.items() if scans > before.scans.get(oid, scans))),
        seconds=seconds,
        reads_stopped_before=any(mode in _STOPS_READS for _, mode in before.locks),
        writes_stopped_before=any(mode in _STOPS_WRITES for _, mode in before.locks),
    )
