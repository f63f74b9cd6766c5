"""Extensions; what belongs to one is never modelled on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_schema(_old: Extension, new: Extension) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} SET SCHEMA {ident(new.schema)}")


@dataclass(frozen=True, slots=True)
class Extension(Object):
    """An installed extension and the schema that holds its members."""

    KIND: ClassVar[str] = "extension"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    CONTAINS: ClassVar[bool] = True
    ALTERS: ClassVar[Mapping[str, Alter]] = {"schema": Alter(_set_schema)}

    name: str
    schema: str
    version: str = field(compare=False)

    @property
    def reference(self) -> str:
        return f"EXTENSION {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE EXTENSION IF NOT EXISTS {ident(self.name)} WITH SCHEMA {ident(self.schema)}")
