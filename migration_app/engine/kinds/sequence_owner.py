"""The column that a sequence goes with: ``OWNED BY``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Fact
from migration_app.engine.sql import qualified

from .owner import Owner
from .sequence import catching_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _own(_old: object, new: SequenceOwner) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.target} OWNED BY {qualified(new.schema, new.table, new.column)}")


@dataclass(frozen=True, slots=True)
class SequenceOwner(Fact):
    """A sequence is dropped with a column. Both must have one owner, so the owners come first."""

    KIND: ClassVar[str] = "sequence_owner"
    CARRIES: ClassVar[bool] = True
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("schema", "table", "column"), Alter(_own))

    schema: str
    table: str
    column: str

    @property
    def carrier(self) -> Address:
        return Address("column", (self.schema, self.table, self.column))

    @property
    def counts_for(self) -> Address:
        return self.carrier

    def catch_up(self) -> Iterable[Ddl]:
        yield catching_up(self.target, qualified(self.schema, self.table), self.column)

    @property
    def needs(self) -> tuple[Address, ...]:
        table = Address("table", (self.schema, self.table))
        return (self.of, Address(Owner.KIND, (), self.of), Address(Owner.KIND, (), table))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _own(None, self)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER {self.target} OWNED BY NONE")
