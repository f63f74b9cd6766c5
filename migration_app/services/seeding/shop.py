"""Writes the small shop into the core tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.engine.rows import Rows, copy_in, settle
from migration_app.engine.rows.advancing import advance, advances
from migration_app.engine.rows.encoding import block
from migration_app.engine.rows.pausing import paused_triggers
from migration_app.engine.rows.shape import Name, Shape, read_shape
from migration_app.services.connecting import claim, write_transaction

from .batches import Batch, batches
from .kitchen import kitchen
from .looking import clear, look
from .small_shop import small_shop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.services.history import Recorder

    from .seeding import Outcome, What


def write_shop(conn: Connection[Any], run: Recorder, what: What, outcome: Outcome) -> None:
    """Write a row or a few into every core table, and what their rows refer to."""
    with run.step("make the values"), kitchen(what.seed) as cook:
        small_shop(cook)
        core = batches(cook.served)
        beside = {table: Batch(tuple(rows[0]), [tuple(r.values()) for r in rows]) for table, rows in cook.plain.items()}
    with write_transaction(conn):
        claim(conn)
        settle(conn)
        with run.step("read the tables"):
            shape = read_shape(conn)
            chosen = {**_placed(shape, core), **_there(shape, beside)}
            work = look(conn, shape, chosen, reset=what.reset)
        clear(conn, run, work)
        with paused_triggers(conn, [shape.tables[name] for name in work.todo]):
            for name in work.todo:
                with run.step(f"write {name.short}") as step:
                    outcome.written[name] = _fill(conn, shape, name, chosen[name])
                    step.detail(rows=outcome.written[name])
    outcome.emptied, outcome.kept = work.emptied, work.kept


def _placed(shape: Shape, made: Mapping[str, Batch]) -> Mapping[Name, Batch]:
    found = {table: shape.find(table) for table in made}
    missing = sorted(table for table, name in found.items() if name is None)
    if missing:
        raise UsageError(
            f"{len(missing)} core tables are missing: {', '.join(missing)}",
            "Clone the schema first: clone_schema; tables that production lacks: create_missing_tables. "
            "Any other schema: --rows N.",
        )
    return {name: made[table] for table, name in found.items() if name is not None}


def _there(shape: Shape, beside: Mapping[str, Batch]) -> Mapping[Name, Batch]:
    found = ((shape.find(table), batch) for table, batch in beside.items())
    return {name: batch for name, batch in found if name is not None}


def _fill(conn: Connection[Any], shape: Shape, name: Name, batch: Batch) -> int:
    table = shape.tables[name]
    there = [place for place, column in enumerate(batch.columns) if column in table.by_name]
    columns = tuple(batch.columns[place] for place in there)
    rows = [[row[place] for place in there] for row in batch.rows]
    count = copy_in(conn, Rows(name.schema, name.table, columns), [block(rows)])
    advance(conn, advances(table, shape.types, count))
    return count
