"""Conversions between encodings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Conversion(Object):
    """A conversion; ``source`` and ``target`` are encodings' names, ``function`` is SQL text."""

    KIND: ClassVar[str] = "conversion"
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    source: str
    target: str
    function: str
    default: bool

    @property
    def reference(self) -> str:
        return f"CONVERSION {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(
            f"CREATE {'DEFAULT ' if self.default else ''}{self.reference}"
            f" FOR {literal(self.source)} TO {literal(self.target)} FROM {self.function}"
        )
