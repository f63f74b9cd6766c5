"""How objects get another name, and what of them stays the same then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.model import Ddl, Fact, Hazard
from migration_app.engine.sql import ident, qualified

from .column import Column
from .constraint import Constraint

if TYPE_CHECKING:
    from migration_app.engine.model import Object


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
    return not isinstance(obj, Fact) and not obj.SHARED and obj.KEY[-1:] == ("name",) and bool(_words(obj))


def shape(obj: Object) -> tuple[tuple[str, str], ...]:
    """Give what two objects have in common where one is the other under a new name: attributes, less the name."""
    own = (ident(obj.path[-1]), obj.path[-1])
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
