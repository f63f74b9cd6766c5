"""Tables of publications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident, idents, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class PublicationTable(Object):
    """A table in a publication; ``columns`` are sorted, None for all; ``filter`` is an SQL expression."""

    KIND: ClassVar[str] = "publication_table"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "publication")
    USERS_ON_PLATFORM: ClassVar[bool] = True

    schema: str
    table: str
    publication: str
    columns: tuple[str, ...] | None
    filter: str | None

    @property
    def alter(self) -> str:
        """The words that every change of the membership begins with."""
        return f"ALTER PUBLICATION {ident(self.publication)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        columns = f" ({idents(self.columns)})" if self.columns is not None else ""
        rows = f" WHERE ({self.filter})" if self.filter else ""
        yield Ddl(f"{self.alter} ADD TABLE ONLY {qualified(self.schema, self.table)}{columns}{rows}")

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"{self.alter} DROP TABLE ONLY {qualified(self.schema, self.table)}")
