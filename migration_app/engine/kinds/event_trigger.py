"""Event triggers: created last and dropped first, because they fire on the statements of a plan as on any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, literals, qualified

from .trigger import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_enabled(_old: object, new: EventTrigger) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} {STATES[new.enabled]}")


@dataclass(frozen=True, slots=True)
class EventTrigger(Object):
    """An event trigger; ``enabled`` is pg_event_trigger.evtenabled."""

    KIND: ClassVar[str] = "event_trigger"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = {"enabled": Alter(_set_enabled)}
    OWNED: ClassVar[bool] = True
    LATE: ClassVar[bool] = True
    FIRST: ClassVar[bool] = True

    name: str
    event: str
    tags: tuple[str, ...]
    function_schema: str
    function: str
    enabled: str

    @property
    def reference(self) -> str:
        return f"EVENT TRIGGER {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        tags = f" WHEN TAG IN ({literals(self.tags)})" if self.tags else ""
        function = qualified(self.function_schema, self.function)
        yield Ddl(f"CREATE {self.reference} ON {ident(self.event)}{tags} EXECUTE FUNCTION {function}()")
        if self.enabled != "O":
            yield from _set_enabled(None, self)
