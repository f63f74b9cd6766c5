"""Rewrite rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .trigger import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_enabled(_old: object, new: Rule) -> Iterable[Ddl]:
    table = qualified(new.schema, new.table)
    yield Ddl(f"ALTER TABLE {table} {STATES[new.enabled]} RULE {ident(new.name)}", (Hazard.LOCKS_WRITES,))


@dataclass(frozen=True, slots=True)
class Rule(Object):
    """A rule; ``definition`` is pg_get_ruledef() without the semicolon, ``enabled`` is pg_rewrite.ev_enabled."""

    KIND: ClassVar[str] = "rule"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "name")
    ALTERS: ClassVar[Mapping[str, Alter]] = {"enabled": Alter(_set_enabled)}

    schema: str
    table: str
    name: str
    definition: str
    enabled: str

    @property
    def reference(self) -> str:
        return f"RULE {ident(self.name)} ON {qualified(self.schema, self.table)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(self.definition, (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES))
        if self.enabled != "O":
            yield from _set_enabled(None, self)
