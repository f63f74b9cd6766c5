"""What is to be written, and the writing of it in one transaction: all rows or none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.errors import NotVerified
from migration_app.engine.rows import settle
from migration_app.engine.rows.pausing import paused_triggers
from migration_app.services.connecting import claim, write_transaction

from .generating import attempt, estimate, fill_from_others, orphaned, write
from .looking import clear

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.engine.rows.shape import Name
    from migration_app.services.history import Recorder
    from migration_app.services.recorder import StepRecorder

    from .generating import Generation, Order
    from .looking import Work
    from .rebuilding import Rebuild
    from .recipes import Recipes
    from .seeding import Outcome, What


@dataclass
class Job:
    """What a run is to write, and where it tells of it."""

    conn: Connection[Any]
    run: Recorder
    what: What
    outcome: Outcome
    order: Order
    work: Work
    made: Generation

    @property
    def recipes(self) -> Recipes:
        """What is known of the tables beyond their rules."""
        return self.order.recipes

    def tell(self, step: StepRecorder, name: Name, count: int, reason: str) -> None:
        """Note what became of a table."""
        step.detail(rows=0 if reason else count)
        if reason:
            self.made.unfilled[name] = reason
            step.detail(reason=reason)
            step.outcome("differences")
        else:
            self.outcome.written[name] = count


def write_at_once(job: Job, current: Snapshot, change: Rebuild) -> None:
    """Write between the statements that drop and those that build again, all in one transaction."""
    if not change.down:
        with write_transaction(job.conn):
            _prepare(job)
            _write(job)
        return
    settings = conf.get()

    def verify() -> None:
        left = diff.compare(catalog.read(job.conn, within=True), current)
        if left:
            raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))

    statements = (*change.down, *change.up)
    job.run.statements(statements)
    with job.run.step("write rows, keys and indexes built afterwards") as step:
        applying.apply(
            job.conn,
            statements,
            limits=applying.Limits(
                lock_timeout=round(settings.lock_timeout * 1000),
                statement_timeout=round(settings.statement_timeout * 1000),
            ),
            before=partial(_prepare, job),
            pause=applying.Pause(len(change.down), partial(_write, job)),
            verify=verify,
        )
        step.detail(rebuilt=len(change.up), verified=True)
    job.run.applied()


def _prepare(job: Job) -> None:
    """Claim the database and empty what is to be emptied."""
    claim(job.conn)
    settle(job.conn)
    clear(job.conn, job.run, job.work)


def _write(job: Job) -> None:
    """Write all tables, those after one that failed as far as they can do without it."""
    total, done = sum(estimate(job.made).values()), 0
    shape, made = job.work.shape, job.made
    with paused_triggers(job.conn, [shape.tables[name] for name in (*made.designs, *made.derived)]):
        for name, one in made.designs.items():
            _one(job, name, partial(write, job.conn, shape, one, partial(_told, job, done, total)))
            done += one.size
        for name in job.recipes.in_order(made.derived):
            _one(job, name, partial(fill_from_others, job.conn, shape, name, made.derived[name]))


def _told(job: Job, before: int, total: int, rows: int) -> None:
    job.what.told(before + rows, total)


def _one(job: Job, name: Name, action: Callable[[], int]) -> None:
    with job.run.step(f"write {name.short}") as step:
        reason = orphaned(job.work.shape, job.made, name)
        count, reason = (0, reason) if reason else attempt(job.conn, action)
        job.tell(step, name, count, reason)
