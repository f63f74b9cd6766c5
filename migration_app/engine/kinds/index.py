"""Indexes that no constraint keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object, Severity
from migration_app.engine.sql import qualified

from .column import Column
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def set_index_statistics(index: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterable[Ddl]:
    """Give what leads from the old statistics targets of an index's expressions to the new: ``number=target``."""
    wanted = dict(entry.split("=") for entry in new)
    gone = {entry.split("=")[0]: "-1" for entry in old}
    for column, target in {**gone, **wanted}.items():
        yield Ddl(f"ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}")


def _set_statistics(old: Index, new: Index) -> Iterable[Ddl]:
    return set_index_statistics(qualified(new.schema, new.name), old.statistics, new.statistics)


@dataclass(frozen=True, slots=True)
class Index(Object):
    """An index; ``definition`` is what pg_get_indexdef() prints, ``statistics`` are ``number=target``."""

    KIND: ClassVar[str] = "index"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    ALTERS: ClassVar[Mapping[str, Alter]] = {"statistics": Alter(_set_statistics)}
    FOLLOWS: ClassVar[frozenset[str]] = frozenset({Column.KIND})

    schema: str
    name: str
    table: str
    definition: str
    statistics: tuple[str, ...]
    valid: bool = field(compare=False)
    """Not what CREATE INDEX CONCURRENTLY left behind when it failed. A partitioned table's waits for its parts."""
    unique_keys: tuple[str, ...] = field(compare=False)
    """What no two rows may share, as SQL; empty where they may."""
    predicate: str | None = field(compare=False)
    on_partitioned: bool = field(compare=False)
    written: str | None = field(compare=False)
    """The definition with its options in the order in which they were set, where there are several."""

    @property
    def reference(self) -> str:
        return f"INDEX {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name),)

    @property
    def after_parts_of(self) -> Address | None:
        # ATTACH PARTITION would make the index on the partition, which may have none, or one that it doesn't recognise.
        return Address(Table.KIND, (self.schema, self.table)) if self.on_partitioned else None

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        hazards = (Hazard.BUILDS_INDEX, Hazard.LOCKS_WRITES)
        yield Ddl(self.written or self.definition, (*hazards, Hazard.MAY_FAIL) if self.unique_keys else hazards)
        yield from set_index_statistics(qualified(self.schema, self.name), (), self.statistics)
