"""Text search parsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class TextSearchParser(Object):
    """A parser; its functions are named as regproc prints them. It has no owner and no ALTER but RENAME."""

    KIND: ClassVar[str] = "text_search_parser"

    schema: str
    name: str
    start: str
    gettoken: str
    end: str
    headline: str | None
    lextypes: str

    @property
    def reference(self) -> str:
        return f"TEXT SEARCH PARSER {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        headline = f", HEADLINE = {self.headline}" if self.headline else ""
        yield Ddl(
            f"CREATE {self.reference} (START = {self.start}, GETTOKEN = {self.gettoken}, END = {self.end}"
            f"{headline}, LEXTYPES = {self.lextypes})"
        )
