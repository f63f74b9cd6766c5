"""What the catalog answered, before it becomes a snapshot."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import CatalogUnreadable
from migration_app.engine.model import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migration_app.engine.model import Object

IDENTITY: Final = ("classid", "objid", "objsubid")
REFERENCE: Final = ("refclassid", "refobjid", "refobjsubid")


Oid = tuple[int, int, int]
"""An object's identity within one database: catalog, row, column (0 for the whole)."""

Edge = tuple[int, int, int, int, int, int, str]
"""A row of pg_depend: the oid of what depends, that of what it needs, and the sort of dependency."""


@dataclass(frozen=True, slots=True)
class KindRows:
    """One kind's rows: the columns' names as the server gave them, and the values."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def nothing_of(kind: type[Object]) -> KindRows:
    """Give the rows of a kind that a database has none of."""
    return KindRows((*IDENTITY, *_own(kind)), ())


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that a snapshot is made from."""

    version: int
    kinds: Mapping[type[Object], KindRows]
    edges: Sequence[Edge]
    sweep: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind's columns lie in its rows."""

    refers: bool
    """The three columns of a second object follow the identity."""
    fields: int
    """Where the dataclass's own fields begin."""


def shape_of(kind: type[Object], rows: KindRows) -> Shape:
    """Hold a query's columns against the dataclass's fields.

    Raises:
        CatalogUnreadable: they aren't the same names in the same order.

    """
    refers = rows.columns[3:6] == REFERENCE
    start = 6 if refers else 3
    own = _own(kind)
    if rows.columns[:3] != IDENTITY or rows.columns[start:] != own:
        raise CatalogUnreadable(
            kind.KIND, f"its columns are {', '.join(rows.columns)} where {', '.join(own)} were expected"
        )
    return Shape(refers, start)


def _own(kind: type[Object]) -> tuple[str, ...]:
    """Give the names of the fields that come from the kind's query."""
    own = tuple(f.name for f in dataclasses.fields(kind))
    return own[2:] if issubclass(kind, Fact) else own
