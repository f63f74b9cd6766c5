"""Identity columns: the property together with the sequence that PostgreSQL keeps for it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .column import Column
from .retiring import meanwhile
from .sequence import OPTIONS, catching_up, make_room, options_sql, position_sql, usual_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Making


def _set_generation(_old: Identity, new: Identity) -> Iterable[Ddl]:
    yield Ddl(f"{new.alter_column} SET GENERATED {new.generation}")


def _set_options(old: Identity, new: Identity) -> Iterable[Ddl]:
    yield from make_room(old, new, new.reference)
    yield Ddl(f"ALTER {new.reference} {options_sql(new)}")


def _set_persistence(_old: Identity, new: Identity) -> Iterable[Ddl]:
    unlogged = new.odd_persistence != new.table_unlogged
    yield Ddl(f"ALTER {new.reference} SET {'UNLOGGED' if unlogged else 'LOGGED'}")


def _rename_sequence(old: Identity, new: Identity) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {old.reference} RENAME TO {ident(new.sequence)}")


@dataclass(frozen=True, slots=True)
class Identity(Object):
    """GENERATED … AS IDENTITY. ``odd_persistence``: the sequence is logged where the table isn't, or the reverse."""

    KIND: ClassVar[str] = "identity"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "column")
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "generation": Alter(_set_generation),
        "sequence": Alter(_rename_sequence),
        **dict.fromkeys(OPTIONS, Alter(_set_options)),
        "odd_persistence": Alter(_set_persistence),
    }
    FOLLOWS: ClassVar[frozenset[str]] = frozenset({Column.KIND})
    GRANTS_ON: ClassVar[str] = "SEQUENCE"

    schema: str
    table: str
    column: str
    generation: str
    sequence_schema: str
    sequence: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    odd_persistence: bool
    table_unlogged: bool = field(compare=False)

    @property
    def reference(self) -> str:
        return f"SEQUENCE {qualified(self.sequence_schema, self.sequence)}"

    @property
    def alter_column(self) -> str:
        """The words that every change of the property begins with."""
        return f"ALTER TABLE {qualified(self.schema, self.table)} ALTER COLUMN {ident(self.column)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.sequence_schema, self.sequence),)

    @property
    def folds_into(self) -> Address | None:
        return Address(Column.KIND, self.path)

    def retire(self) -> tuple[Object, Ddl]:
        name = meanwhile(self.sequence)
        return dataclasses.replace(self, sequence=name), Ddl(f"ALTER {self.reference} RENAME TO {ident(name)}")

    def take_over(self, old: Object, values: Sequence[tuple[str, str]]) -> Iterable[Ddl]:
        del values
        if isinstance(old, Identity):
            yield position_sql(self.reference, old.reference)

    @property
    def counts_for(self) -> Address:
        return Address(Column.KIND, self.path)

    def catch_up(self) -> Iterable[Ddl]:
        yield catching_up(self.reference, qualified(self.schema, self.table), self.column)

    def inline(self, parts: Sequence[Object]) -> str:
        del parts
        name = qualified(self.sequence_schema, self.sequence)
        return f"GENERATED {self.generation} AS IDENTITY (SEQUENCE NAME {name} {options_sql(self)})"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        yield Ddl(f"{self.alter_column} ADD {self.inline(parts)}", (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES))
        yield from self.finish()

    def finish(self) -> Iterable[Ddl]:
        if self.odd_persistence:
            yield from _set_persistence(self, self)

    def settled_by_others(self, making: Making) -> bool:
        # With the column's type comes that of the sequence, and bounds that were the old type's become the new one's.
        address = Address(Column.KIND, self.path)
        old, sides = making.current.objects.get(self.address), (making.current, making.desired)
        types = [column.type for side in sides if isinstance(column := side.objects.get(address), Column)]
        if not isinstance(old, Identity) or address not in making.alters or self.address in making.creates:
            return False
        at_bounds = [
            (each.minimum, each.maximum) == usual_bounds(type_, each.increment)
            for each, type_ in zip((old, self), types, strict=True)
        ]
        return (
            types[0] != types[1]
            and all(at_bounds)
            and dataclasses.replace(old, minimum=0, maximum=0) == (dataclasses.replace(self, minimum=0, maximum=0))
        )

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"{self.alter_column} DROP IDENTITY", (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES))
