"""Columns of tables. Defaults and identities are objects of their own, folded in where that is possible."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object, Severity
from migration_app.engine.sql import ident, qualified

from .casting import conversion, through_text
from .foreign_options import change_options_sql, options_sql
from .not_null import EXCLUSIVE, NOT_NULL, change_not_null
from .options import COMPRESSION, change_options, compression_sql, storage_sql
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Snapshot

_SET_EXPRESSION: Final = 170000


def _set_type(old: Column, new: Column) -> Iterable[Ddl]:
    return new.become(conversion(ident(new.name), old.type, new.type))


def _retyped(old: Column, new: Column) -> bool:
    # Under the same name, it is another type where that is replaced.
    return (old.type, old.collation, old.type_storage) != (new.type, new.collation, new.type_storage)


def _set_generated(old: Column, new: Column) -> Iterable[Ddl] | None:
    if old.generated is None or old.virtual:
        return None
    if new.generated is None:
        return [new.alter("DROP EXPRESSION", *EXCLUSIVE)]
    # Without ONLY a parent's would become that of children with one of their own.
    words = f"ALTER TABLE ONLY {qualified(new.schema, new.table)} ALTER COLUMN {ident(new.name)}"
    return [Ddl(f"{words} SET EXPRESSION AS ({new.generated})", (*EXCLUSIVE, Hazard.REWRITES_TABLE))]


def _set_storage(old: Column, new: Column) -> Iterable[Ddl]:
    if not _retyped(old, new):
        yield new.alter(storage_sql(new.storage))


def _set_compression(old: Column, new: Column) -> Iterable[Ddl]:
    if not _retyped(old, new):
        yield new.alter(compression_sql(new.compression))


def _set_statistics(_old: Column, new: Column) -> Iterable[Ddl]:
    yield new.alter(f"SET STATISTICS {-1 if new.statistics is None else new.statistics}")


def _set_options(old: Column, new: Column) -> Iterable[Ddl]:
    for action in change_options(old.options, new.written_options):
        yield new.alter(action)


def _set_foreign_options(old: Column, new: Column) -> Iterable[Ddl]:
    yield new.alter(change_options_sql(old.foreign_options, new.foreign_options).lstrip())


def _set_local(_old: Column, _new: Column) -> Iterable[Ddl]:
    # Follows from the table's parents: INHERIT and NO INHERIT keep the books.
    return ()


@dataclass(frozen=True, slots=True)
class Column(Object):
    """A column; ``collation`` only where it isn't the type's own."""

    KIND: ClassVar[str] = "column"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "name")
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        **dict.fromkeys(("type", "collation"), Alter(_set_type)),
        **dict.fromkeys(NOT_NULL, Alter(change_not_null)),
        "generated": Alter(_set_generated),
        "storage": Alter(_set_storage),
        "compression": Alter(_set_compression),
        "statistics": Alter(_set_statistics),
        "options": Alter(_set_options),
        "foreign_options": Alter(_set_foreign_options),
        **dict.fromkeys(("local", "inherited"), Alter(_set_local)),
    }
    MINOR: ClassVar[Mapping[str, Severity]] = dict.fromkeys(
        ("storage", "compression", "statistics", "options"), Severity.WARNING
    )
    DISTURBS: ClassVar[frozenset[str]] = frozenset({"type", "collation"})
    HOLDS_ROWS: ClassVar[bool] = True
    SINCE: ClassVar[Mapping[str, tuple[int, object]]] = {
        "not_null_name": (18, None),
        "not_null_no_inherit": (18, False),
        "not_null_validated": (18, True),
        "virtual": (18, False),
    }
    NAMES_SINCE: ClassVar[frozenset[str]] = frozenset({"not_null_name"})

    schema: str
    table: str
    name: str
    type: str
    not_null: bool
    not_null_name: str | None
    not_null_no_inherit: bool
    not_null_validated: bool
    collation: str | None
    generated: str | None
    virtual: bool
    storage: str
    compression: str | None
    statistics: int | None
    options: tuple[str, ...]
    foreign_options: tuple[str, ...]
    local: bool
    inherited: int
    position: int = field(compare=False)
    of_typed: bool = field(compare=False)
    of_foreign: bool = field(compare=False)
    of_partition: bool = field(compare=False)
    not_null_local: bool = field(compare=False)
    type_storage: str = field(compare=False)
    implied_storage: str = field(compare=False)
    implied_compression: str | None = field(compare=False)
    hides_default: bool = field(compare=False)
    generated_as_parent: bool = field(compare=False)
    origin_schemas: tuple[str, ...] = field(compare=False)
    origin_tables: tuple[str, ...] = field(compare=False)
    not_null_name_shared: bool = field(compare=False)
    in_partition_key: bool = field(compare=False)
    written_options: tuple[str, ...] = field(compare=False)

    @property
    def reference(self) -> str:
        return f"COLUMN {qualified(self.schema, self.table, self.name)}"

    @property
    def alter_table(self) -> str:
        """The words that every change of the column begins with."""
        return f"ALTER TABLE {qualified(self.schema, self.table)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        # NOT NULL has a name of its own among the table's constraints (PostgreSQL 18).
        return (("constraint", self.schema, self.table, self.not_null_constraint),) if self.not_null else ()

    @property
    def anchored(self) -> bool:
        # PostgreSQL refuses to change the type of a partition key's column.
        return self.in_partition_key

    @property
    def order(self) -> tuple[object, ...]:
        return (self.schema, self.table, self.position)

    @property
    def folds_into(self) -> Address | None:
        return self._table

    @property
    def needs(self) -> tuple[Address, ...]:
        # pg_depend has the parents of tables but not those of columns.
        origins = zip(self.origin_schemas, self.origin_tables, strict=True)
        return tuple(Address(self.KIND, (*origin, self.name)) for origin in origins)

    def follows(self, disturbed: Address) -> bool:
        return disturbed in self.needs

    @property
    def _table(self) -> Address:
        return Address("foreign_table" if self.of_foreign else Table.KIND, (self.schema, self.table))

    @property
    def _partition(self) -> Address:
        return Address("partition", (), self._table)

    def has_parents(self, side: Snapshot) -> bool:
        """Whether one of those that the column comes from is a parent of its table on that side."""
        table = side.objects.get(self._table)
        parents = (getattr(table, "inherits", None) or ()) if table is not None else ()
        return any(qualified(*origin.path[:-1]) in parents for origin in self.needs)

    def replaced_for(self, old: Object | None, current: Snapshot, desired: Snapshot) -> Address | None:
        if isinstance(old, Column) and None not in {old.generated, self.generated} and old.generated != self.generated:
            # A child can't drop its own form of a column that its parent has, too.
            whole = self._table if self.local and self.inherited else self.address
            return whole if current.version < _SET_EXPRESSION else None
        if self.of_partition:
            return None
        if isinstance(old, Column) and _retyped(old, self) and self._rows_are_values(current):
            return self._table
        if not isinstance(old, Column):
            # INHERIT wants to find all of the parent's columns, and what is there before stays the child's own.
            refused = self.comes_with_parent and not self.has_parents(current)
        elif self.inherited and not old.inherited and self.not_null and not old.not_null:
            refused = True  # INHERIT wants it NOT NULL before
        elif self.comes_with_parent:
            refused = old.local or old.of_partition or self._of_strangers(old, current)
        else:
            # A child's column goes with the parent's, but for those that were its own from the beginning.
            refused = old.comes_with_parent and not old.of_partition and old.has_parents(desired)
        return self._table if refused else None

    def _rows_are_values(self, current: Snapshot) -> bool:
        """Whether a column of another table is of this table's row type; PostgreSQL changes no type inside one."""
        users = current.dependents.get(self._table, ())
        return any(each.kind == self.KIND and self._table not in current.parents.get(each, ()) for each in users)

    def _of_strangers(self, old: Column, current: Snapshot) -> bool:
        """Whether none of the old column's parents is one of this, and the new ones' wouldn't take its place."""
        if not set(self.needs).isdisjoint(old.needs):
            return False
        named_anew = not self.not_null_local and old.not_null_constraint != self.not_null_constraint
        return named_anew or current.objects.keys().isdisjoint(self.needs)

    def left_behind(self, current: Snapshot, desired: Snapshot) -> tuple[Object, Address] | None:
        del current
        if not self.comes_with_parent or self._table not in desired.objects:
            return None
        if self.of_partition:
            freed = None if self._partition in desired.objects else self._partition
        else:
            freed = None if self.has_parents(desired) else self._table
        # What its table lost to nobody is its own (ALTER TABLE, NO INHERIT and DETACH PARTITION).
        return (dataclasses.replace(self, local=True, inherited=0), freed) if freed else None

    def beforehand(self, current: Snapshot) -> Column:
        # ATTACH PARTITION wants to find all of the partitioned table's columns.
        joins = self.of_partition and self._table in current.objects and self._partition not in current.objects
        return dataclasses.replace(self, local=True, inherited=0, of_partition=False) if joins else self

    @property
    def comes_with_parent(self) -> bool:
        """The column exists because a parent table has it."""
        return not self.local and self.inherited > 0

    @property
    def names_not_null(self) -> bool:
        """NOT NULL is more than the two words (PostgreSQL 18)."""
        return bool(self.not_null_name) or self.not_null_no_inherit or not self.not_null_validated

    @property
    def not_null_constraint(self) -> str:
        """The name of the NOT NULL constraint (PostgreSQL 18)."""
        return self.not_null_name or f"{self.table}_{self.name}_not_null"

    def rename_not_null(self, old: Column) -> Ddl:
        """Give what renames the constraint to its new name."""
        was, shall = ident(old.not_null_constraint), ident(self.not_null_constraint)
        return Ddl(f"{self.alter_table} RENAME CONSTRAINT {was} TO {shall}")

    def add_not_null(self) -> Ddl:
        """Give what makes an existing column NOT NULL."""
        hazards = (Hazard.MAY_FAIL, Hazard.SCANS_TABLE, *EXCLUSIVE)
        if self.names_not_null:
            sql = self.not_null_sql(f" {ident(self.name)}")
            return Ddl(f"{self.alter_table} ADD {sql}", hazards if self.not_null_validated else ())
        return self.set_not_null(*hazards)

    def set_not_null(self, *hazards: Hazard) -> Ddl:
        """Give NOT NULL under its usual name, where that is all that there is to it."""
        return self.alter("SET NOT NULL", *hazards)

    def not_null_sql(self, column: str = "") -> str:
        """Give NOT NULL as a constraint; in a table constraint, ``column`` is the column's name."""
        # PostgreSQL chooses another name than the usual where any table of the schema has taken that.
        named = self.names_not_null or self.not_null_name_shared
        words = f"CONSTRAINT {ident(self.not_null_constraint)} NOT NULL{column}" if named else "NOT NULL"
        if self.not_null_no_inherit:
            words += " NO INHERIT"
        return words + ("" if self.not_null_validated else " NOT VALID")

    def alter(self, action: str, *hazards: Hazard) -> Ddl:
        """Give ALTER TABLE … ALTER COLUMN … with one action."""
        return Ddl(f"{self.alter_table} ALTER COLUMN {ident(self.name)} {action}", hazards)

    def become(self, using: str | None) -> Iterable[Ddl]:
        """Give what makes an existing column one of this type."""
        # A column that comes with a parent's changes with it.
        if not self.comes_with_parent and not self.of_typed:
            words = f"SET DATA TYPE {self.type}" + (f" COLLATE {self.collation}" if self.collation else "")
            # PostgreSQL refuses to convert the rows of a foreign table, which it doesn't hold.
            if using is not None and not self.of_foreign:
                words += f" USING {using}"
            yield self.alter(words, Hazard.REWRITES_TABLE, Hazard.MAY_FAIL, *EXCLUSIVE)
        # Another type brings its own storage, and no compression.
        if self.storage != self.type_storage:
            yield self.alter(storage_sql(self.storage))
        if self.compression:
            yield self.alter(compression_sql(self.compression))

    def move(self, old: Object) -> Iterable[Ddl] | None:
        # A generated column is made anew, from what it is generated from.
        if self.generated is not None or not isinstance(old, Column):
            return None
        return tuple(self.become(through_text(ident(self.name), self.type)))

    def beside_predecessor(self) -> Column:
        return dataclasses.replace(self, not_null_name_shared=True)

    def taken_from(self, old: Object, *, retyped: bool) -> str | None:
        if not isinstance(old, Column):
            return None
        if self.generated is not None:
            return "" if old.generated is not None else None
        name = ident(self.name)
        if retyped:
            return through_text(name, self.type)
        return conversion(name, old.type, self.type) or name

    def inline(self, parts: Sequence[Object]) -> str:
        if self.comes_with_parent and not self.of_partition:
            return ""
        words = [ident(self.name), "WITH OPTIONS" if self.of_typed else self.type + options_sql(self.foreign_options)]
        if self.compression and not self.of_typed:
            words.append(f"COMPRESSION {COMPRESSION[self.compression]}")
        if self.collation and not self.of_typed:
            words.append(f"COLLATE {self.collation}")
        words += [part.inline(()) for part in parts]
        # Before PostgreSQL 16 a child table may not repeat its parent's expression.
        repeats = self.generated_as_parent and not self.of_partition
        if self.generated is not None and not repeats:
            words.append(f"GENERATED ALWAYS AS ({self.generated}) {'VIRTUAL' if self.virtual else 'STORED'}")
        # What a child only has from its parent isn't said once more; a partition is made before it is one.
        own = self.not_null_local or self.of_partition or not self.inherited
        if self.not_null and self.not_null_validated and own:
            words.append(self.not_null_sql())
        # A typed table has its columns from the type.
        return "" if self.of_typed and len(words) == 2 else " ".join(words)  # noqa: PLR2004 - the two it begins with

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        if self.of_typed:
            # It came with the type's attribute.
            if self.not_null:
                yield self.add_not_null()
            for part in parts:
                yield from part.create(())
        elif not self.comes_with_parent:
            hazards = (Hazard.MAY_FAIL,) if self.not_null and not parts else ()
            yield Ddl(f"{self.alter_table} ADD COLUMN {self.inline(parts)}", hazards)
        yield from self.finish()

    def finish(self) -> Iterable[Ddl]:
        """Give what a column can't say inside CREATE TABLE or ADD COLUMN."""
        rides = self.comes_with_parent and not self.of_partition
        if self.of_typed and self.compression:
            yield self.alter(compression_sql(self.compression))
        if rides:
            yield from self._part_from_parent()
        elif self.not_null and not self.not_null_validated:
            yield self.add_not_null()
        if self.storage != (self.implied_storage if rides else self.type_storage):
            yield self.alter(storage_sql(self.storage))
        if self.statistics is not None:
            yield self.alter(f"SET STATISTICS {self.statistics}")
        for action in change_options((), self.written_options):
            yield self.alter(action)

    def _part_from_parent(self) -> Iterable[Ddl]:
        """Give what a column that came with its parent doesn't have from there."""
        if self.not_null and self.not_null_local:
            yield self.add_not_null()
        if self.hides_default:
            yield self.alter("DROP DEFAULT")
        if self.compression != self.implied_compression:
            yield self.alter(compression_sql(self.compression))
        if self.foreign_options:
            yield self.alter(options_sql(self.foreign_options).lstrip())

    def drop(self) -> Iterable[Ddl]:
        if not self.comes_with_parent and not self.of_typed:
            # What is computed can be computed again.
            lost = () if self.generated is not None else (Hazard.DELETES_DATA,)
            yield Ddl(f"{self.alter_table} DROP COLUMN {ident(self.name)}", (*lost, *EXCLUSIVE))
