"""Keys of rows that a table holds already, and what is looked up beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import ident, idents

from .values.design import Standing
from .values.packed import unpacked, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from .shape import Name, Shape

FEW: Final = 100_000
"""Rows that can be referred to whatever their keys are."""
MANY: Final = 5_000_000
"""Rows that can be referred to where all their keys have a fixed width."""


def standing(connection: Connection[Any], shape: Shape, name: Name, columns: Sequence[str]) -> Standing:
    """Read the columns of the table's rows, in the columns' order: of all, or of as many as can be kept."""
    reader = _Reader(connection, shape, name, columns)
    if not reader.more_than(FEW):
        return Standing(reader.values(columns, FEW), lambda column: reader.column(column, FEW))
    most, found = MANY, {}
    for column in columns:
        values = reader.packed(column, MANY + 1)
        if values is None:
            most, found = FEW, reader.values(columns, FEW + 1)
            break
        found[column] = values
    curbed = len(found[columns[0]]) > most
    if curbed:
        found = {column: values[:most] for column, values in found.items()}
    size = len(found[columns[0]])
    return Standing(found, lambda column: reader.column(column, size), curbed=curbed)


class _Reader:
    """Reads columns of one table's rows, always in the same order."""

    def __init__(self, connection: Connection[Any], shape: Shape, name: Name, order: Sequence[str]) -> None:
        self._connection, self._name, self._order = connection, name, order
        self._types = {c.name: shape.types[c.type].name for c in shape.tables[name].columns}

    def more_than(self, few: int) -> bool:
        """Tell whether the table holds more rows than that."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(f"select from {self._name} offset {few:d} limit 1".encode(), prepare=False)
            return cursor.fetchone() is not None

    def column(self, column: str, size: int) -> Sequence[Any]:
        """Give one column of the first rows."""
        found = self.packed(column, size) if size > FEW else None
        return self.values((column,), size)[column] if found is None else found

    def values(self, columns: Sequence[str], most: int) -> dict[str, Sequence[Any]]:
        """Give columns of the first rows as they are."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            words = f"select {idents(columns)} from {self._name} order by {idents(self._order)} limit {most:d}"
            cursor.execute(words.encode(), prepare=False)
            rows = cursor.fetchall()
        return {column: [row[place] for row in rows] for place, column in enumerate(columns)}

    def packed(self, column: str, most: int) -> Sequence[Any] | None:
        """Give a column of the first rows in little room; None where its values don't all have one width."""
        of = width(self._types[column])
        if of is None:
            return None
        sent, fits = (words.format(ident(column)) for words in (of.send, of.fits))
        order = idents(self._order)
        query = (
            f"select pg_catalog.string_agg(pg_catalog.{sent}, '' order by {order}), "
            f"pg_catalog.bool_and(coalesce({fits}, false)) from (select "
            f"{idents(dict.fromkeys((*self._order, column)))} from {self._name} order by {order} limit {most:d}) as t"
        )
        with self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            found = cursor.execute(query.encode(), prepare=False).fetchone()
        return unpacked(of, found[0]) if found is not None and found[1] else None
