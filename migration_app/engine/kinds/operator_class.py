"""Operator classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class OperatorClass(Object):
    """An operator class; types, family and members are SQL text."""

    KIND: ClassVar[str] = "operator_class"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name", "method")
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    method: str
    default: bool
    type: str
    family: str
    storage: str | None
    members: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"OPERATOR CLASS {qualified(self.schema, self.name)} USING {ident(self.method)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        # A class without members needs one item all the same; pg_dump writes this one too.
        storage = self.storage or (None if self.members else self.type)
        items = [*((f"STORAGE {storage}",) if storage else ()), *self.members]
        default = "DEFAULT " if self.default else ""
        yield Ddl(
            f"CREATE OPERATOR CLASS {qualified(self.schema, self.name)} {default}FOR TYPE {self.type}"
            f" USING {ident(self.method)} FAMILY {self.family} AS\n    " + ",\n    ".join(items)
        )
