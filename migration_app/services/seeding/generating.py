"""Rows for any table, made from its shape and written as blocks of COPY text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg

from migration_app.engine.rows import Rows, copy_in
from migration_app.engine.rows.advancing import advance, advances
from migration_app.engine.rows.deriving import derive
from migration_app.engine.rows.judging import check_now, judge
from migration_app.engine.rows.standing import standing
from migration_app.engine.rows.values import CHUNK, Design, Unfillable, Unsatisfiable, design

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name, Shape
    from migration_app.engine.rows.values.batch import Parent

    from .recipes import Recipes

BLOCK: Final = 4096
"""Rows in a block of COPY text."""


@dataclass
class Generation:
    """What is to be written, and what can't be."""

    designs: dict[Name, Design] = field(default_factory=dict)
    derived: dict[Name, str] = field(default_factory=dict)
    """Table → the SQL that fills it from the others."""
    unfilled: dict[Name, str] = field(default_factory=dict)
    """Table → why it stays empty."""


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    seed: int
    rows: int
    recipes: Recipes


def designed(
    conn: Connection[Any], shape: Shape, names: Sequence[Name], held: frozenset[Name], order: Order
) -> Generation:
    """Design the tables in the order given; ``held`` are those that hold rows already and are referred to."""
    parents: dict[Name, Parent] = {name: standing(conn, name, _referred(shape, name)) for name in sorted(held)}
    ask = judge(conn, shape)
    ratios = {name: order.recipes.ratio(name) for name in shape.tables}
    made = Generation()
    for name in names:
        statement = order.recipes.statement(name)
        if statement is not None:
            made.derived[name] = statement
            continue
        try:
            parents[name] = made.designs[name] = design(
                shape,
                shape.tables[name],
                seed=order.seed,
                size=order.recipes.size(name, order.rows),
                ratios=ratios,
                parents=parents,
                judge=ask,
                override=order.recipes.override(name, made.designs),
            )
        except Unfillable as error:
            made.unfilled[name] = error.reason
        else:
            # A table that its rules keep small offers less to refer to, at any size of the whole.
            ratios[name] = min(ratios[name], made.designs[name].size / order.rows)
    _leave_out_the_impossible(shape, made)
    return made


def _leave_out_the_impossible(shape: Shape, made: Generation) -> None:
    """Make the first rows of each table, so that what can't be is known before anything is written."""
    for name, one in list(made.designs.items()):
        gone = [key.target.short for key in shape.tables[name].foreign_keys if key.target in made.unfilled]
        reason = f"it refers to {gone[0]}, which isn't filled" if gone else _tried(one)
        if reason:
            made.unfilled[name] = reason
            del made.designs[name]


def _tried(one: Design) -> str:
    try:
        one.complete(range(min(one.size, CHUNK)))
    except Unsatisfiable as error:
        return f"{error.rule}: {error.definition}"
    return "" if one.size else "its rules leave room for no row"


def _referred(shape: Shape, name: Name) -> tuple[str, ...]:
    columns = (c for t in shape.tables.values() for k in t.foreign_keys if k.target == name for c in k.target_columns)
    found = tuple(dict.fromkeys(columns))
    return found or tuple(column.name for column in shape.tables[name].columns[:1])


def blocks(of: Design, told: Callable[[int], None]) -> Iterator[bytes]:
    """Give the table's rows as blocks of COPY text, telling how many are made."""
    for start in range(0, of.size, BLOCK):
        rows = range(start, min(start + BLOCK, of.size))
        yield of.block(rows)
        told(rows.stop)


def write(conn: Connection[Any], shape: Shape, of: Design, told: Callable[[int], None]) -> int:
    """Write a table's rows within the open transaction; give their number."""
    name = of.table.name
    rows = Rows(name.schema, name.table, of.columns)
    if of.asks:
        count = sum(copy_in(conn, rows, [block]) for block in blocks(of, told))
    else:
        count = copy_in(conn, rows, blocks(of, told))
    advance(conn, advances(of.table, shape.types, count))
    return count


def fill_from_others(conn: Connection[Any], shape: Shape, name: Name, statement: str) -> int:
    """Run a table's own SQL within the open transaction; give the number of rows."""
    count = derive(conn, name.schema, statement)
    advance(conn, advances(shape.tables[name], shape.types, count))
    return count


def attempt(conn: Connection[Any], action: Callable[[], int]) -> tuple[int, str]:
    """Write a table's rows, or nothing of them; give their number and the reason where that was refused."""
    try:
        with conn.transaction():
            count = action()
            check_now(conn)
            return count, ""
    except Unsatisfiable as error:
        return 0, f"{error.rule}: {error.definition}"
    except psycopg.errors.OperationalError:
        raise
    except psycopg.Error as error:
        rule = f" ({error.diag.constraint_name})" if error.diag.constraint_name else ""
        return 0, f"{error.diag.message_primary or error}{rule}"


def estimate(made: Generation) -> Mapping[Name, int]:
    """Give how many rows each table will get."""
    return {name: one.size for name, one in made.designs.items()}
