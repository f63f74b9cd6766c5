"""Collations of every provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import literal, qualified

from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


@dataclass(frozen=True, slots=True)
class Collation(Object):
    """A collation. libc has ``collate`` and ``ctype``, the others ``locale``; ``rules`` (ICU) came with PostgreSQL 16.

    The provider's version isn't schema: a copy records the one that its own server has.
    """

    KIND: ClassVar[str] = "collation"
    OWNED: ClassVar[bool] = True
    SINCE: ClassVar[Mapping[str, tuple[int, object]]] = {"rules": (16, None)}

    schema: str
    name: str
    provider: str
    deterministic: bool
    collate: str | None
    ctype: str | None
    locale: str | None
    rules: str | None

    @property
    def reference(self) -> str:
        return f"COLLATION {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("collation", self.schema, self.name),)

    def retire(self) -> tuple[Object, Ddl]:
        return out_of_the_way(self)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference} ({', '.join(self._options())})")

    def _options(self) -> Iterator[str]:
        yield f"provider = {_PROVIDERS[self.provider]}"
        if not self.deterministic:
            yield "deterministic = false"
        if self.locale is not None:
            yield f"locale = {literal(self.locale)}"
        # Servers before 17 keep a libc locale beside ICU's for collations that came from pg_upgrade; it isn't used.
        elif self.collate is not None and self.collate == self.ctype:
            yield f"locale = {literal(self.collate)}"
        elif self.collate is not None and self.ctype is not None:
            yield f"lc_collate = {literal(self.collate)}"
            yield f"lc_ctype = {literal(self.ctype)}"
        if self.rules is not None:
            yield f"rules = {literal(self.rules)}"
