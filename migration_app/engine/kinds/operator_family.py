"""Operator families; their classes and loose members are objects of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class OperatorFamily(Object):
    """An operator family of an index access method."""

    KIND: ClassVar[str] = "operator_family"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name", "method")
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    method: str

    @property
    def reference(self) -> str:
        return f"OPERATOR FAMILY {qualified(self.schema, self.name)} USING {ident(self.method)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference}")
