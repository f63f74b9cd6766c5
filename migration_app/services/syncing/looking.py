"""Looks at the target's rows: which tables hold any, which rows stand in the way, which would go."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.apply.segments import segments
from migration_app.engine.errors import Refused
from migration_app.engine.kinds.breaking import breaking_queries, tables_of
from migration_app.engine.kinds.gently import gentle_form
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.losing import lost_values
from migration_app.engine.model import Hazard, Statement, Verb, Verdict
from migration_app.engine.plan.gentling import gently
from migration_app.engine.rows.holding import counted, holding_rows
from migration_app.engine.sql import qualified
from migration_app.engine.wording import several
from migration_app.services.syncing.planning import Job, replanned
from migration_app.services.syncing.result import Breaking, Planned

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot

_SHOWN: Final = 3


def without_invalid(snapshot: Snapshot) -> tuple[Snapshot, tuple[Planned, ...]]:
    """Give the snapshot without the indexes that a failed build left, and the statements that clear these away."""
    broken = [index for index in snapshot.of_kind(Index) if not index.valid]
    if not broken:
        return snapshot, ()
    gone = {index.address for index in broken}
    statements = tuple(
        Planned(
            Statement(
                Verb.DROP,
                index.address,
                f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(index.schema, index.name)}",
                (Hazard.NOT_TRANSACTIONAL,),
                transactional=False,
            ),
            "left behind invalid by CREATE INDEX CONCURRENTLY when that failed",
        )
        for index in broken
    )
    return snapshot.only(lambda address: address not in gone and address.of not in gone), statements


def busy_tables(job: Job, conn: Connection[Any]) -> frozenset[Address]:
    """Give the tables that hold rows, of those that the plan is about: one round trip."""
    concerned = {table for change in job.choice.changes for table in tables_of(change, job.shares.current)}
    for statement in job.plan:
        obj = job.desired.objects.get(statement.address)
        form = gentle_form(obj, statement.sql, job.whole.version) if obj is not None else None
        if form is not None:
            concerned.add(form.table)
    tables = {each.path: each for each in concerned if each in job.shares.current.objects}
    names = [(path[0], path[1]) for path in tables]
    return frozenset(tables[name] for name in holding_rows(conn, names))


def spared(job: Job, busy: frozenset[Address]) -> Job:
    """Give the job in forms that hold up nobody who uses a table with rows."""
    whys = {id(each.statement): each.why for each in job.planned}
    pairs = gently(job.plan.statements, job.desired, busy, job.whole.version)
    return replanned(job, tuple(Planned(made, whys[id(origin)]) for made, origin in pairs))


def rows_in_the_way(job: Job, conn: Connection[Any], busy: frozenset[Address]) -> tuple[Breaking, ...]:
    """Count the rows that new constraints and types would fail on."""
    current = job.shares.current
    concerned = [change for change in job.choice.changes if not busy.isdisjoint(tables_of(change, current))]
    return _found(breaking_queries(concerned, job.plan, current, job.desired), conn)


def rows_lost(job: Job, conn: Connection[Any]) -> tuple[Breaking, ...]:
    """Count the rows and values that go with what the plan drops, and the values that it makes others of."""
    return _found(values_lost(job), conn)


def values_lost(job: Job) -> dict[Address, str]:
    """Give the queries that count what may be lost, by object."""
    dropped = {s.address for s in job.plan if s.verb is Verb.DROP and Hazard.DELETES_DATA in s.hazards}
    queries = {}
    for change in sorted(job.choice.changes, key=lambda each: str(each.address)):
        # What goes with its whole is counted there, but for what a whole leaves behind that is made anew.
        wholes = {whole for whole in job.shares.current.parents.get(change.address, ()) if whole in job.desired.objects}
        if change.verdict is Verdict.CHANGED or change.address in dropped or wholes & dropped:
            query = lost_values(change, job.desired)
            queries.update({change.address: query} if query else {})
    return queries


def harmful(job: Job, addresses: Collection[Address]) -> Job:
    """Give the job with those alterations marked that values don't come out of as they were."""
    return replanned(
        job,
        tuple(
            dataclasses.replace(each, statement=_losing(each.statement))
            if each.statement.address in addresses
            else each
            for each in job.planned
        ),
    )


def _losing(statement: Statement) -> Statement:
    return dataclasses.replace(statement, hazards=tuple(dict.fromkeys((Hazard.DELETES_DATA, *statement.hazards))))


def require_room(found: tuple[Breaking, ...]) -> None:
    """Raise Refused where rows stand in the way."""
    if found:
        shown = "; ".join(
            f"{several(each.rows, 'row')} for {each.address.kind} {each.address}" for each in found[:_SHOWN]
        )
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Refused(
            f"rows in the target don't fit what the source demands: {shown}{more}",
            f"Mend the rows, or leave the object out with --except. They are counted by: {found[0].query}",
        )


def _found(queries: Mapping[Address, str], conn: Connection[Any]) -> tuple[Breaking, ...]:
    counts = counted(conn, list(queries.values()))
    return tuple(
        Breaking(address, count, query)
        for (address, query), count in zip(queries.items(), counts, strict=True)
        if count
    )


def done_before(statements: tuple[Statement, ...], number: int) -> int:
    """Give how many statements are committed where the one with this number, from 1, fails."""
    return max((part.start for part in segments(statements) if part.start < number), default=0)


def prefixed(job: Job, first: tuple[Planned, ...]) -> Job:
    """Give the job with statements before all others."""
    return replanned(job, (*first, *job.planned)) if first else job
