"""Casts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_METHODS = {"b": "WITHOUT FUNCTION", "i": "WITH INOUT"}
_CONTEXTS = {"e": "", "a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}


@dataclass(frozen=True, slots=True)
class Cast(Object):
    """A cast; types and function are SQL text, ``method`` and ``context`` are pg_cast's letters."""

    KIND: ClassVar[str] = "cast"
    KEY: ClassVar[tuple[str, ...]] = ("source", "target")

    source: str
    target: str
    method: str
    function: str | None
    context: str

    @property
    def path(self) -> tuple[str, ...]:
        return (f"({self.source} AS {self.target})",)

    @property
    def reference(self) -> str:
        return f"CAST ({self.source} AS {self.target})"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        method = _METHODS.get(self.method) or f"WITH FUNCTION {self.function}"
        yield Ddl(f"CREATE {self.reference} {method}{_CONTEXTS[self.context]}")
