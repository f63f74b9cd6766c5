"""Tables attached to a partitioned table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Fact, Hazard
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object

_HAZARDS = (Hazard.SCANS_TABLE, Hazard.LOCKS_WRITES, Hazard.MAY_FAIL)


def _reattach(old: Partition, new: Partition) -> Iterable[Ddl]:
    yield from old.drop()
    yield from new.create(())


@dataclass(frozen=True, slots=True)
class Partition(Fact):
    """A table as a partition; ``schema`` and ``parent`` name the partitioned table, ``bound`` is SQL."""

    KIND: ClassVar[str] = "partition"
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("schema", "parent", "bound"), Alter(_reattach))
    # Another parent's triggers, or the same one's once more: what was set on the copies is gone.
    DISTURBS: ClassVar[frozenset[str]] = frozenset({"schema", "parent", "bound"})
    CARRIES: ClassVar[bool] = True
    SHARES_ROWS: ClassVar[bool] = True

    schema: str
    parent: str
    bound: str
    condition: str | None = field(compare=False)
    """What holds for its rows, and for those of its wholes; None where that is a hash."""

    @property
    def carrier(self) -> Address:
        return Address("table", (self.schema, self.parent))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        parent = qualified(self.schema, self.parent)
        yield Ddl(f"ALTER TABLE ONLY {parent} ATTACH PARTITION {qualified(*self.of.path)} {self.bound}", _HAZARDS)

    def drop(self) -> Iterable[Ddl]:
        parent = qualified(self.schema, self.parent)
        yield Ddl(
            f"ALTER TABLE {parent} DETACH PARTITION {qualified(*self.of.path)}",
            (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES),
        )
