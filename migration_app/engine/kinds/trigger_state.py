"""What was set on a partition's copy of a trigger: enabled otherwise than the trigger, a comment, an extension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Fact, Hazard, Severity
from migration_app.engine.sql import ident, literal, qualified

from .extension import Extension
from .partition import Partition
from .trigger import STATES, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Making, Object


def _set(_old: object, new: TriggerState) -> Iterable[Ddl]:
    yield new.set(new.enabled)


def _set_comment(_old: object, new: TriggerState) -> Iterable[Ddl]:
    yield new.say(new.comment)


def _set_extensions(old: TriggerState, new: TriggerState) -> Iterable[Ddl]:
    yield from new.depend("NO DEPENDS", set(old.extensions) - set(new.extensions))
    yield from new.depend("DEPENDS", set(new.extensions) - set(old.extensions))


@dataclass(frozen=True, slots=True)
class TriggerState(Fact):
    """``enabled`` is pg_trigger.tgenabled of the copy; ``root_enabled`` that of the trigger.

    Enabling or disabling the trigger does the same to its copies, so the second makes a difference too.
    """

    KIND: ClassVar[str] = "trigger_state"
    KEY: ClassVar[tuple[str, ...]] = ("trigger",)
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        **dict.fromkeys(("enabled", "root_enabled"), Alter(_set)),
        "comment": Alter(_set_comment),
        "extensions": Alter(_set_extensions),
    }
    MINOR: ClassVar[Mapping[str, Severity]] = {"comment": Severity.INFO}
    # Only a partition that is attached has a copy, and so has each table above it.
    LATE: ClassVar[bool] = True

    trigger: str
    enabled: str
    root_enabled: str
    comment: str | None
    extensions: tuple[str, ...]
    """DEPENDS ON EXTENSION"""

    @property
    def needs(self) -> tuple[Address, ...]:
        extensions = (Address(Extension.KIND, (name,)) for name in self.extensions)
        return (self.of, Address(Partition.KIND, (), self.of), *extensions)

    def set(self, state: str) -> Ddl:
        """Give what enables or disables this copy and none below it."""
        table = qualified(*self.of.path)
        return Ddl(f"ALTER TABLE ONLY {table} {STATES[state]} TRIGGER {ident(self.trigger)}", (Hazard.LOCKS_WRITES,))

    def say(self, comment: str | None) -> Ddl:
        """Give what comments on this copy."""
        text = "NULL" if comment is None else literal(comment)
        return Ddl(f"COMMENT ON TRIGGER {ident(self.trigger)} ON {qualified(*self.of.path)} IS {text}")

    def depend(self, words: str, extensions: Iterable[str]) -> Iterable[Ddl]:
        """Give what lets this copy go with extensions, or stay without them."""
        trigger = f"{ident(self.trigger)} ON {qualified(*self.of.path)}"
        for name in sorted(extensions):
            yield Ddl(f"ALTER TRIGGER {trigger} {words} ON EXTENSION {ident(name)}")

    def settled_by_others(self, making: Making) -> bool:
        # Altering the trigger alters its copies.
        if self.address in making.desired.objects or self.comment is not None or self.extensions:
            return False
        root = self.of
        while isinstance(joined := making.current.objects.get(Address(Partition.KIND, (), root)), Partition):
            root = joined.carrier
        address = Address(Trigger.KIND, (*root.path, self.trigger))
        old, new = (side.objects.get(address) for side in (making.current, making.desired))
        return isinstance(old, Trigger) and isinstance(new, Trigger) and old.enabled != new.enabled

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        if self.enabled != self.root_enabled:
            yield self.set(self.enabled)
        if self.comment is not None:
            yield self.say(self.comment)
        yield from self.depend("DEPENDS", self.extensions)

    def drop(self) -> Iterable[Ddl]:
        if self.enabled != self.root_enabled:
            yield self.set(self.root_enabled)
        if self.comment is not None:
            yield self.say(None)
        yield from self.depend("NO DEPENDS", self.extensions)
