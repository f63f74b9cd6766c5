"""Triggers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STATES: Final = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
"""tgenabled, ev_enabled and evtenabled, as ALTER … TRIGGER and RULE say them."""


def _set_enabled(_old: object, new: Trigger) -> Iterable[Ddl]:
    yield Ddl(
        f"ALTER TABLE {qualified(new.schema, new.table)} {STATES[new.enabled]} TRIGGER {ident(new.name)}",
        (Hazard.LOCKS_WRITES,),
    )


@dataclass(frozen=True, slots=True)
class Trigger(Object):
    """A trigger; ``definition`` is pg_get_triggerdef(), ``enabled`` is pg_trigger.tgenabled."""

    KIND: ClassVar[str] = "trigger"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "name")
    ALTERS: ClassVar[Mapping[str, Alter]] = {"enabled": Alter(_set_enabled)}

    schema: str
    table: str
    name: str
    definition: str
    enabled: str

    @property
    def reference(self) -> str:
        return f"TRIGGER {ident(self.name)} ON {qualified(self.schema, self.table)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(self.definition, (Hazard.LOCKS_WRITES,))
        if self.enabled != "O":
            yield from _set_enabled(None, self)
