"""Indexes of partitions as parts of the partitioned table's index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Fact, Severity
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Object


@dataclass(frozen=True, slots=True)
class IndexAttachment(Fact):
    """A partition's index, or the constraint that keeps it, attached to its parent. There is no way to detach one."""

    KIND: ClassVar[str] = "index_attachment"
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    schema: str
    index: str
    parent_schema: str
    parent: str

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        parent = qualified(self.parent_schema, self.parent)
        yield Ddl(f"ALTER INDEX {parent} ATTACH PARTITION {qualified(self.schema, self.index)}")

    def drop(self) -> Iterable[Ddl]:
        return ()
