"""Writes rows in parts that are committed one by one, several at a time; what was written before a stop is kept.

Keys, indexes and triggers are taken off first and brought back at the end. What was taken off, and which parts are
written, stands in a journal in the target, so that a kill at any point leaves what the next run mends: `mending`.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import psycopg

from migration_app.engine import catalog, diff
from migration_app.engine.errors import NotVerified, SeedingStopped, StatementFailed
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.rows import journal, settle
from migration_app.engine.rows.advancing import advance, advances
from migration_app.services.connecting import claim, write_transaction

from .generating import attempt, estimate, fill_from_others, orphaned
from .looking import clear
from .mending import INTEGRITY, apply_within, mend, undo
from .rebuilding import rebuild
from .stream import Answer, Task, connected
from .streams import Streams

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.engine.rows.shape import Name

    from .rebuilding import Rebuild
    from .writing import Job

PART: Final = 50_000
"""Rows that are committed together."""
FROM: Final = 1_000_000
"""Rows of a run from which it is worth being able to go on after a stop."""
_MOST: Final = 4


def streams_for(asked: int | None, total: int) -> int:
    """Give how many streams write so many rows; 0 for one transaction that keeps all or nothing."""
    if asked is not None:
        return asked if asked > 1 or total >= FROM else 0
    # The server needs a core for each stream, too.
    return min(_MOST, max(1, (os.cpu_count() or 1) // 2)) if total >= FROM else 0


def digest(job: Job) -> str:
    """Give what tells whether another run would write the very same rows."""
    shape, made = job.work.shape, job.made
    facts = [
        (PART, job.order),
        [(name, one.size, shape.tables[name]) for name, one in made.designs.items()],
        sorted(made.derived.items()),
        sorted(job.work.held),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def write_in_parts(job: Job, current: Snapshot, streams: int, left: journal.Journal | None) -> None:
    """Write the job's rows; ``left`` is the journal of the same job, stopped on the way.

    Raises:
        SeedingStopped: something outside of the rows went wrong.

    """
    names = (*job.made.designs, *job.made.derived)
    change = rebuild(current, estimate(job.made), job.conn.info.user, names)
    writer = _Writer(job, change)
    try:
        # The claim holds as long as its transaction, which does nothing else.
        with write_transaction(job.conn), connected(writer.params) as writer.conn:
            claim(job.conn)
            journal.stay(job.conn)
            writer.take_off(names, left)
            writer.write(streams, left)
            writer.bring_back(current)
    except StatementFailed as error:
        if not (error.sqlstate or "").startswith(INTEGRITY):
            raise writer.stopped(error.reason) from error
        # The rows break a rule that was taken off: they go, and everything else comes back.
        found = mend(job.conn, job.run)
        if found is not None:
            undo(job.conn, job.run, found)
        raise
    except psycopg.OperationalError as error:
        raise writer.stopped(error.diag.message_primary or "the connection was lost") from error


class _Writer:
    conn: Connection[Any]
    """Writes the journal and what isn't rows; the streams have connections of their own."""

    def __init__(self, job: Job, change: Rebuild) -> None:
        self.job, self.change = job, change
        self.params = {**job.conn.info.get_parameters(), "password": job.conn.info.password}
        self.total, self.done, self.at = sum(estimate(job.made).values()), 0, "the beginning"
        self._lock = Lock()

    def take_off(self, names: tuple[Name, ...], left: journal.Journal | None) -> None:
        """Write the journal and take off what is brought back at the end, both or neither."""
        found = journal.Journal(digest(self.job), names, catalog.dump(self.change.removed))

        def before() -> None:
            if left is None:
                clear(self.conn, self.job.run, self.job.work)
            journal.begin(self.conn, found)

        self.job.run.statements((*self.change.down, *self.change.up))
        with self.job.run.step("take off keys, indexes and triggers") as step:
            apply_within(self.conn, self.change.down, before=before)
            step.detail(statements=len(self.change.down))

    def write(self, streams: int, left: journal.Journal | None) -> None:
        """Write the tables one after the other, each in parts."""
        job, there = self.job, journal.parts(self.conn) if left is not None else frozenset()
        task = Task(self.params, job.work.shape, tuple(job.made.designs), job.work.held, job.order)
        with Streams(task, job.made.designs, streams) as several:
            for name, one in job.made.designs.items():
                starts = range(0, one.size, PART)
                parts = [range(s, min(s + PART, one.size)) for s in starts if (name, s) not in there]
                self._told(one.size - sum(map(len, parts)))
                self._table(name, parts, several)
        for name in job.recipes.in_order(job.made.derived):
            self._derived(name, there)

    def _table(self, name: Name, parts: list[range], streams: Streams) -> None:
        job, self.at = self.job, name.short
        with job.run.step(f"write {name.short}") as step:
            reason = orphaned(job.work.shape, job.made, name)
            answer = Answer(reason=reason) if reason else self._write(name, parts, streams)
            if answer.stopped:
                raise self.stopped(answer.stopped)
            with self.conn.transaction():
                if answer.reason:
                    journal.forget(self.conn, [name])
                else:
                    count = job.made.designs[name].size
                    advance(self.conn, advances(job.work.shape.tables[name], job.work.shape.types, count))
            job.tell(step, name, job.made.designs[name].size, answer.reason)

    def _write(self, name: Name, parts: list[range], streams: Streams) -> Answer:
        if not self._refers_to_itself(name):
            return streams.write(name, parts, self._told)
        # Rows refer to earlier ones, which another session's check sees only when their part is committed.
        answers = (streams.write(name, [part], self._told) for part in parts)
        return next((answer for answer in answers if answer != Answer()), Answer())

    def _refers_to_itself(self, name: Name) -> bool:
        """Tell whether a key that stays while rows are written leads from the table to itself."""
        off = {(one.schema, one.table, one.name) for one in self.change.removed.of_kind(Constraint)}
        keys = self.job.work.shape.tables[name].foreign_keys
        return any(key.target == name and (*name, key.name) not in off for key in keys)

    def _derived(self, name: Name, there: frozenset[tuple[Name, int]]) -> None:
        job, self.at = self.job, name.short
        with job.run.step(f"write {name.short}") as step, self.conn.transaction():
            settle(self.conn)
            if (name, 0) in there:
                step.detail(written="before")
                return
            statement = job.made.derived[name]
            count, reason = attempt(self.conn, lambda: fill_from_others(self.conn, job.work.shape, name, statement))
            journal.mark(self.conn, name, 0, count)
            job.tell(step, name, count, reason)

    def bring_back(self, current: Snapshot) -> None:
        """Build everything again, tables at the same time, and check it before the journal goes."""
        tables, rest = self.change.by_table()
        self.at = "the keys and indexes"
        with self.job.run.step("bring back keys, indexes and triggers") as step:
            with ThreadPoolExecutor(max(1, min(len(tables), os.cpu_count() or 1))) as pool:
                for done in [pool.submit(self._build, some) for some in tables]:
                    done.result()

            def verify() -> None:
                journal.end(self.conn)
                changes = diff.compare(catalog.read(self.conn, within=True), current)
                ours = [change for change in changes if change.address in self.change.removed.objects]
                if ours:
                    raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in ours))

            apply_within(self.conn, rest, verify=verify)
            step.detail(rebuilt=len(self.change.up), verified=True)
        self.job.run.applied()

    def _build(self, statements: tuple[Any, ...]) -> None:
        with connected(self.params) as conn:
            apply_within(conn, statements)

    def stopped(self, reason: str) -> SeedingStopped:
        """Give the error that says where writing stopped."""
        return SeedingStopped(self.at, self.done, self.total, reason)

    def _told(self, rows: int) -> None:
        with self._lock:
            self.done += rows
            self.job.what.told(self.done, self.total)


def picklable(job: Job) -> bool:
    """Tell whether other processes can be told what to write: functions of a project's own may not travel."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        return False
    try:
        pickle.dumps((job.order, job.work.shape))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True
