"""Keys of rows that a table holds already, and what is looked up beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import ident, idents, literals

from .values.design import Standing
from .values.packed import Gathering, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

    from .shape import Name, Shape
    from .values.packed import Width

FEW: Final = 100_000
"""Rows that can be referred to whatever their keys are."""
MANY: Final = 5_000_000
"""Rows that can be referred to where all their keys have a fixed width."""
PIECE: Final = 100_000
"""Rows that are read at once: what is on its way takes the same room, however many there are."""


def standing(connection: Connection[Any], shape: Shape, name: Name, columns: Sequence[str]) -> Standing:
    """Read the columns of the table's rows, in the columns' order: of all, or of as many as can be kept."""
    reader = _Reader(connection, shape, name, columns)
    if not reader.more_than(FEW):
        return Standing(reader.values(columns, FEW), lambda column: reader.column(column, FEW))
    most, found = MANY, reader.packed(columns, MANY)
    if found is None:
        most, found = FEW, reader.values(columns, FEW)
    size = len(found[columns[0]])
    curbed = size == most and reader.more_than(most)
    return Standing(found, lambda column: reader.column(column, size), curbed=curbed)


class _Reader:
    """Reads columns of one table's rows, always in the same order."""

    def __init__(self, connection: Connection[Any], shape: Shape, name: Name, order: Sequence[str]) -> None:
        self._connection, self._name, self._order = connection, name, order
        self._types = {c.name: shape.types[c.type].name for c in shape.tables[name].columns}
        self._ends: list[str] = []
        """The keys of each piece's last row, as SQL writes them."""

    def more_than(self, few: int) -> bool:
        """Tell whether the table holds more rows than that."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(f"select from {self._name} offset {few:d} limit 1".encode(), prepare=False)
            return cursor.fetchone() is not None

    def column(self, column: str, size: int) -> Sequence[Any]:
        """Give one column of the first rows; their keys have been read."""
        found = self.packed((column,), size) if size > FEW else None
        return (self.values((column,), size) if found is None else found)[column]

    def values(self, columns: Sequence[str], most: int) -> dict[str, Sequence[Any]]:
        """Give columns of the first rows as they are."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            words = f"select {idents(columns)} from {self._name} order by {idents(self._order)} limit {most:d}"
            cursor.execute(words.encode(), prepare=False)
            rows = cursor.fetchall()
        return {column: [row[place] for row in rows] for place, column in enumerate(columns)}

    def packed(self, columns: Sequence[str], most: int) -> dict[str, Sequence[Any]] | None:
        """Give columns of the first rows in little room, the keys first; None where not all values have one width."""
        widths = {column: of for column in columns if (of := width(self._types[column])) is not None}
        if len(widths) < len(columns):
            return None
        gathered = {column: Gathering(of) for column, of in widths.items()}
        for number, start in enumerate(range(0, most, PIECE)):
            sent = self._piece(widths, number, min(PIECE, most - start))
            if sent is None:
                return None
            for one, data in zip(gathered.values(), sent, strict=True):
                one.add(data)
            found = {column: one.values() for column, one in gathered.items()}
            if len(found[columns[0]]) < start + PIECE:
                break
            if number == len(self._ends):
                self._ends.append(literals([str(found[column][-1]) for column in self._order]))
        return found

    def _piece(self, widths: Mapping[str, Width], number: int, most: int) -> Sequence[bytes] | None:
        """Give the columns of a piece as the server sends them; None where a value doesn't fit."""
        order = idents(self._order)
        named = [(ident(column), of) for column, of in widths.items()]
        sent = (f"pg_catalog.string_agg(pg_catalog.{of.send.format(name)}, '' order by {order})" for name, of in named)
        fits = " and ".join(of.fits.format(name) for name, of in named)
        after = f"where ({order}) > ({self._ends[number - 1]}) " if number else ""
        query = (
            f"select pg_catalog.bool_and(coalesce({fits}, false)), {', '.join(sent)} from (select "
            f"{idents(dict.fromkeys((*self._order, *widths)))} from {self._name} {after}order by {order} "
            f"limit {most:d}) as t"
        )
        with self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            found = cursor.execute(query.encode(), prepare=False).fetchone()
        # No row at all, after a piece that was full.
        if found is not None and found[0] is None:
            return [b""] * len(widths)
        return found[1:] if found is not None and found[0] else None
