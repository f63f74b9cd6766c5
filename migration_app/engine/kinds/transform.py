"""Transforms: how a type's values reach a procedural language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _redefine(_old: Transform, new: Transform) -> Iterable[Ddl]:
    yield Ddl(f"CREATE OR REPLACE {new.create_words}")


@dataclass(frozen=True, slots=True)
class Transform(Object):
    """A transform; type and functions are SQL text."""

    KIND: ClassVar[str] = "transform"
    KEY: ClassVar[tuple[str, ...]] = ("type", "language")
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("from_sql", "to_sql"), Alter(_redefine))

    type: str
    language: str
    from_sql: str | None
    to_sql: str | None

    @property
    def path(self) -> tuple[str, ...]:
        return (f"(FOR {self.type} LANGUAGE {ident(self.language)})",)

    @property
    def reference(self) -> str:
        return f"TRANSFORM FOR {self.type} LANGUAGE {ident(self.language)}"

    @property
    def create_words(self) -> str:
        """CREATE TRANSFORM without its first word."""
        ways = []
        if self.from_sql is not None:
            ways.append(f"FROM SQL WITH FUNCTION {self.from_sql}")
        if self.to_sql is not None:
            ways.append(f"TO SQL WITH FUNCTION {self.to_sql}")
        return f"{self.reference} ({', '.join(ways)})"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.create_words}")
