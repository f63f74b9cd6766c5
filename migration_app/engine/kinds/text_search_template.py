"""Text search templates: the code that dictionaries are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class TextSearchTemplate(Object):
    """A template; its functions are named as regproc prints them. It has no owner and no ALTER but RENAME."""

    KIND: ClassVar[str] = "text_search_template"

    schema: str
    name: str
    init: str | None
    lexize: str

    @property
    def reference(self) -> str:
        return f"TEXT SEARCH TEMPLATE {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        init = f"INIT = {self.init}, " if self.init else ""
        yield Ddl(f"CREATE {self.reference} ({init}LEXIZE = {self.lexize})")
