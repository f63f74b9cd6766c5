"""Queries that count the rows which stand in the way of a change, before it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Address
from migration_app.engine.sql import ident, idents, literal, qualified

from .column import Column
from .constraint import Constraint
from .table import Table

if TYPE_CHECKING:
    from migration_app.engine.model import Change, Snapshot

_INPUT_IS_VALID: Final = 160000
"""pg_input_is_valid() came with PostgreSQL 16."""


def table_of(change: Change) -> Address | None:
    """Give the table whose rows the change must fit; None where rows don't matter to it."""
    new = change.new
    if isinstance(new, Column | Constraint):
        return Address(Table.KIND, (new.schema, new.table))
    return None


def breaking_rows(change: Change, desired: Snapshot) -> str | None:
    """Give the query that counts the rows the change would fail on; None where rows can't break it."""
    new, old = change.new, change.old
    if isinstance(new, Constraint) and new.validated and not new.on_foreign:
        return _constraint(new)
    if isinstance(new, Column) and not new.of_foreign:
        return _column(new, old if isinstance(old, Column) else None, desired)
    return None


def _constraint(constraint: Constraint) -> str | None:
    table = qualified(constraint.schema, constraint.table)
    columns = [ident(name) for name in constraint.columns]
    if constraint.type == "c" and constraint.expression:
        return f"SELECT count(*) FROM {table} WHERE NOT ({constraint.expression})"
    if constraint.type == "f" and constraint.foreign_table:
        pairs = zip(columns, constraint.foreign_columns, strict=True)
        match = " AND ".join(f"r.{ident(far)} = t.{near}" for near, far in pairs)
        there = " AND ".join(f"t.{name} IS NOT NULL" for name in columns)
        other = qualified(*constraint.foreign_table)
        return (
            f"SELECT count(*) FROM {table} AS t WHERE {there} AND NOT EXISTS (SELECT FROM {other} AS r WHERE {match})"
        )
    if constraint.type in "pu" and columns and "WITHOUT OVERLAPS" not in constraint.definition:
        return _twice(constraint, table, columns)
    return None


def _twice(constraint: Constraint, table: str, columns: list[str]) -> str:
    listed = idents(constraint.columns)
    distinct = constraint.type == "u" and "NULLS NOT DISTINCT" not in constraint.definition
    whole = " WHERE " + " AND ".join(f"{name} IS NOT NULL" for name in columns) if distinct else ""
    twice = (
        f"SELECT coalesce(sum(d.n), 0)::bigint FROM "
        f"(SELECT count(*) AS n FROM {table}{whole} GROUP BY {listed} HAVING count(*) > 1) AS d"
    )
    if constraint.type == "u":
        return twice
    empty = " OR ".join(f"{name} IS NULL" for name in columns)
    return f"SELECT ({twice}) + (SELECT count(*) FROM {table} WHERE {empty})"


def _column(column: Column, old: Column | None, desired: Snapshot) -> str | None:
    table, name = qualified(column.schema, column.table), ident(column.name)
    if old is None:
        filled = column.generated is not None or any(
            obj.folds_into == column.address for obj in map(desired.objects.get, _users(column, desired)) if obj
        )
        return f"SELECT count(*) FROM {table}" if column.not_null and not filled else None
    conditions = []
    if column.not_null and column.not_null_validated and not (old.not_null and old.not_null_validated):
        conditions.append(f"{name} IS NULL")
    # What is in the catalog's own schema reads the same on the target; a type of the user's may not be there yet.
    if column.type != old.type and "." not in column.type and desired.version >= _INPUT_IS_VALID:
        conditions.append(f"NOT pg_catalog.pg_input_is_valid({name}::text, {literal(column.type)})")
    return f"SELECT count(*) FROM {table} WHERE {' OR '.join(conditions)}" if conditions else None


def _users(column: Column, desired: Snapshot) -> tuple[Address, ...]:
    return desired.dependents.get(column.address, ())


def lost_values(change: Change) -> str | None:
    """Give the query that counts what goes with the object; None where nothing does."""
    old = change.old
    if change.new is not None:
        return None
    if isinstance(old, Table):
        return f"SELECT count(*) FROM {qualified(old.schema, old.name)}"
    if isinstance(old, Column) and not old.of_foreign and old.generated is None:
        return f"SELECT count({ident(old.name)}) FROM {qualified(old.schema, old.table)}"
    return None
