"""Indexes of partitions as parts of the partitioned table's index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Ddl, Fact, Severity
from migration_app.engine.sql import qualified

from .partition import Partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Object


@dataclass(frozen=True, slots=True)
class IndexAttachment(Fact):
    """A partition's index, or the constraint that keeps it, attached to its parent. There is no way to detach one."""

    KIND: ClassVar[str] = "index_attachment"
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    CARRIES: ClassVar[bool] = True
    COMPLETES: ClassVar[bool] = True

    schema: str
    index: str
    parent_schema: str
    parent: str
    table_schema: str = field(compare=False)
    table: str = field(compare=False)
    parent_constraint: str | None = field(compare=False)
    parent_table: str = field(compare=False)
    exclusion: bool = field(compare=False)
    """Of an exclusion constraint or a key WITHOUT OVERLAPS."""

    @property
    def carrier(self) -> Address:
        if self.parent_constraint:
            return Address("constraint", (self.parent_schema, self.parent_table, self.parent_constraint))
        return Address("index", (self.parent_schema, self.parent))

    @property
    def released_by(self) -> Address:
        # DETACH PARTITION lets the table's indexes stand on their own.
        return Address(Partition.KIND, (), Address("table", (self.table_schema, self.table)))

    @property
    def unknown_to_servers(self) -> str:
        # PostgreSQL 18, CompareIndexInfo(): "No support currently for comparing exclusion indexes."
        return f"a server that can attach an exclusion to {self.carrier.kind} {self.carrier}" if self.exclusion else ""

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        parent = qualified(self.parent_schema, self.parent)
        yield Ddl(f"ALTER INDEX {parent} ATTACH PARTITION {qualified(self.schema, self.index)}")

    def drop(self) -> Iterable[Ddl]:
        return ()
