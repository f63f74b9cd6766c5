"""What a column's type comes down to, domains resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migration_app.engine.rows.shape import Check, Shape


@dataclass(frozen=True)
class Kind:
    """A type without its domains."""

    name: str
    category: str
    modifier: int
    labels: tuple[str, ...] = ()
    element: Kind | None = None
    fields: tuple[Kind, ...] = ()
    subtype: Kind | None = None
    multirange: bool = False
    checks: tuple[Check, ...] = ()
    """Of the domains on the way."""
    not_null: bool = False

    @property
    def length(self) -> int | None:
        """The most characters that a text may have."""
        if self.name in {"varchar", "bpchar"} and self.modifier >= 4:  # noqa: PLR2004 - the header that typmod counts
            return self.modifier - 4
        return {"name": 63, "char": 1}.get(self.name)

    @property
    def precision(self) -> tuple[int, int] | None:
        """A numeric's digits and those behind the point; None where it has no bounds."""
        if self.name != "numeric" or self.modifier < 4:  # noqa: PLR2004 - the header that typmod counts
            return None
        found = self.modifier - 4
        scale = found & 0x7FF
        return found >> 16, scale - 2048 if scale > 1023 else scale  # noqa: PLR2004 - eleven bits, signed


def kind_of(shape: Shape, oid: int, modifier: int) -> Kind:
    """Give what a type comes down to."""
    one = shape.types[oid]
    checks: list[Check] = []
    not_null = False
    while one.kind == "d":
        checks += shape.domain_checks.get(one.oid, ())
        not_null = not_null or one.not_null
        modifier = one.modifier if one.modifier >= 0 else modifier
        one = shape.types[one.base]
    return Kind(
        name=one.name,
        category=one.category,
        modifier=modifier,
        labels=one.labels,
        element=kind_of(shape, one.element, modifier) if one.element in shape.types else None,
        fields=tuple(kind_of(shape, *field) for field in one.fields if field[0] in shape.types),
        subtype=kind_of(shape, one.subtype, -1) if one.subtype in shape.types else None,
        multirange=one.kind == "m",
        checks=tuple(checks),
        not_null=not_null,
    )
