"""Schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Schema(Object):
    """A schema. ``public`` comes with every database, and goes where the source has none."""

    KIND: ClassVar[str] = "schema"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    CONTAINS: ClassVar[bool] = True
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "SCHEMA"

    name: str

    @property
    def namespace(self) -> str | None:
        return self.name

    @property
    def reference(self) -> str:
        return f"SCHEMA {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        exists = "IF NOT EXISTS " if self.name == "public" else ""
        yield Ddl(f"CREATE SCHEMA {exists}{ident(self.name)}")
