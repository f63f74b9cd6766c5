"""Procedural languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _redefine(_old: Language, new: Language) -> Iterable[Ddl]:
    yield Ddl(f"CREATE OR REPLACE {new.create_words}")


@dataclass(frozen=True, slots=True)
class Language(Object):
    """A procedural language; its functions are SQL text."""

    KIND: ClassVar[str] = "language"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(
        ("trusted", "handler", "inline_handler", "validator"), Alter(_redefine)
    )
    CONTAINS: ClassVar[bool] = True
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "LANGUAGE"

    name: str
    trusted: bool
    handler: str
    inline_handler: str | None
    validator: str | None

    @property
    def reference(self) -> str:
        return f"LANGUAGE {ident(self.name)}"

    @property
    def create_words(self) -> str:
        """CREATE LANGUAGE without its first word."""
        inline = f" INLINE {self.inline_handler}" if self.inline_handler else ""
        validator = f" VALIDATOR {self.validator}" if self.validator else ""
        trusted = "TRUSTED " if self.trusted else ""
        return f"{trusted}{self.reference} HANDLER {self.handler}{inline}{validator}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.create_words}")
