"""Access methods of tables and indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TYPES = {"i": "INDEX", "t": "TABLE"}


@dataclass(frozen=True, slots=True)
class AccessMethod(Object):
    """An access method; ``handler`` is SQL text."""

    KIND: ClassVar[str] = "access_method"
    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    type: str
    handler: str

    @property
    def reference(self) -> str:
        return f"ACCESS METHOD {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference} TYPE {_TYPES[self.type]} HANDLER {self.handler}")
