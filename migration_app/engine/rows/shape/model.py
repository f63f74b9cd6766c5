"""What a writer of rows must know of a table: columns, types, and the rules that rows must keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Mapping


class Name(NamedTuple):
    """A table's schema and name."""

    schema: str
    table: str

    def __str__(self) -> str:
        return qualified(*self)

    @property
    def short(self) -> str:
        """The name as people say it: without the schema ``public``."""
        return self.table if self.schema == "public" else f"{self.schema}.{self.table}"


@dataclass(frozen=True, slots=True)
class Type:
    """A type; ``kind`` is pg_type.typtype, ``category`` pg_type.typcategory."""

    oid: int
    schema: str
    name: str
    kind: str
    category: str
    base: int
    modifier: int
    element: int
    not_null: bool
    labels: tuple[str, ...]
    subtype: int
    fields: tuple[tuple[int, int], ...]
    """Type and modifier of each field of a composite type."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; a generated one is never written."""

    number: int
    name: str
    type: int
    modifier: int
    written: str
    """The type as SQL writes it."""
    not_null: bool
    default: str | None
    generated: bool
    identity: str | None
    sequences: tuple[str, ...]
    comment: str | None


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique index, a primary key's or not; ``columns`` are those that it holds as they are."""

    name: str
    columns: tuple[str, ...]
    expressions: str | None
    predicate: str | None
    primary: bool
    nulls_distinct: bool
    definition: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key."""

    name: str
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]
    deferrable: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a table, or of a domain, as PostgreSQL prints it; or an exclusion, whose expression is None."""

    name: str
    expression: str | None
    definition: str


@dataclass(frozen=True)
class Table:
    """A table that holds rows."""

    name: Name
    columns: tuple[Column, ...]
    uniques: tuple[Unique, ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    exclusions: tuple[Check, ...]
    partitioned: bool
    partition_of: Name | None
    bound: str | None
    partition_key: str | None
    foreign: bool
    owned: bool
    insertable: bool
    row_security: bool
    comment: str | None

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Column by its name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def writable(self) -> tuple[Column, ...]:
        """The columns that a row may bring a value for."""
        return tuple(column for column in self.columns if not column.generated)


@dataclass(frozen=True)
class Shape:
    """All tables of a database that rows can be written to, and all types."""

    tables: Mapping[Name, Table]
    types: Mapping[int, Type]
    domain_checks: Mapping[int, tuple[Check, ...]]

    def find(self, word: str, schema: str = "public") -> Name | None:
        """Give the table that ``table`` or ``schema.table`` names; the given schema's before any other's."""
        for name in (Name(schema, word), *self.tables):
            if name in self.tables and word in {name.table, f"{name.schema}.{name.table}", str(name)}:
                return name
        return None
