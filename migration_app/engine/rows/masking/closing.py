"""A part of a database that needs nothing outside of it: from some rows, what they need and what belongs to them.

Rows are known by their place (ctid) in the one snapshot that everything is read in, so no key leaves the database, and
what is kept here is 6 bytes' worth a row. It only reads, and needs no temporary table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import idents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from psycopg import Connection

    from migration_app.engine.rows.shape import ForeignKey, Name, Shape

    from .including import Inclusion

_BATCH: Final = 20_000
"""Rows asked about at once."""

Places = dict[int, set[int]]
"""The oid of the table that holds rows (a partition's, where there are any) → their places: block * 65536 + offset."""


@dataclass
class Closure:
    """Rows found so far, and what is still to be followed."""

    shape: Shape
    rows: dict[Name, Places] = field(default_factory=dict)
    owned: dict[Name, Places] = field(default_factory=dict)
    """Rows whose own rows come along: those asked for, and what belongs to them."""

    def count(self, name: Name) -> int:
        """Give how many rows of the table there are."""
        return sum(map(len, self.rows.get(name, {}).values()))


def close(
    connection: Connection[Any],
    shape: Shape,
    inclusion: Inclusion,
    roots: Mapping[Name, str],
    *,
    children: int | None = None,
) -> Closure:
    """Find the rows within the open transaction.

    Args:
        connection: in a transaction with one snapshot.
        shape: the tables.
        inclusion: which rows may go at all.
        roots: table → the SELECT's end that finds the rows to begin with.
        children: the most rows that one row takes along by one foreign key; those with the lowest keys.

    """
    search = _Search(connection, shape, inclusion, children)
    for name, end in roots.items():
        search.add(name, search.find(name, end), owned=True)
    search.run()
    return search.closure


def conditions(places: Places, names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Give (table as SQL names it, condition) for pieces of the rows, in the order in which they lie on disk."""
    for oid, numbers in sorted(places.items()):
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _BATCH):
            yield names[oid], f"ctid = any('{_array(ordered[start : start + _BATCH])}'::tid[])"


def table_names(connection: Connection[Any]) -> Mapping[int, str]:
    """Give each table that holds rows, by its oid, as SQL names it."""
    query = (
        "select c.oid::int8, pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class as c "
        "join pg_catalog.pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r'"
    )
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(query.encode(), prepare=False).fetchall())


class _Search:
    def __init__(self, connection: Connection[Any], shape: Shape, inclusion: Inclusion, children: int | None) -> None:
        self.connection, self.shape, self.inclusion, self.children = connection, shape, inclusion, children
        self.closure = Closure(shape)
        self.names = table_names(connection)
        self.up: dict[Name, Places] = {}
        self.down: dict[Name, Places] = {}
        self.referring: dict[Name, list[tuple[Name, ForeignKey]]] = defaultdict(list)
        for name, table in shape.tables.items():
            if table.partition_of is None:
                for key in table.foreign_keys:
                    self.referring[key.target].append((name, key))

    def add(self, name: Name, found: Iterable[tuple[int, str]], *, owned: bool) -> None:
        """Take rows in; those that are new are to be followed."""
        kept, mine = (each.setdefault(name, {}) for each in (self.closure.rows, self.closure.owned))
        for oid, place in found:
            number = _number(place)
            if number not in kept.setdefault(oid, set()):
                kept[oid].add(number)
                self.up.setdefault(name, {}).setdefault(oid, set()).add(number)
            if owned and number not in mine.setdefault(oid, set()):
                mine[oid].add(number)
                self.down.setdefault(name, {}).setdefault(oid, set()).add(number)

    def run(self) -> None:
        """Follow until nothing new is found: rows are finite, and none is followed twice one way."""
        while self.up or self.down:
            while self.up:
                name, places = self.up.popitem()
                for key in self.shape.tables[name].foreign_keys:
                    for one, condition in conditions(places, self.names):
                        near = f"select {idents(key.columns)} from only {one} where {condition}"
                        self.add(
                            key.target,
                            self.find(key.target, f"where {_row(key.target_columns)} in ({near})"),
                            owned=False,
                        )
            if self.down:
                name, places = self.down.popitem()
                for child, key in self.referring[name]:
                    for one, condition in conditions(places, self.names):
                        far = f"select {idents(key.target_columns)} from only {one} where {condition}"
                        self.add(child, self._children(child, key, far), owned=True)

    def find(self, name: Name, end: str) -> list[tuple[int, str]]:
        """Give (table's oid, place) of the rows that go and that the SELECT's end finds."""
        return self._asked(f"select t.tableoid::int8, t.ctid::text from {self._rows(name)} as t {end}")

    def _children(self, name: Name, key: ForeignKey, far: str) -> list[tuple[int, str]]:
        where = f"where {_row(key.columns)} in ({far})"
        if self.children is None:
            return self.find(name, where)
        order = idents(_order(self.shape, name)) or "ctid"
        ranked = (
            f"select t.tableoid, t.ctid, pg_catalog.row_number() over (partition by {idents(key.columns)} order by "
            f"{order}) as n from {self._rows(name)} as t {where}"
        )
        return self._asked(f"select r.tableoid::int8, r.ctid::text from ({ranked}) as r where r.n <= {self.children:d}")

    def _rows(self, name: Name) -> str:
        condition = self.inclusion.condition(name)
        where = f" where {condition}" if condition else ""
        only = "" if self.shape.tables[name].partitioned else "only "
        return f"(select *, tableoid, ctid from {only}{name}{where})"

    def _asked(self, query: str) -> list[tuple[int, str]]:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query.encode(), prepare=False).fetchall()


def root(shape: Shape, name: Name, words: str) -> str:
    """Give the SELECT's end for the rows to begin with: so many, by their primary key, or those under a condition."""
    if words.isdecimal():
        order = idents(_order(shape, name)) or "ctid"
        return f"order by {order} limit {words}"
    return f"where {words}"


def _order(shape: Shape, name: Name) -> tuple[str, ...]:
    return next((rule.columns for rule in shape.tables[name].uniques if rule.primary), ())


def _row(columns: tuple[str, ...]) -> str:
    return f"({idents(columns)})"


def _number(place: str) -> int:
    block, _, offset = place[1:-1].partition(",")
    return int(block) << 16 | int(offset)


def _array(numbers: list[int]) -> str:
    return "{" + ",".join(f'"({number >> 16},{number & 65535})"' for number in numbers) + "}"
