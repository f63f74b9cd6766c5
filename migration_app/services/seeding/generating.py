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
from migration_app.engine.rows.values.references import index

from .overriding import Overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.rows.likeness import Likeness, TableLikeness
    from migration_app.engine.rows.shape import Name, Shape
    from migration_app.engine.rows.values import Draft
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
    bare: list[Name] = field(default_factory=list)
    """Tables that hold no rows in the database whose shape is wanted."""
    curbed: dict[Name, int] = field(default_factory=dict)
    """Table that holds more rows than can be referred to → how many of them can."""


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    seed: int
    rows: int
    recipes: Recipes
    like: Likeness | None = None
    """Another database whose shape is wanted."""
    scale: float = 1.0
    """Rows for each of its rows."""
    overrides: Overrides = field(default_factory=Overrides)
    """Values that the caller gives."""

    def override(self, name: Name, designs: Mapping[Name, Design]) -> Callable[[Draft], None]:
        """Give what puts the recipe's values, and then the caller's, in place of invented ones."""
        by_recipe = self.recipes.override(name, designs)

        def put(draft: Draft) -> None:
            if by_recipe is not None:
                by_recipe(draft)
            self.overrides.put(draft)

        return put

    def table_like(self, name: Name) -> TableLikeness | None:
        """Give the other database's table of that name, where its statistics say something."""
        found = None if self.like is None else self.like.tables.get(name)
        return found if found is not None and found.known else None

    def size(self, name: Name) -> int:
        """Give how many rows the table gets: a recipe's number, else as many as the other database's, else as asked."""
        like = self.table_like(name)
        if like is None or like.rows is None or self.recipes.is_counted(name):
            return self.recipes.size(name, self.rows)
        return max(round(like.rows * self.scale), 1) if like.rows else 0

    def ratio(self, name: Name) -> float:
        """Give how many rows the table gets for each one that was asked for."""
        return self.recipes.ratio(name) if self.table_like(name) is None else max(self.size(name), 1) / self.rows


def designed(
    conn: Connection[Any], shape: Shape, names: Sequence[Name], held: frozenset[Name], order: Order
) -> Generation:
    """Design the tables in the order given; ``held`` are those that hold rows already and are referred to.

    The first rows of each are made, so that what can't be is known before anything is written.
    """
    impossible: dict[Name, str] = {}
    while True:
        made = drafted(conn, shape, [name for name in names if name not in impossible], held, order)
        found = {name: reason for name, one in made.designs.items() if (reason := _tried(one))}
        if not found:
            made.unfilled.update(impossible)
            return made
        # What refers to them is designed anew: it may do without.
        impossible.update(found)


def drafted(
    conn: Connection[Any], shape: Shape, names: Sequence[Name], held: frozenset[Name], order: Order
) -> Generation:
    """Design the tables in the order given, without making any row."""
    stand = {name: standing(conn, shape, name, _referred(shape, name)) for name in sorted(held)}
    parents: dict[Name, Parent] = {**stand}
    ask = judge(conn, shape)
    ratios = {name: order.ratio(name) for name in shape.tables}
    made = Generation(curbed={name: one.size for name, one in stand.items() if one.curbed})
    for name in names:
        statement = order.recipes.statement(name)
        if statement is not None and name not in order.overrides.columns:
            made.derived[name] = statement
            continue
        if not order.size(name):
            made.bare.append(name)
            continue
        try:
            parents[name] = made.designs[name] = design(
                shape,
                shape.tables[name],
                seed=order.seed,
                size=order.size(name),
                ratios=ratios,
                parents=parents,
                judge=ask,
                override=order.override(name, made.designs),
                like=order.table_like(name),
            )
        except Unfillable as error:
            made.unfilled[name] = error.reason
        else:
            # A table that its rules keep small offers less to refer to, at any size of the whole.
            ratios[name] = min(ratios[name], made.designs[name].size / order.rows)
    return made


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


def blocks(of: Design, told: Callable[[int], None], part: range | None = None) -> Iterator[bytes]:
    """Give the table's rows, or a part of them, as blocks of COPY text, telling how many are made."""
    whole = range(of.size) if part is None else part
    for start in range(whole.start, whole.stop, BLOCK):
        rows = range(start, min(start + BLOCK, whole.stop))
        yield of.block(rows)
        told(rows.stop)


def write(conn: Connection[Any], shape: Shape, of: Design, told: Callable[[int], None]) -> int:
    """Write a table's rows within the open transaction; give their number."""
    count = copied(conn, of, blocks(of, told))
    advance(conn, advances(of.table, shape.types, count))
    return count


def copied(conn: Connection[Any], of: Design, some: Iterator[bytes]) -> int:
    """Write blocks of a table's rows within the open transaction; give the number of rows."""
    rows = Rows(of.table.name.schema, of.table.name.table, of.columns)
    if of.asks:
        return sum(copy_in(conn, rows, [block]) for block in some)
    return copy_in(conn, rows, some)


def orphaned(shape: Shape, made: Generation, name: Name) -> str:
    """Tell why a table can't be filled any more: rows of its were to refer to a table that was refused."""
    keys = shape.tables[name].foreign_keys if name in made.designs else ()
    gone = [key.target.short for key in keys if key.target in made.unfilled and index(key) in made.designs[name].makers]
    return f"it refers to {gone[0]}, which isn't filled" if gone else ""


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
        return 0, told(error)


def told(error: psycopg.Error) -> str:
    """Give the server's words and the rule's name, without any value."""
    rule = f" ({error.diag.constraint_name})" if error.diag.constraint_name else ""
    return f"{error.diag.message_primary or error}{rule}"


def estimate(made: Generation) -> Mapping[Name, int]:
    """Give how many rows each table will get."""
    return {name: one.size for name, one in made.designs.items()}
