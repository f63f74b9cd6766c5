"""What a mask must know of a column: its type with domains looked through, its length, whether values must differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .masks import FAMILIES

if TYPE_CHECKING:
    from migration_app.engine.rows.shape import Column, Shape, Table

_LIMITED: Final = frozenset({"varchar", "bpchar"})
_HEADER: Final = 4
"""What a length's type modifier counts too many: a varlena header."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where values stand."""

    base: str
    """The type's name; an array's is that of its elements."""
    array: bool
    limit: int | None
    unique: bool
    not_null: bool

    @property
    def family(self) -> str:
        """The family of types, as masks are for them."""
        return FAMILIES.get(self.base, "other")


def place_of(shape: Shape, table: Table, column: Column) -> Place:
    """Give what there is to know."""
    kind, modifier, not_null = shape.types[column.type], column.modifier, column.not_null
    while kind.base:
        modifier = kind.modifier if modifier == -1 else modifier
        not_null = not_null or kind.not_null
        kind = shape.types[kind.base]
    element = kind
    while element.element or element.base:
        modifier = element.modifier if element.base and modifier == -1 else modifier
        element = shape.types[element.element or element.base]
    limited = element.name in _LIMITED and modifier > _HEADER
    return Place(
        base=element.name if element.schema == "pg_catalog" or element.name == "citext" else "",
        array=bool(kind.element) and kind.name not in FAMILIES,
        limit=modifier - _HEADER if limited else None,
        unique=_is_unique(table, column.name),
        not_null=not_null,
    )


def _is_unique(table: Table, column: str) -> bool:
    """Tell whether a unique index holds the column, as it is or inside an expression."""
    word = re.compile(rf"(?<![\w$]){re.escape(column)}(?![\w$])")
    return any(column in rule.columns or bool(word.search(rule.expressions or "")) for rule in table.uniques) or any(
        word.search(rule.definition) for rule in table.exclusions
    )
