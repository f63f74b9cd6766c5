"""Writes rows into a marked database, in one transaction, in the order that its foreign keys ask for."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import catalog
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.rows import Rows, copy_in, settle
from migration_app.engine.rows.advancing import advance, advances
from migration_app.engine.rows.analyzing import analyze
from migration_app.engine.rows.emptying import empty, holding_rows
from migration_app.engine.rows.encoding import block
from migration_app.engine.rows.pausing import paused_triggers
from migration_app.engine.rows.shape import Name, Shape, filling_order, read_shape, referring_to
from migration_app.services.connecting import claim, fingerprint, require_target, session, write_transaction
from migration_app.services.history import Recorder, recorded

from .batches import Batch, batches
from .kitchen import kitchen
from .result import Seeded
from .small_shop import small_shop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

PROFILES: Final = ("minimal", "demo", "volume")


def seed_testdata(
    target: str | Connection[Any] = "test",
    *,
    profile: str = "minimal",
    rows: int | None = None,
    tables: tuple[str, ...] = (),
    seed: int = 1,
    reset: bool = False,
) -> Seeded:
    """Write rows that keep all the database's rules; the same seed gives the same rows.

    Args:
        target: an alias or an open connection; marked as ours, or empty.
        profile: ``minimal``, ``demo`` or ``volume``.
        rows: how many a table.
        tables: only these, and what their rows can't do without.
        seed: another one gives other rows.
        reset: empty the tables first, and those whose rows refer to them.

    Raises:
        Refused: the target isn't ours to change.
        UsageError: an unknown profile, tables that aren't there, model_bakery not installed.

    """
    started = monotonic()
    if profile not in PROFILES:
        raise UsageError(f"there is no profile {profile!r}", f"The profiles are {', '.join(PROFILES)}.")
    arguments = {"target": target, "profile": profile, "rows": rows, "tables": tables, "seed": seed, "reset": reset}
    with recorded("seed_testdata", arguments=arguments) as run, session(target, writable=True) as conn:
        found = fingerprint(conn)
        run.databases(target=found)
        require_target(conn, target if isinstance(target, str) else found.database)
        written, emptied, kept = _write(conn, run, seed=seed, reset=reset, tables=tables)
        with run.step("fill materialized views"):
            views = [v.reference for v in catalog.read(conn).of_kind(MaterializedView) if v.populated]
            unfilled = refresh(conn, views)
        with run.step("bring statistics up to date"):
            analyze(conn, tuple(written))
        run.outcome("done", f"{sum(written.values())} rows in {len(written)} tables")
        return Seeded(
            target=found,
            profile=profile,
            seed=seed,
            tables={name.short: count for name, count in written.items()},
            emptied=emptied,
            kept=kept,
            unfilled=unfilled,
            seconds=monotonic() - started,
            run=run.number,
        )


def _write(
    conn: Connection[Any], run: Recorder, *, seed: int, reset: bool, tables: tuple[str, ...]
) -> tuple[Mapping[Name, int], tuple[str, ...], tuple[str, ...]]:
    written: dict[Name, int] = {}
    with run.step("make the values"), kitchen(seed) as cook:
        small_shop(cook)
        made = batches(cook.served)
        beside = {table: Batch(tuple(rows[0]), [tuple(r.values()) for r in rows]) for table, rows in cook.plain.items()}
    with write_transaction(conn):
        claim(conn)
        settle(conn)
        with run.step("read the tables"):
            shape = read_shape(conn)
            chosen = {**_placed(shape, made, tables), **_there(shape, beside)}
        emptied: tuple[Name, ...] = ()
        if reset:
            with run.step("empty the tables") as step:
                emptied = tuple(sorted(referring_to(shape, chosen)))
                empty(conn, emptied)
                step.detail(tables=[name.short for name in emptied])
        held = holding_rows(conn, tuple(chosen))
        todo = [name for name in filling_order(shape, chosen) if name not in held]
        with paused_triggers(conn, [shape.tables[name] for name in todo]):
            for name in todo:
                with run.step(f"write {name.short}") as step:
                    written[name] = _fill(conn, shape, name, chosen[name])
                    step.detail(rows=written[name])
    return written, tuple(n.short for n in emptied), tuple(n.short for n in sorted(held))


def _placed(shape: Shape, made: Mapping[str, Batch], tables: tuple[str, ...]) -> Mapping[Name, Batch]:
    found = {table: shape.find(table) for table in made}
    missing = sorted(table for table, name in found.items() if name is None)
    if missing:
        raise UsageError(
            f"{len(missing)} core tables are missing: {', '.join(missing)}",
            "Clone the schema first: clone_schema; tables that production lacks: create_missing_tables.",
        )
    unknown = sorted(set(tables) - set(found))
    if unknown:
        raise UsageError(f"there is no core table {unknown[0]!r}", "Name one of those that the target holds.")
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
