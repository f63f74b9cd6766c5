"""How objects get another name, and what of them stays the same then."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Address, Ddl, Fact, Hazard
from migration_app.engine.sql import ident, literal, qualified

from .column import Column
from .constraint import Constraint
from .enum import Enum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.model import Object

_OVERLOADED: Final = ("name", "arguments")
"""What ends the key of what may bear one name several times."""


@dataclass(frozen=True, slots=True)
class Relabel:
    """One label of an enum under its old name and under its new one."""

    enum: Enum
    old: str
    new: str

    @property
    def flag(self) -> str:
        """The rename as ``--rename`` takes it."""
        return f"label:{'.'.join(self.enum.path)}.{self.old}={self.new}"

    def __str__(self) -> str:
        return f"label {literal(self.old)} of enum {self.enum.address} → {literal(self.new)}"

    def ddl(self, *, back: bool = False) -> Ddl:
        """Give what renames the label, or gives it its old name back; the rows that hold it follow."""
        was, shall = (self.new, self.old) if back else (self.old, self.new)
        return Ddl(f"ALTER {self.enum.reference} RENAME VALUE {literal(was)} TO {literal(shall)}")


def relabelled(old: Object | None, new: Object | None) -> Iterator[Relabel]:
    """Give the labels that look renamed: one is gone, and a new one stands in its place."""
    if isinstance(old, Enum) and isinstance(new, Enum) and len(old.labels) == len(new.labels):
        for was, shall in zip(old.labels, new.labels, strict=True):
            if was not in new.labels and shall not in old.labels:
                yield Relabel(old, was, shall)


def rename(obj: Object, name: str) -> Ddl:
    """Give what renames the object within its schema or table; everything that uses it follows."""
    brief = (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES)
    if isinstance(obj, Column):
        return Ddl(f"{obj.alter_table} RENAME COLUMN {ident(obj.name)} TO {ident(name)}", brief)
    if isinstance(obj, Constraint):
        table = qualified(obj.schema, obj.table)
        return Ddl(f"ALTER TABLE {table} RENAME CONSTRAINT {ident(obj.name)} TO {ident(name)}", brief)
    return Ddl(f"ALTER {obj.reference} RENAME TO {ident(name)}", brief)


def can_rename(obj: Object) -> bool:
    """Whether the object has a name of its own that ALTER … RENAME changes."""
    named = obj.KEY[-1:] == ("name",) or obj.KEY[-2:] == _OVERLOADED
    return not isinstance(obj, Fact) and not obj.SHARED and named and bool(_words(obj))


def name_of(address: Address) -> str:
    """Give the object's own name, without what it lies in and what it takes."""
    return address.path[_place(address)]


def called(address: Address, name: str) -> Address:
    """Give where the object is under another name."""
    place = _place(address)
    return address._replace(path=(*address.path[:place], name, *address.path[place + 1 :]))


def under(obj: Object, name: str) -> Object:
    """Give the object under another name."""
    return dataclasses.replace(obj, name=name)  # type: ignore[call-arg] # can_rename() has looked


def _place(address: Address) -> int:
    # An argument list is in parentheses, see Address.
    overloaded = len(address.path) > 1 and address.path[-1].startswith("(")
    return len(address.path) - (2 if overloaded else 1)


def shape(obj: Object) -> tuple[tuple[str, str], ...]:
    """Give what two objects have in common where one is the other under a new name: attributes, less the name."""
    name = name_of(obj.address)
    own = (ident(name), name)
    found = []
    for name, value in obj.attributes().items():
        text = repr(value)
        for word in own:
            text = text.replace(word, "\0") if len(word) > 1 else text
        found.append((name, text))
    return tuple(found)


def _words(obj: Object) -> str:
    try:
        return obj.reference
    except NotImplementedError:
        return ""
