"""Schemas of publications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class PublicationSchema(Object):
    """A schema all of whose tables are in a publication."""

    KIND: ClassVar[str] = "publication_schema"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "publication")

    schema: str
    publication: str

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"ALTER PUBLICATION {ident(self.publication)} ADD TABLES IN SCHEMA {ident(self.schema)}")

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER PUBLICATION {ident(self.publication)} DROP TABLES IN SCHEMA {ident(self.schema)}")
