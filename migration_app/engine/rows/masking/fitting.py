"""Whether a mask can be used on a column at all: its type, its length, and the rules of the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .documents import steps
from .masks import MASKS
from .places import place_of
from .writing import ROOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.rows.shape import Column, Shape, Table

    from .choice import Choice
    from .places import Place

_UNIQUE_PHONE: Final = 16
"""+999 and 12 digits: no two of a million are likely to be alike."""
_LEAVES: Final = frozenset({"text", "number"})


def misfit(shape: Shape, table: Table, column: Column, choice: Choice) -> str | None:
    """Give why the mask can't be used, in a few words; None where it can."""
    return next(_reasons(table, column, choice, place_of(shape, table, column)), None)


def _reasons(table: Table, column: Column, choice: Choice, place: Place) -> Iterator[str]:
    mask = MASKS[choice.mask]
    if place.family not in mask.families or (place.array and choice.mask == "json"):
        yield f"its type is {column.written}"
    if choice.mask == "null" and place.not_null:
        yield "it can't be null"
    if choice.by is not None and choice.by not in table.by_name:
        yield f"there is no column {choice.by} to go by"
    if place.limit is not None and place.family == "text":
        needed = ROOM if place.unique and not mask.injective and choice.mask not in {"keep", "null"} else mask.shortest
        if choice.mask == "phone" and place.unique:
            needed = _UNIQUE_PHONE
        if place.limit < needed:
            yield f"{place.limit} characters are too few, it needs {needed}"
    alone = any(rule.columns == (column.name,) and not rule.predicate for rule in table.uniques)
    if alone and not mask.injective and place.family != "text" and choice.mask not in {"keep", "null"}:
        yield "it is unique, and the mask may make two values one"
    for path, leaf in choice.paths.items():
        if not steps(path) or leaf.mask == "json" or not (MASKS[leaf.mask].families & _LEAVES):
            yield f"the path {path} can't be {leaf.mask}"
