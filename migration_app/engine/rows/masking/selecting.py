"""The SELECT that reads a table's rows masked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migration_app.engine.sql import ident

from .choice import Choice, Value
from .documents import document
from .keying import coarse, hashed
from .masks import MASKS
from .places import Place, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migration_app.engine.rows.shape import Column, Shape, Table

_UNHASHED = frozenset({"keep", "null", "constant", "json"})


@dataclass(frozen=True)
class Reading:
    """What is read of a table, and how."""

    choices: Mapping[str, Choice]
    """Column → its choice, for each that is written."""
    condition: str | None = None
    """Which rows."""
    nulled: Mapping[str, str] = field(default_factory=dict)
    """Column → the condition under which its value is kept: what it refers to is there."""
    relation: str | None = None
    """The partition that the rows are in, as SQL names it, where it isn't the table itself."""


def masked_select(shape: Shape, table: Table, reading: Reading) -> str:
    """Give the statement: columns in the order of ``table.writable``, inherited tables' rows left out."""
    hashes = _Hashes()
    outputs = [_output(shape, table, column, reading, hashes) for column in table.writable]
    kept = [f"({condition}) as {ident(f'goes {column}')}" for column, condition in reading.nulled.items()]
    inner = [*(ident(column.name) for column in table.writable), *hashes.columns(), *kept]
    only = "" if table.partitioned and reading.relation is None else "only "
    where = f" where {reading.condition}" if reading.condition else ""
    # With an offset the hashes are computed once a row, however often they are used.
    fence = " offset 0" if hashes.found else ""
    return (
        f"select {', '.join(outputs)} from (select {', '.join(inner)} from {only}{reading.relation or table.name} "
        f"as {ident(table.name.table)}{where}{fence}) as r"
    )


def masked_keys(shape: Shape, table: Table, reading: Reading, columns: Sequence[str]) -> str:
    """Give the SELECT of the distinct masked values of some columns, none of them null."""
    whole = masked_select(shape, table, reading)
    names = ", ".join(ident(column.name) for column in table.writable)
    words = ", ".join(f"k.{ident(column)}" for column in columns)
    there = " and ".join(f"k.{ident(column)} is not null" for column in columns)
    return f"select distinct {words} from ({whole}) as k({names}) where {there}"


def needs_numbers(shape: Shape, table: Table, choices: Mapping[str, Choice]) -> bool:
    """Tell whether numbers are permuted, for which the key must have tables."""
    return any(
        choices[column.name].mask == "key" and place_of(shape, table, column).family == "integer"
        for column in table.writable
    )


@dataclass
class _Hashes:
    """The keyed hashes that a row needs, each computed once."""

    found: dict[str, str] = field(default_factory=dict)

    def of(self, hash_: str) -> str:
        """Give the name under which the hash is found."""
        name = self.found.setdefault(hash_, f"mask {len(self.found) + 1}")
        return f"r.{ident(name)}"

    def columns(self) -> list[str]:
        return [f"{made} as {ident(name)}" for made, name in self.found.items()]


def _output(shape: Shape, table: Table, column: Column, reading: Reading, hashes: _Hashes) -> str:
    choice = reading.choices[column.name]
    place = choice.place or place_of(shape, table, column)
    made = _masked(choice, place, ident(column.name), hashes)
    if column.name in reading.nulled:
        made = f"case when r.{ident(f'goes {column.name}')} then {made} end"
    return made


def _masked(choice: Choice, place: Place, column: str, hashes: _Hashes) -> str:
    outer = f"r.{column}"
    by = hashes.of(hashed("by", f"{ident(choice.by)}::text")) if choice.by else None
    if choice.mask == "json":
        return document(choice, outer, place.base)
    if place.array and choice.mask not in _UNHASHED:
        return _elements(choice, place, outer, by)
    unique = bool(choice.options.get("unique", place.unique))
    found = "" if choice.mask in _UNHASHED else by or hashes.of(_hash(choice, place, column, unique=unique))
    sql = f"{outer}::text" if place.family == "text" and choice.mask not in _UNHASHED else outer
    value = Value(sql, f"{outer}::text", found, place.base, place.limit, unique, choice.options)
    return MASKS[choice.mask].make(value)


def _elements(choice: Choice, place: Place, outer: str, by: str | None) -> str:
    """Give the array with each of its elements masked; NULL elements stay."""
    sql = "e.value::text" if place.family == "text" else "e.value"
    value = Value(sql, "e.value::text", by or "e.hashed", place.base, place.limit, False, choice.options)
    made = MASKS[choice.mask].make(value)
    hashing = _hash(choice, place, "a.value", unique=False)
    return (
        f"case when {outer} is not null then array(select {made} from (select a.value, {hashing} as hashed "
        f"from (select pg_catalog.unnest({outer})) as a(value) offset 0) as e) end"
    )


def _hash(choice: Choice, place: Place, value: str, *, unique: bool) -> str:
    told = _told(choice, place, value)
    return coarse(told) if MASKS[choice.mask].coarse and not unique else hashed(choice.mask, told)


def _told(choice: Choice, place: Place, value: str) -> str:
    """Give what is hashed: the value's text, whatever its case where case says nothing."""
    folds = MASKS[choice.mask].folds and choice.options.get("fold", True)
    # In the collation C, so that it is the same on every server.
    return f'pg_catalog.lower({value}::text collate "C")' if folds or place.base == "citext" else f"{value}::text"
