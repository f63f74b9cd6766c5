"""Queries that count the rows which stand in the way of a change, before it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Address, Change, Verb, Verdict
from migration_app.engine.sql import ident, qualified

from .column import Column
from .constraint import Constraint
from .domain import Domain
from .domain_constraint import DomainConstraint
from .enum import Enum
from .fitting import not_among, outside_domain, unfit
from .index import Index
from .nesting import Place, opened, places
from .partition import Partition
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migration_app.engine.model import Snapshot, Statement

_COMPARED: Final = 5_000
"""Rows of which each is compared with each other."""
_EQUAL: Final = "OPERATOR(pg_catalog.=)"


def breaking_queries(
    changes: Iterable[Change], statements: Iterable[Statement], current: Snapshot, desired: Snapshot
) -> Mapping[Address, str]:
    """Give object → the query that counts the rows on which its change would fail, for a plan's changes."""
    planned = tuple(statements)
    made = {each.address for each in planned if each.verb is Verb.CREATE}
    moved = {each.address for each in planned if each.verb is Verb.MOVE}
    found = {}
    for change in (*changes, *(_replaced(address, current, desired) for address in moved)):
        # What its whole's rows are moved into has none before, and the whole's are counted.
        if isinstance(change.new, Partition) and change.new.carrier in made:
            continue
        query = breaking_rows(change, current, desired)
        if query is not None:
            found[change.address] = query
    return found


def _replaced(address: Address, current: Snapshot, desired: Snapshot) -> Change:
    return Change(address, Verdict.CHANGED, current.objects[address], desired.objects[address])


def tables_of(change: Change, current: Snapshot) -> frozenset[Address]:
    """Give the tables whose rows the change must fit."""
    new = change.new
    if isinstance(new, Column | Constraint | Index):
        return frozenset({Address(Table.KIND, (new.schema, new.table))})
    if isinstance(new, Table):
        return frozenset({new.address})
    if isinstance(new, Partition):
        return frozenset({new.of, *_default_partition(new, current)})
    if isinstance(new, Enum | Domain | DomainConstraint):
        return _holding(_type_name(new), current)
    return frozenset()


def breaking_rows(change: Change, current: Snapshot, desired: Snapshot) -> str | None:
    """Give the query that counts the rows the change would fail on; None where rows can't break it."""
    new, old = change.new, change.old
    if isinstance(new, Constraint):
        return _constraint(new, current) if new.validated and not new.on_foreign else None
    if isinstance(new, Column):
        return None if new.of_foreign else _column(new, old if isinstance(old, Column) else None, desired)
    if isinstance(new, Index):
        return _twice(new.unique_keys, qualified(new.schema, new.table), new) if new.unique_keys else None
    if isinstance(new, Table):
        return _without_partition(new, desired) if isinstance(old, Table) and new.partition_key else None
    if isinstance(new, Partition):
        return _outside(new, current)
    return _sum(_of_type(change, current, desired))


def _constraint(constraint: Constraint, current: Snapshot) -> str | None:
    table = qualified(constraint.schema, constraint.table)
    columns = [ident(name) for name in constraint.columns]
    if constraint.type == "c" and constraint.expression:
        return f"SELECT count(*) FROM {table} WHERE NOT ({constraint.expression})"
    if constraint.type == "f" and constraint.foreign_table:
        pairs = zip(columns, constraint.foreign_columns, strict=True)
        match = " AND ".join(f"r.{ident(far)} = t.{near}" for near, far in pairs)
        there = " AND ".join(f"t.{name} IS NOT NULL" for name in columns)
        rows = f"SELECT count(*) FROM {table} AS t WHERE {there}"
        keys = (Address(Column.KIND, (*constraint.foreign_table, name)) for name in constraint.foreign_columns)
        if not all(key in current.objects for key in keys):
            return rows  # what the plan makes has no such key yet
        return f"{rows} AND NOT EXISTS (SELECT FROM {qualified(*constraint.foreign_table)} AS r WHERE {match})"
    if constraint.exclusion_keys:
        return _excluded(constraint, table)
    if constraint.type in "pu" and columns:
        return _twice(columns, table, constraint)
    return None


def _excluded(constraint: Constraint, table: str) -> str:
    """Count the rows that exclude another; where no operator is an equality, of so many as can all be compared."""
    numbers = range(1, len(constraint.exclusion_keys) + 1)
    keys = "".join(f", {key} AS k{number}" for number, key in zip(numbers, constraint.exclusion_keys, strict=True))
    where = f" WHERE {constraint.predicate}" if constraint.predicate else ""
    pairs = zip(numbers, constraint.exclusion_operators, strict=True)
    conflict = " AND ".join(f"a.k{number} {operator} b.k{number}" for number, operator in pairs)
    few = f"(SELECT count(*) FROM r) <= {_COMPARED} AND "
    bounded = "" if _EQUAL in constraint.exclusion_operators else few
    return (
        f"WITH r AS (SELECT row_number() OVER () AS number{keys} FROM {table}{where}) SELECT count(*) FROM r AS a"
        f" WHERE {bounded}EXISTS (SELECT FROM r AS b WHERE a.number <> b.number AND {conflict})"
    )


def _twice(keys: Sequence[str], table: str, rule: Constraint | Index) -> str:
    """Count the rows that have a key twice, or none where a primary key wants one."""
    primary = isinstance(rule, Constraint) and rule.type == "p"
    conditions = [f"({rule.predicate})"] if isinstance(rule, Index) and rule.predicate else []
    if not primary and "NULLS NOT DISTINCT" not in rule.definition:
        conditions += [f"{key} IS NOT NULL" for key in keys]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    twice = (
        f"SELECT coalesce(sum(d.n), 0)::bigint FROM "
        f"(SELECT count(*) AS n FROM {table}{where} GROUP BY {', '.join(keys)} HAVING count(*) > 1) AS d"
    )
    if not primary:
        return twice
    empty = " OR ".join(f"{key} IS NULL" for key in keys)
    return f"SELECT ({twice}) + (SELECT count(*) FROM {table} WHERE {empty})"


def _column(column: Column, old: Column | None, desired: Snapshot) -> str | None:
    table, name = qualified(column.schema, column.table), ident(column.name)
    if old is None:
        if column.not_null and column.generated is not None:
            return f"SELECT count(*) FROM {table} WHERE ({column.generated}) IS NULL"
        filled = any(
            obj.folds_into == column.address for obj in map(desired.objects.get, _users(column, desired)) if obj
        )
        return f"SELECT count(*) FROM {table}" if column.not_null and not filled else None
    conditions = []
    if column.generated is None:
        if column.not_null and column.not_null_validated and not (old.not_null and old.not_null_validated):
            conditions.append(f"{name} IS NULL")
        failing = unfit(old, column, desired) if column.type != old.type else None
        conditions += [failing] if failing else []
    return f"SELECT count(*) FROM {table} WHERE {' OR '.join(conditions)}" if conditions else None


def _users(column: Column, desired: Snapshot) -> tuple[Address, ...]:
    return desired.dependents.get(column.address, ())


def _without_partition(table: Table, desired: Snapshot) -> str | None:
    """Count the rows for which a table that becomes partitioned has no place; hashes can't be counted."""
    bounds = list(_bounds(table.address, desired))
    if None in bounds:
        return None
    nowhere = " AND ".join(f"({bound}) IS NOT TRUE" for bound in bounds) or "true"
    return f"SELECT count(*) FROM {qualified(table.schema, table.name)} WHERE {nowhere}"


def _bounds(whole: Address, desired: Snapshot) -> Iterator[str | None]:
    """Give the condition on the rows of each partition that holds rows itself."""
    for fact in desired.of_kind(Partition):
        if fact.carrier == whole:
            deeper = list(_bounds(fact.of, desired))
            inner = desired.objects.get(fact.of)
            if not (isinstance(inner, Table) and inner.partition_key):
                yield fact.condition
            yield from deeper


def _outside(partition: Partition, current: Snapshot) -> str | None:
    """Count a new partition's rows outside of its bound, and those of the default one that would be inside."""
    if partition.condition is None:
        return None
    counts = []
    if partition.of in current.objects:
        counts.append(f"SELECT count(*) FROM {qualified(*partition.of.path)} WHERE ({partition.condition}) IS NOT TRUE")
    counts += [
        f"SELECT count(*) FROM {qualified(*default.path)} WHERE {partition.condition}"
        for default in _default_partition(partition, current)
    ]
    return _sum(iter(counts))


def _default_partition(partition: Partition, current: Snapshot) -> Iterator[Address]:
    for other in current.of_kind(Partition):
        if other.bound == "DEFAULT" and other.carrier == partition.carrier and other.of != partition.of:
            yield other.of


def _of_type(change: Change, current: Snapshot, desired: Snapshot) -> Iterator[str]:
    """Count the values of a type that its new form doesn't have."""
    old, new = change.old, change.new
    if isinstance(new, Enum) and isinstance(old, Enum):
        if set(old.labels) <= set(new.labels):
            return
        for place in _places(_type_name(new), current, desired):
            yield place.count(not_among(place.value, new.labels))
    elif isinstance(new, Domain) and isinstance(old, Domain):
        if new.not_null and not old.not_null:
            for place in _places(_type_name(new), current, desired):
                yield place.count(f"{place.value} IS NULL")
    elif isinstance(new, DomainConstraint) and new.validated:
        for place in _places(_type_name(new), current, desired):
            yield outside_domain(place, new.definition)


def _type_name(new: Enum | Domain | DomainConstraint) -> str:
    return qualified(new.schema, new.domain if isinstance(new, DomainConstraint) else new.name)


def _places(name: str, current: Snapshot, desired: Snapshot) -> Iterator[Place]:
    """Give where values of the type are, in columns that have one type before and after."""
    types = opened(current)
    for column in _columns(current):
        after = desired.objects.get(column.address)
        if isinstance(after, Column) and after.type == column.type and column.generated is None:
            yield from places(name, column.type, _place(column), types)


def _holding(name: str, current: Snapshot) -> frozenset[Address]:
    """Give the tables that may hold values of the type."""
    types = opened(current)
    return frozenset(
        Address(Table.KIND, column.path[:2])
        for column in _columns(current)
        if next(places(name, column.type, _place(column), types), None)
    )


def _place(column: Column) -> Place:
    return Place(ident(column.name), qualified(column.schema, column.table))


def _columns(current: Snapshot) -> Iterator[Column]:
    """Give the columns; those of partitions and heirs are counted with the whole's."""
    return (column for column in current.of_kind(Column) if not column.comes_with_parent and not column.of_foreign)


def _sum(counts: Iterator[str]) -> str | None:
    found = list(counts)
    return found[0] if len(found) == 1 else "SELECT " + " + ".join(f"({one})" for one in found) if found else None
