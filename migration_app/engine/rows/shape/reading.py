"""Reads the shape of a database: four queries, one wait."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import namedtuple_row

from .model import Check, Column, ForeignKey, Name, Shape, Table, Type, Unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

_QUERIES: Final = ("types", "tables", "columns", "rules")
# pg_get_expr() prints the same text whoever reads only under an empty search path.
_PATH: Final = "select pg_catalog.set_config('search_path', '', true)"


def read_shape(connection: Connection[Any]) -> Shape:
    """Read the tables, their columns and their rules within the open transaction, whose search path becomes empty."""
    cursors = {name: connection.cursor(row_factory=namedtuple_row) for name in _QUERIES}
    with connection.pipeline():
        connection.execute(_PATH, prepare=False)
        for name, cursor in cursors.items():
            query = (files(__package__ or "") / f"{name}.sql").read_text(encoding="utf-8")
            cursor.execute(query.encode(), prepare=False)
    found: dict[str, list[Any]] = {name: list(cursor.fetchall()) for name, cursor in cursors.items()}
    names = {row.oid: Name(row.schema, row.name) for row in found["tables"]}
    columns = _columns(found["columns"])
    rules: dict[int, list[Any]] = defaultdict(list)
    domains: dict[int, list[Check]] = defaultdict(list)
    for row in found["rules"]:
        if row.domain:
            domains[row.domain].append(Check(row.name, row.expression, row.definition))
        else:
            rules[row.table].append(row)
    tables = {names[row.oid]: _table(row, names, columns, rules[row.oid]) for row in found["tables"]}
    tables = {name: _with_partitions(table, tables) for name, table in tables.items()}
    types = {row.oid: _type(row) for row in found["types"]}
    return Shape(tables, types, {oid: tuple(checks) for oid, checks in domains.items()})


def _type(row: Any) -> Type:  # noqa: ANN401 - the driver's row
    values = row._asdict()
    values["labels"] = tuple(values["labels"])
    values["fields"] = tuple((int(oid), int(modifier)) for oid, modifier in values["fields"])
    return Type(**values)


def _columns(rows: Sequence[Any]) -> Mapping[int, tuple[Column, ...]]:
    gathered: dict[int, list[Column]] = defaultdict(list)
    for row in rows:
        values = row._asdict()
        values["sequences"] = tuple(values["sequences"])
        gathered[values.pop("table")].append(Column(**values))
    return {oid: tuple(columns) for oid, columns in gathered.items()}


def _table(
    row: Any,  # noqa: ANN401 - the driver's row
    names: Mapping[int, Name],
    columns: Mapping[int, tuple[Column, ...]],
    rules: Sequence[Any],
) -> Table:
    def named(table: int, numbers: Sequence[int]) -> tuple[str, ...]:
        there = {column.number: column.name for column in columns.get(table, ())}
        return tuple(there[number] for number in numbers if number in there)

    def key(rule: Any) -> ForeignKey:  # noqa: ANN401 - the driver's row
        far = named(rule.target, rule.target_columns)
        return ForeignKey(rule.name, named(row.oid, rule.columns), names[rule.target], far, rule.deferrable)

    return Table(
        name=names[row.oid],
        columns=columns.get(row.oid, ()),
        uniques=tuple(_unique(rule, named(row.oid, rule.columns)) for rule in rules if rule.type in "pu"),
        foreign_keys=tuple(key(rule) for rule in rules if rule.type == "f" and rule.target in names),
        checks=tuple(Check(r.name, r.expression, r.definition) for r in rules if r.type == "c"),
        exclusions=tuple(Check(r.name, None, r.definition) for r in rules if r.type == "x"),
        partitioned=row.partitioned,
        partition_of=names.get(row.partition_of),
        bound=row.bound,
        partition_key=row.partition_key,
        foreign=row.is_foreign,
        owned=row.owned,
        insertable=row.insertable,
        row_security=row.row_security,
        comment=row.comment,
    )


def _with_partitions(table: Table, tables: Mapping[Name, Table]) -> Table:
    """Give a partitioned table the rules that only its partitions have: a row of the whole must keep them, too."""
    for part in tables.values():
        if part.partition_of == table.name:
            below = _with_partitions(part, tables)
            known = {(key.columns, key.target, key.target_columns) for key in table.foreign_keys}
            checks = {check.expression for check in table.checks}
            keys = [k for k in below.foreign_keys if (k.columns, k.target, k.target_columns) not in known]
            table = replace(
                table,
                columns=tuple(_as_strict(column, below.by_name.get(column.name)) for column in table.columns),
                foreign_keys=(*table.foreign_keys, *keys),
                checks=(*table.checks, *(check for check in below.checks if check.expression not in checks)),
            )
    return table


def _as_strict(column: Column, part: Column | None) -> Column:
    return replace(column, not_null=True) if part is not None and part.not_null else column


def _unique(rule: Any, columns: tuple[str, ...]) -> Unique:  # noqa: ANN401 - the driver's row
    return Unique(
        name=rule.name,
        columns=columns,
        expressions=rule.expression,
        predicate=rule.predicate,
        primary=rule.type == "p",
        nulls_distinct=not rule.nulls_not_distinct,
        definition=rule.definition,
    )
