"""Security labels on anything that can bear one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact
from migration_app.engine.sql import ident, literal, qualified

from .column import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _set(_old: object, new: SecurityLabel) -> Iterable[Ddl]:
    yield Ddl(f"{new.label_words} {literal(new.label)}")


@dataclass(frozen=True, slots=True)
class SecurityLabel(Fact):
    """What a provider, such as SELinux, wrote on an object; ``column`` names the column of a view or a type."""

    KIND: ClassVar[str] = "security_label"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"label": Alter(_set)}

    provider: str
    column: str | None
    label: str

    @property
    def path(self) -> tuple[str, ...]:
        own = (self.column,) if self.column and self.of.kind != Column.KIND else ()
        return (*own, self.provider)

    @property
    def label_words(self) -> str:
        """SECURITY LABEL up to the label."""
        target = self.target
        if self.column and self.of.kind != Column.KIND:
            target = f"COLUMN {qualified(*self.of.path, self.column)}"
        return f"SECURITY LABEL FOR {ident(self.provider)} ON {target} IS"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _set(None, self)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"{self.label_words} NULL")
