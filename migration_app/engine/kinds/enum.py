"""Enum types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import literal, literals, qualified

from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _add_labels(old: Enum, new: Enum) -> Iterable[Ddl] | None:
    """Give ALTER TYPE … ADD VALUE for each new label; None where a label went or moved."""
    kept = tuple(label for label in new.labels if label in old.labels)
    if kept != old.labels:
        return None
    # Each label goes behind the one before it. Within the transaction that adds it a label can't be used yet
    # (PostgreSQL 18, ALTER TYPE, Notes).
    statements = []
    before_first = literal(kept[0]) if kept else ""
    for position, label in enumerate(new.labels):
        if label in old.labels:
            continue
        place = (
            f" AFTER {literal(new.labels[position - 1])}"
            if position
            else (f" BEFORE {before_first}" if before_first else "")
        )
        words = f"ALTER {new.reference} ADD VALUE {literal(label)}{place}"
        statements.append(Ddl(words, usable_at_once=False))
    return statements


@dataclass(frozen=True, slots=True)
class Enum(Object):
    """An enum type with its labels in their order."""

    KIND: ClassVar[str] = "enum"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"labels": Alter(_add_labels)}
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TYPE"

    schema: str
    name: str
    labels: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"TYPE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name),)

    def retire(self) -> tuple[Object, Ddl]:
        return out_of_the_way(self)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference} AS ENUM ({literals(self.labels)})")
