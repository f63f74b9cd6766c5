"""Writes rows into any schema: as many as wanted, keys and indexes built afterwards where that is faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog
from migration_app.engine.rows import journal
from migration_app.engine.rows.shape import read_shape
from migration_app.services.connecting import read_only_transaction
from migration_app.services.scoping import platform_schemas

from .choosing import books, chosen_tables
from .generating import Order, designed, estimate
from .looking import look
from .mending import undo
from .overriding import overrides
from .parts import digest, picklable, streams_for, write_in_parts
from .rebuilding import WORTH, Rebuild, rebuild
from .recipe_files import find_recipes
from .recipes import Recipes
from .users import seed_users
from .writing import Job, write_at_once

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.engine.rows.shape import Shape
    from migration_app.services.history import Recorder

    from .seeding import Outcome, What


def write_many(
    conn: Connection[Any], run: Recorder, what: What, outcome: Outcome, left: journal.Journal | None
) -> Snapshot:
    """Write rows into the tables chosen, or into all; give the schema.

    ``left`` is what a stopped seeding wrote down, mended.
    """
    with run.step("read the schema"):
        current = catalog.read(conn)
    seed_users(conn, run, what, current, outcome)
    job = _designed(conn, run, what, outcome, current, left)
    if left is not None and digest(job) != left.design:
        undo(conn, run, left)
        left = None
        with run.step("read the schema"):
            current = catalog.read(conn)
        job = _designed(conn, run, what, outcome, current, None)
    sizes = estimate(job.made)
    streams = _streams(job, sum(sizes.values()))
    if streams or left is not None:
        write_in_parts(job, current, max(streams, 1), left)
    else:
        change = (
            rebuild(current, sizes, conn.info.user) if _ours(job) else Rebuild(current.only(lambda _: False), (), ())
        )
        write_at_once(job, current, change)
    outcome.notes += [f"{name} is another tool's own and was left as it is" for name in _books(job)]
    outcome.notes += [
        f"{name.short} holds more rows than can be kept in mind: the new ones refer to the first {size:,} of them"
        for name, size in job.made.curbed.items()
    ]
    outcome.emptied, outcome.kept, outcome.bare = job.work.emptied, job.work.kept, tuple(job.made.bare)
    outcome.unfilled.update({name.short: reason for name, reason in job.made.unfilled.items()})
    return current


def _order(what: What, recipes: Recipes, shape: Shape) -> Order:
    given = overrides(shape, what.values)
    if what.like is None:
        return Order(what.seed, what.wanted, recipes, overrides=given)
    return Order(what.seed, what.wanted, recipes, what.like.likeness, what.like.scale, given)


def _designed(
    conn: Connection[Any],
    run: Recorder,
    what: What,
    outcome: Outcome,
    current: Snapshot,
    left: journal.Journal | None,
) -> Job:
    begun = frozenset(left.tables) if left is not None else frozenset()
    with run.step("design the rows") as step, read_only_transaction(conn):
        shape = read_shape(conn)
        order = _order(what, find_recipes(shape), shape)
        apart = platform_schemas(current) | {journal.SCHEMA}
        work = look(conn, shape, chosen_tables(shape, what.tables, apart), reset=what.reset, begun=begun)
        made = designed(conn, shape, work.todo, work.held, order)
        step.detail(tables=len(made.designs), unfilled=len(made.unfilled))
    return Job(conn, run, what, outcome, order, work, made)


def _streams(job: Job, total: int) -> int:
    """Give the number of streams, 0 for one transaction, and say what stands in the way of more."""
    wanted = streams_for(job.what.streams, total)
    whose = next((n.short for n in job.made.designs if not job.work.shape.tables[n].owned), None)
    role = job.conn.info.user
    if whose is not None:
        if max(estimate(job.made).values()) >= WORTH:
            job.outcome.notes.append(
                f"{role} doesn't own {whose}: keys and indexes stay while rows are written, in one transaction, "
                "which takes several times as long"
            )
        return 0
    if wanted and not journal.may_keep(job.conn):
        job.outcome.notes.append(
            f"{role} may create no schema in {job.conn.info.dbname}: rows are written in one transaction"
        )
        return 0
    if wanted > 1 and not picklable(job):
        job.outcome.notes.append("values come from functions that no other process can be given: one stream")
        return 1
    return wanted


def _books(job: Job) -> list[str]:
    return [] if job.what.tables else books(job.work.shape)


def _ours(job: Job) -> bool:
    return all(job.work.shape.tables[name].owned for name in job.made.designs)
