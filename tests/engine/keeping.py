"""Which rows a change of schema must keep, and whether they are there afterwards: whole rows, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.composite_type import CompositeType
from migration_app.engine.kinds.partition import Partition
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address, Snapshot
from migration_app.engine.sql import ident, literal, qualified

Connection = psycopg.Connection[tuple[Any, ...]]
Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Kept:
    """A table that is on both sides, and its columns whose values may not be lost."""

    name: str
    columns: Mapping[str, tuple[str, str]]
    """Column → its types, old and new."""
    partitioned: tuple[bool, bool]
    """Before and after: its rows are its partitions'."""
    leaving: tuple[str, ...]
    """Partitions that take their rows along: they go, or become tables of their own."""
    grows: bool
    """Rows may come from its whole, or with a table that is attached to it."""

    def rows(self, connection: Connection, *, before: bool) -> Counter[Row]:
        """Give the rows as texts, each with the number of times it is there."""
        wanted = ", ".join(f"{ident(name)}::text" for name in self.columns)
        without = ", ".join(f"{literal(name)}::regclass" for name in self.leaving) if before else ""
        words = f"SELECT {wanted} FROM {'' if self.partitioned[not before] else 'ONLY '}{self.name}"
        if without:
            words += f" WHERE tableoid <> ALL (ARRAY[{without}]::oid[])"
        return Counter(connection.execute(words.encode()).fetchall())


def kept(current: Snapshot, desired: Snapshot) -> list[Kept]:
    """Give what must still be there when ``current`` has become ``desired``."""
    columns: dict[Address, dict[str, tuple[str, str]]] = {}
    for old in current.of_kind(Column):
        new = desired.objects.get(old.address)
        remade = any(qualified(*each.path) == old.type for each in _composites(current, desired))
        if isinstance(new, Column) and old.generated is None and new.generated is None and not remade:
            columns.setdefault(old.address._replace(kind=Table.KIND, path=old.path[:2]), {})[old.name] = (
                old.type,
                new.type,
            )
    return [
        _kept(address, columns[address], current, desired)
        for address in sorted(columns)
        if address in current.objects
        and address in desired.objects
        and not _within(address, current, desired)
        # A foreign server that isn't there can't be asked.
        and {a.kind for side in (current, desired) for a in _partitions(address, side)} <= {Table.KIND}
    ]


def _composites(current: Snapshot, desired: Snapshot) -> list[Address]:
    """Give the composite types that change: their values have more or fewer parts afterwards."""
    return [each.address for each in current.of_kind(CompositeType) if each != desired.objects.get(each.address)]


def _within(address: Address, current: Snapshot, desired: Snapshot) -> bool:
    """Whether the table's rows are another's before and after: they are counted there."""
    fact = Address(Partition.KIND, (), address)
    old, new = current.objects.get(fact), desired.objects.get(fact)
    return isinstance(old, Partition) and isinstance(new, Partition) and old.carrier == new.carrier


def _kept(address: Address, columns: Mapping[str, tuple[str, str]], current: Snapshot, desired: Snapshot) -> Kept:
    before, after = _partitions(address, current), _partitions(address, desired)
    old, new = current.objects[address], desired.objects[address]
    partitioned = tuple(isinstance(side, Table) and side.partition_key is not None for side in (old, new))
    # A partition that goes while its whole stays was dropped by whoever wrote the new schema.
    leaving = before - after if all(partitioned) else {a for a in before if a in desired.objects}
    return Kept(
        name=qualified(*address.path),
        columns=columns,
        partitioned=(partitioned[0], partitioned[1]),
        leaving=tuple(qualified(*each.path) for each in sorted(_leaves(leaving, current))),
        grows=Address(Partition.KIND, (), address) in desired.objects
        or not current.objects.keys().isdisjoint(after - before),
    )


def _partitions(address: Address, side: Snapshot) -> set[Address]:
    own = {fact.of for fact in side.of_kind(Partition) if fact.carrier == address}
    return own | {deeper for each in own for deeper in _partitions(each, side)}


def _leaves(found: set[Address], side: Snapshot) -> set[Address]:
    return found | {deeper for each in found for deeper in _partitions(each, side)}


def missing(connection: Connection, what: Kept, before: Counter[Row]) -> str:
    """Say what isn't there any more, or was not there before; nothing where all is well."""
    after = what.rows(connection, before=False)
    wanted = _as_after(connection, what, before)
    gone, new = wanted - after, after - wanted
    if gone or (new and not what.grows):
        return (
            f"{what.name} {tuple(what.columns)}: {gone.total()} of {before.total()} rows are gone and "
            f"{new.total()} are new: {list(gone)[:2]} {list(new)[:2]}"
        )
    return ""


def _as_after(connection: Connection, what: Kept, before: Counter[Row]) -> Counter[Row]:
    """Give the rows with the values of columns that changed their type as the new type prints them."""
    changed = [place for place, (old, new) in enumerate(what.columns.values()) if old != new]
    types = list(what.columns.values())
    values = {
        (place, value): _converted(connection, value, *types[place])
        for row in before
        for place, value in enumerate(row)
        if place in changed
    }
    found: Counter[Row] = Counter()
    for row, count in before.items():
        found[tuple(values.get((place, value), value) for place, value in enumerate(row))] += count
    return found


def _converted(connection: Connection, value: str | None, old: str, new: str) -> str | None:
    if value is None:
        return None
    for words in (f"{literal(value)}::{old}::{new}", f"{literal(value)}::text::{new}"):
        try:
            row = connection.execute(f"SELECT ({words})::text".encode()).fetchone()
        except psycopg.Error:
            continue
        assert row is not None
        return str(row[0])
    return f"{value!r}, which {new} doesn't take"
