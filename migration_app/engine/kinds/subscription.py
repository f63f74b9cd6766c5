"""Subscriptions: never enabled in a copy, which would otherwise take the changes meant for the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, idents, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_SINCE: Final = {
    "streaming = parallel": 16,
    "password_required = ": 16,
    "run_as_owner = ": 16,
    "origin = ": 16,
    "failover = ": 17,
}
"""What an option begins with → the major version of PostgreSQL that brought it."""


def _set_connection(_old: object, new: Subscription) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} CONNECTION {literal(new.connection)}", secret=True)


def _set_publications(_old: object, new: Subscription) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} SET PUBLICATION {idents(new.publications)} WITH (refresh = false)")


@dataclass(frozen=True, slots=True)
class Subscription(Object):
    """A subscription; ``slot`` None for no slot, ``options`` are those that aren't the default, as SQL."""

    KIND: ClassVar[str] = "subscription"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "connection": Alter(_set_connection),
        "publications": Alter(_set_publications),
    }
    SECRETS: ClassVar[frozenset[str]] = frozenset({"connection"})
    OWNED: ClassVar[bool] = True

    name: str
    connection: str
    publications: tuple[str, ...]
    slot: str | None
    options: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"SUBSCRIPTION {ident(self.name)}"

    @property
    def since(self) -> int:
        return max(
            (major for option in self.options for word, major in _SINCE.items() if option.startswith(word)), default=0
        )

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        # connect = false: nobody calls on the publisher, no slot is made there and nothing is enabled here.
        slot = "NONE" if self.slot is None else literal(self.slot)
        options = ", ".join(("connect = false", f"slot_name = {slot}", *self.options))
        yield Ddl(
            f"CREATE {self.reference} CONNECTION {literal(self.connection)} PUBLICATION {idents(self.publications)}"
            f" WITH ({options})",
            secret=True,
        )

    def drop(self) -> Iterable[Ddl]:
        # Parted from its slot first: else DROP would call on the publisher, which no transaction allows. A slot that
        # there is stays there.
        if self.slot is not None:
            yield Ddl(f"ALTER {self.reference} DISABLE")
            yield Ddl(f"ALTER {self.reference} SET (slot_name = NONE)")
        yield Ddl(f"DROP {self.reference}")
