"""Small objects of made-up kinds, for the stages that know no kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Object, Snapshot


def _paint(_old: Thing, new: Thing) -> Iterable[Ddl] | None:
    return None if new.colour == "none" else [Ddl(f"ALTER {new.reference} PAINT {new.colour}")]


@dataclass(frozen=True, slots=True)
class Thing(Object):
    """Something with a colour that can be changed and a shape that can't; it may be written inside another."""

    KIND: ClassVar[str] = "table"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = {"colour": Alter(_paint)}
    DISTURBS: ClassVar[frozenset[str]] = frozenset({"colour"})

    name: str
    colour: str = "red"
    shape: str = "round"
    whole: str | None = None
    label: str | None = None

    @property
    def reference(self) -> str:
        return self.name

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("label", self.label),) if self.label else ()

    @property
    def folds_into(self) -> Address | None:
        return at(self.whole) if self.whole else None

    def inline(self, parts: Sequence[Object]) -> str:
        del parts
        return self.name

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        inside = f" ({', '.join(part.inline(()) for part in parts)})" if parts else ""
        yield Ddl(f"CREATE {self.name}{inside}")


@dataclass(frozen=True, slots=True)
class Mould(Thing):
    """A thing that others are made of: it retires, and they move."""

    def retire(self) -> tuple[Object, Ddl]:
        return Mould(f"old_{self.name}"), Ddl(f"RENAME {self.name}")


@dataclass(frozen=True, slots=True)
class Cast(Thing):
    """A thing that moves to a mould's successor."""

    def move(self, old: Object) -> Iterable[Ddl]:
        del old
        return (Ddl(f"MOVE {self.name}"),)


def at(name: str) -> Address:
    """Give the address of a thing."""
    return Address(Thing.KIND, (name,))


def snapshot(
    *things: Thing, needs: Mapping[str, str] | None = None, parts: Mapping[str, str] | None = None
) -> Snapshot:
    """Give a snapshot; ``needs`` and ``parts`` map a name to those that it needs and is a part of, space-separated."""

    def edges(given: Mapping[str, str] | None) -> dict[Address, frozenset[Address]]:
        return {at(name): frozenset(at(other) for other in others.split()) for name, others in (given or {}).items()}

    requires = edges(needs)
    parents = edges(parts)
    for address, above in parents.items():
        requires[address] = requires.get(address, frozenset()) | above
    return Snapshot(180000, {thing.address: thing for thing in things}, requires, parents)
