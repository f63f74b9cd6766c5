"""Writes rows into any schema: as many as wanted, keys and indexes built afterwards where that is faster."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.errors import NotVerified
from migration_app.engine.rows import settle
from migration_app.engine.rows.pausing import paused_triggers
from migration_app.engine.rows.shape import read_shape
from migration_app.services.connecting import claim, read_only_transaction, write_transaction
from migration_app.services.scoping import platform_schemas

from .choosing import chosen_tables
from .generating import Generation, Order, attempt, designed, estimate, fill_from_others, write
from .looking import Work, clear, look
from .overriding import overrides
from .rebuilding import rebuild
from .recipe_files import find_recipes
from .recipes import Recipes
from .users import seed_users

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from migration_app.engine.model import Snapshot, Statement
    from migration_app.engine.rows.shape import Name, Shape
    from migration_app.services.history import Recorder

    from .seeding import Outcome, What


def write_many(conn: Connection[Any], run: Recorder, what: What, outcome: Outcome) -> None:
    """Write rows into the tables chosen, or into all."""
    with run.step("read the schema"):
        current = catalog.read(conn)
    conn.read_only = None
    seed_users(conn, run, what, current, outcome)
    with run.step("design the rows") as step, read_only_transaction(conn):
        shape = read_shape(conn)
        recipes = find_recipes(shape)
        work = look(conn, shape, chosen_tables(shape, what.tables, platform_schemas(current)), reset=what.reset)
        made = designed(conn, shape, work.todo, work.held, _order(what, recipes, shape))
        step.detail(tables=len(made.designs), unfilled=len(made.unfilled))
    down, up = rebuild(current, estimate(made), conn.info.user) if _ours(work, made) else ((), ())
    job = _Job(conn, run, what, outcome, work, made, recipes)
    if down:
        _rebuilt(job, current, down, up)
    else:
        with write_transaction(conn):
            job.prepare()
            job.write()
    outcome.emptied, outcome.kept, outcome.bare = work.emptied, work.kept, tuple(made.bare)
    outcome.unfilled.update({name.short: reason for name, reason in made.unfilled.items()})


def _order(what: What, recipes: Recipes, shape: Shape) -> Order:
    given = overrides(shape, what.values)
    if what.like is None:
        return Order(what.seed, what.wanted, recipes, overrides=given)
    return Order(what.seed, what.wanted, recipes, what.like.likeness, what.like.scale, given)


def _ours(work: Work, made: Generation) -> bool:
    return all(work.shape.tables[name].owned for name in made.designs)


def _rebuilt(job: _Job, current: Snapshot, down: tuple[Statement, ...], up: tuple[Statement, ...]) -> None:
    """Write between the statements that drop and those that build again, all in one transaction."""
    settings = conf.get()

    def verify() -> None:
        left = diff.compare(catalog.read(job.conn, within=True), current)
        if left:
            raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))

    job.run.statements((*down, *up))
    with job.run.step("write rows, keys and indexes built afterwards") as step:
        applying.apply(
            job.conn,
            (*down, *up),
            limits=applying.Limits(
                lock_timeout=round(settings.lock_timeout * 1000),
                statement_timeout=round(settings.statement_timeout * 1000),
            ),
            before=job.prepare,
            pause=applying.Pause(len(down), job.write),
            verify=verify,
        )
        step.detail(rebuilt=len(up), verified=True)
    job.run.applied()


class _Job:
    """The two parts of the writing, to be run inside a transaction."""

    def __init__(
        self,
        conn: Connection[Any],
        run: Recorder,
        what: What,
        outcome: Outcome,
        work: Work,
        made: Generation,
        recipes: Recipes,
    ) -> None:
        self.conn, self.run, self.what, self.outcome = conn, run, what, outcome
        self.work, self.made, self.recipes = work, made, recipes

    def prepare(self) -> None:
        """Claim the database and empty what is to be emptied."""
        claim(self.conn)
        settle(self.conn)
        clear(self.conn, self.run, self.work)

    def write(self) -> None:
        """Write all tables, those after one that failed as far as they can do without it."""
        total, done = sum(estimate(self.made).values()), 0
        tables = [self.work.shape.tables[name] for name in (*self.made.designs, *self.made.derived)]
        with paused_triggers(self.conn, tables):
            for name, one in self.made.designs.items():
                tell = partial(self._told, done, total)
                self._one(name, partial(write, self.conn, self.work.shape, one, tell))
                done += one.size
            for name in self.recipes.in_order(self.made.derived):
                statement = self.made.derived[name]
                self._one(name, partial(fill_from_others, self.conn, self.work.shape, name, statement))

    def _told(self, before: int, total: int, rows: int) -> None:
        self.what.told(before + rows, total)

    def _one(self, name: Name, action: Callable[[], int]) -> None:
        with self.run.step(f"write {name.short}") as step:
            count, reason = attempt(self.conn, action)
            step.detail(rows=count)
            if reason:
                self.made.unfilled[name] = reason
                step.detail(reason=reason)
                step.outcome("differences")
            else:
                self.outcome.written[name] = count
