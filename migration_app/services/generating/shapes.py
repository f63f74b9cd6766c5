"""Tables as a model sees them: columns with defaults and identities, keys, rules, indexes, found once in a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.comment import Comment
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.default import Default
from migration_app.engine.kinds.domain import Domain
from migration_app.engine.kinds.enum import Enum
from migration_app.engine.kinds.foreign_table import ForeignTable
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.kinds.table import Table
from migration_app.engine.kinds.view import View

from .index_text import IndexText, read_index
from .type_names import TypeName, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.engine.model import Snapshot

_Part = TypeVar("_Part", Column, Constraint, Index)


@dataclass(frozen=True)
class ColumnShape:
    """A column with what the catalog keeps apart from it."""

    column: Column
    type: TypeName
    base: TypeName
    """The type below any domains."""
    labels: tuple[str, ...] | None
    """Of an enum, or of an array of one."""
    default: str | None
    """The column's own, or its domain's."""
    identity: Identity | None
    comment: str | None
    not_null: bool

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def counts(self) -> bool:
        """The server numbers the rows: an identity, or a sequence's next value."""
        return self.identity is not None or (self.default or "").startswith("nextval(")

    @property
    def fills_itself(self) -> bool:
        """An INSERT may leave the column out."""
        return not self.not_null or self.default is not None or self.counts or self.column.generated is not None

    @property
    def text(self) -> str:
        """The column as CREATE TABLE says it, for a person."""
        words = [self.column.type]
        if self.column.generated is not None:
            words.append(
                f"GENERATED ALWAYS AS ({self.column.generated}) {'VIRTUAL' if self.column.virtual else 'STORED'}"
            )
        if self.identity is not None:
            words.append(f"GENERATED {self.identity.generation} AS IDENTITY")
        if self.not_null:
            words.append("NOT NULL")
        if self.default is not None:
            words.append(f"DEFAULT {self.default}")
        return " ".join(words)


@dataclass(frozen=True)
class TableShape:
    """A table, or a view, with its parts."""

    schema: str
    name: str
    kind: str
    """``table``, ``foreign_table``, ``view`` or ``materialized_view``."""
    columns: Mapping[str, ColumnShape] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[tuple[Index, IndexText], ...] = ()
    comment: str | None = None
    is_partition: bool = False
    stand_in_key: tuple[str, ...] = ()
    """What serves as a key where the table has none."""

    @property
    def key(self) -> tuple[str, str]:
        """Schema and name."""
        return (self.schema, self.name)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key, or of what stands in for it."""
        return next((each.columns for each in self.constraints if each.type == "p"), self.stand_in_key)

    @property
    def foreign_keys(self) -> tuple[Constraint, ...]:
        """The foreign keys."""
        return tuple(each for each in self.constraints if each.type == "f")

    @property
    def unique_columns(self) -> frozenset[frozenset[str]]:
        """Every set of columns that the table keeps unique without a condition, its primary key included."""
        # What doesn't overlap in time (PostgreSQL 18) isn't unique in its columns.
        kept = {
            frozenset(each.columns)
            for each in self.constraints
            if each.type in "pu" and "WITHOUT OVERLAPS" not in each.definition
        }
        plain = (text for index, text in self.indexes if text.unique and index.valid and text.is_plain)
        return frozenset(kept | {frozenset(text.columns) for text in plain})


@dataclass(frozen=True)
class Schema:
    """All tables of a snapshot, by schema and name."""

    tables: Mapping[tuple[str, str], TableShape]
    enums: Mapping[tuple[str, str], tuple[str, ...]]

    def named(self, schema: str, name: str) -> TableShape | None:
        """Give a table; without a schema the one in public, else one that alone bears the name."""
        if schema:
            return self.tables.get((schema, name))
        found = sorted((key for key in self.tables if key[1] == name), key=lambda key: (key[0] != "public", key))
        return self.tables[found[0]] if found else None


def read_shapes(snapshot: Snapshot) -> Schema:
    """Give the tables of a snapshot."""
    return _Reading(snapshot).schema()


class _Reading:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.enums = {enum.path: enum.labels for enum in snapshot.of_kind(Enum)}
        self.domains = {domain.path: domain for domain in snapshot.of_kind(Domain)}
        self.defaults = {each.path: each.expression for each in snapshot.of_kind(Default)}
        self.identities = {each.path: each for each in snapshot.of_kind(Identity)}
        self.comments = {
            (each.of.kind, each.of.path): each.text
            for each in snapshot.of_kind(Comment)
            if each.of.kind in {"table", "column", "foreign_table", "view", "materialized_view"} and not each.path
        }

    def schema(self) -> Schema:
        """Put everything together."""
        columns = _grouped(self.snapshot.of_kind(Column))
        constraints = _grouped(self.snapshot.of_kind(Constraint))
        indexes = _grouped(self.snapshot.of_kind(Index))
        tables = {}
        for kind in (Table, ForeignTable, View, MaterializedView):
            for table in self.snapshot.of_kind(kind):
                key = (table.path[0], table.path[1])
                own = sorted(columns.get(key, ()), key=lambda column: column.position)
                tables[key] = TableShape(
                    schema=key[0],
                    name=key[1],
                    kind=kind.KIND,
                    columns={column.name: self._column(column) for column in own},
                    constraints=tuple(sorted(constraints.get(key, ()), key=lambda each: each.name)),
                    indexes=tuple((each, read_index(each.definition)) for each in indexes.get(key, ())),
                    comment=self.comments.get((kind.KIND, key)),
                    is_partition=isinstance(table, Table) and table.is_partition,
                )
        return Schema(tables, self.enums)  # type: ignore[arg-type] # their paths are pairs

    def _column(self, column: Column) -> ColumnShape:
        found = parse(column.type)
        base, default, not_null = self._below(found)
        return ColumnShape(
            column=column,
            type=found,
            base=base,
            labels=self.enums.get((base.schema, base.name)),
            default=self.defaults.get(column.path, default),
            identity=self.identities.get(column.path),
            comment=self.comments.get((column.KIND, column.path)),
            not_null=column.not_null or not_null,
        )

    def _below(self, name: TypeName) -> tuple[TypeName, str | None, bool]:
        """Give the type below the domains, and the default and NOT NULL that they bring along."""
        default, not_null = None, False
        while (domain := self.domains.get((name.schema, name.name))) is not None:
            if not name.array:
                default, not_null = default or domain.default, not_null or domain.not_null
            below = parse(domain.type)
            name = TypeName(below.schema, below.name, below.modifiers, name.array or below.array)
        return name, default, not_null


def _grouped(objects: Iterable[_Part]) -> dict[tuple[str, str], list[_Part]]:
    found: dict[tuple[str, str], list[_Part]] = {}
    for each in objects:
        found.setdefault((each.schema, each.table), []).append(each)
    return found
