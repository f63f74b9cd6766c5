"""Constraints of tables: primary keys, unique, foreign keys, checks and exclusions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object, Severity
from migration_app.engine.sql import ident, qualified

from .column import Column
from .index import set_index_statistics
from .options import change_options, with_options
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_EXCLUSIVE = (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES)
_HAZARDS = {
    "p": (Hazard.BUILDS_INDEX, Hazard.MAY_FAIL, *_EXCLUSIVE),
    "u": (Hazard.BUILDS_INDEX, Hazard.MAY_FAIL, *_EXCLUSIVE),
    "x": (Hazard.BUILDS_INDEX, Hazard.MAY_FAIL, *_EXCLUSIVE),
    "c": (Hazard.SCANS_TABLE, Hazard.MAY_FAIL, *_EXCLUSIVE),
    "f": (Hazard.SCANS_TABLE, Hazard.MAY_FAIL, Hazard.LOCKS_WRITES),
}


def _validate(old: Constraint, new: Constraint) -> Iterable[Ddl] | None:
    if old.definition == f"{new.definition} NOT VALID":
        return [
            Ddl(
                f"{new.alter_table} VALIDATE CONSTRAINT {ident(new.name)}",
                (Hazard.SCANS_TABLE, Hazard.MAY_FAIL),
            )
        ]
    return None


def _set_local(_old: Constraint, new: Constraint) -> Iterable[Ddl] | None:
    # A partition's key becomes part of its parent's by ATTACH, and its own again by DETACH.
    return None if new.type == "c" else ()


def _set_statistics(old: Constraint, new: Constraint) -> Iterable[Ddl]:
    return set_index_statistics(qualified(new.schema, new.name), old.statistics, new.statistics)


def _set_options(old: Constraint, new: Constraint) -> Iterable[Ddl]:
    for action in change_options(old.options, new.written_options):
        yield Ddl(f"ALTER INDEX {qualified(new.schema, new.name)} {action}")


@dataclass(frozen=True, slots=True)
class Constraint(Object):
    """A constraint; ``definition`` is what pg_get_constraintdef() prints, ``type`` is pg_constraint.contype.

    ``statistics`` are the targets of an exclusion's expressions, as those of an index; ``options`` the storage options
    of a key's index, which the definition of an exclusion has and that of a key hasn't.
    """

    KIND: ClassVar[str] = "constraint"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "name")
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "definition": Alter(_validate),
        "local": Alter(_set_local),
        "statistics": Alter(_set_statistics),
        "options": Alter(_set_options),
    }
    MINOR: ClassVar[Mapping[str, Severity]] = dict.fromkeys(("statistics", "options"), Severity.WARNING)
    FOLLOWS: ClassVar[frozenset[str]] = frozenset({Column.KIND})

    schema: str
    table: str
    name: str
    type: str
    definition: str
    statistics: tuple[str, ...]
    options: tuple[str, ...]
    local: bool
    validated: bool = field(compare=False)
    on_partitioned: bool = field(compare=False, default=False)
    on_partition: bool = field(compare=False, default=False)
    on_foreign: bool = field(compare=False, default=False)
    columns: tuple[str, ...] = field(compare=False, default=())
    expression: str | None = field(compare=False, default=None)
    foreign_table: tuple[str, ...] = field(compare=False, default=())
    foreign_columns: tuple[str, ...] = field(compare=False, default=())
    index_definition: str | None = field(compare=False, default=None)
    deferrable: bool = field(compare=False, default=False)
    deferred: bool = field(compare=False, default=False)
    twin: bool = field(compare=False, default=False)
    written_options: tuple[str, ...] = field(compare=False, default=())
    exclusion_keys: tuple[str, ...] = field(compare=False, default=())
    exclusion_operators: tuple[str, ...] = field(compare=False, default=())
    predicate: str | None = field(compare=False, default=None)

    @property
    def reference(self) -> str:
        return f"CONSTRAINT {ident(self.name)} ON {qualified(self.schema, self.table)}"

    @property
    def alter_table(self) -> str:
        """The words that every change of the constraint begins with."""
        # An index on a partitioned table is made without its partitions' and waits for theirs to be attached.
        only = "ONLY " if self.on_partitioned and self.type in "pux" else ""
        return f"ALTER TABLE {only}{qualified(self.schema, self.table)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (
            ("constraint", self.schema, self.table, self.name),
            *((("relation", self.schema, self.name),) if self.type in "pux" else ()),
            # Whatever its name, there is one at most.
            *((("primary key", self.schema, self.table, ""),) if self.type == "p" else ()),
        )

    @property
    def folds_into(self) -> Address | None:
        # CREATE TABLE makes one constraint of two keys over the same columns.
        plain = self.type in "pu" and not (self.on_partitioned or self.on_partition or self.twin)
        if plain or (self.type == "c" and self.validated):
            return Address("foreign_table" if self.on_foreign else Table.KIND, (self.schema, self.table))
        return None

    @property
    def comes_with_parent(self) -> bool:
        """A check that exists because a parent table has it."""
        return self.type == "c" and not self.local

    @property
    def definition_with_options(self) -> str:
        """The definition with a key's storage options at their place: before what is said of deferring."""
        if not self.written_options:
            return self.definition
        late = " DEFERRABLE" * self.deferrable + " INITIALLY DEFERRED" * self.deferred
        return self.definition.removesuffix(late) + with_options(self.written_options) + late

    @property
    def since(self) -> int:
        temporal = "WITHOUT OVERLAPS)" if self.type in "pu" else ", PERIOD "
        of_18 = self.definition.endswith(" NOT ENFORCED") or (self.type in "puf" and temporal in self.definition)
        return 18 if of_18 else 0

    def follows(self, disturbed: Address) -> bool:
        # Both ends of a foreign key may change their type, one after the other.
        return disturbed.kind in self.FOLLOWS and self.type != "f"

    def inline(self, parts: Sequence[Object]) -> str:
        del parts
        if self.comes_with_parent and not self.on_partition:
            return ""
        return f"CONSTRAINT {ident(self.name)} {self.definition_with_options}"

    @property
    def after_parts_of(self) -> Address | None:
        # ATTACH PARTITION would make the index on the partition, which may have none, or one that it doesn't recognise.
        return Address(Table.KIND, (self.schema, self.table)) if self.on_partitioned and self.type in "pux" else None

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        if not self.comes_with_parent:
            hazards = _HAZARDS[self.type] if self.validated else ()
            yield Ddl(f"{self.alter_table} ADD {self.inline(parts)}", hazards)
            yield from set_index_statistics(qualified(self.schema, self.name), (), self.statistics)

    def drop(self) -> Iterable[Ddl]:
        if not self.comes_with_parent:
            yield Ddl(
                f"ALTER TABLE {qualified(self.schema, self.table)} DROP CONSTRAINT {ident(self.name)}",
                _EXCLUSIVE,
            )
