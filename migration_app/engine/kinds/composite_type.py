"""Composite types that stand on their own (a table's row type belongs to the table)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _alter_attributes(old: CompositeType, new: CompositeType) -> Iterable[Ddl] | None:
    before, after = old.attribute_types, new.attribute_types
    kept = [name for name in new.names if name in before]
    added = [name for name in new.names if name not in before]
    # A column's rows would have to be rewritten, which PostgreSQL doesn't do: the type is replaced.
    moved = kept != [name for name in old.names if name in after] or list(new.names) != kept + added
    if moved or any(before[name] != after[name] for name in kept):
        return None
    # CASCADE is for the columns of typed tables.
    actions = [f"DROP ATTRIBUTE {ident(name)} CASCADE" for name in old.names if name not in after]
    actions += [f"ADD ATTRIBUTE {ident(name)} {after[name]} CASCADE" for name in added]
    lost = any(name not in after for name in old.names)
    return [Ddl(f"ALTER {new.reference} {', '.join(actions)}", (Hazard.DELETES_DATA,) if lost else ())]


@dataclass(frozen=True, slots=True)
class CompositeType(Object):
    """A composite type; ``types`` are SQL text, with a collation where it isn't the type's own."""

    KIND: ClassVar[str] = "composite_type"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "names": Alter(_alter_attributes),
        "types": Alter(_alter_attributes),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TYPE"

    schema: str
    name: str
    names: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def attribute_types(self) -> dict[str, str]:
        """Attribute name → type as SQL text."""
        return dict(zip(self.names, self.types, strict=True))

    @property
    def reference(self) -> str:
        return f"TYPE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name), ("relation", self.schema, self.name))

    def retire(self) -> tuple[Object, Ddl]:
        return out_of_the_way(self)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        attributes = ", ".join(f"{ident(name)} {kind}" for name, kind in self.attribute_types.items())
        yield Ddl(f"CREATE {self.reference} AS ({attributes})")
