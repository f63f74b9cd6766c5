"""Sequences, and the options that they share with identity columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OPTIONS = ("start", "increment", "minimum", "maximum", "cache", "cycle")
"""The fields of a sequence's parameters, as both kinds name them."""


def options_sql(owner: object) -> str:
    """Give the sequence options of anything that has the fields of ``OPTIONS``, each written out."""
    start, increment, minimum, maximum, cache, cycle = (getattr(owner, name) for name in OPTIONS)
    return (
        f"START WITH {start} INCREMENT BY {increment} MINVALUE {minimum} MAXVALUE {maximum} "
        f"CACHE {cache} {'CYCLE' if cycle else 'NO CYCLE'}"
    )


def _set_options(_old: SequenceObject, new: SequenceObject) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} AS {new.type} {options_sql(new)}")


def _set_persistence(_old: SequenceObject, new: SequenceObject) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}")


@dataclass(frozen=True, slots=True)
class SequenceObject(Object):
    """A sequence's parameters; its position is data and isn't compared."""

    KIND: ClassVar[str] = "sequence"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        **dict.fromkeys((*OPTIONS, "type"), Alter(_set_options)),
        "unlogged": Alter(_set_persistence),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "SEQUENCE"

    schema: str
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    unlogged: bool

    @property
    def reference(self) -> str:
        return f"SEQUENCE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name),)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        kind = "UNLOGGED SEQUENCE" if self.unlogged else "SEQUENCE"
        yield Ddl(f"CREATE {kind} {qualified(self.schema, self.name)} AS {self.type} {options_sql(self)}")
