"""Where the values of a type lie inside others that tables hold: in arrays, composites, ranges, rows.

PostgreSQL checks a domain's new rule in the columns of the domain; inside other values it can't look, and refuses the
rule (PostgreSQL 18, ALTER DOMAIN, Notes).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migration_app.engine.model import Address, Object, Snapshot

_OPENED: Final = frozenset({"composite_type", "domain"})
_TYPES: Final = frozenset({"composite_type", "range_type", "domain"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a table's rows values are."""

    value: str
    """SQL for one of them."""
    rows: str
    """What stands behind FROM: the table, and what its arrays hold."""
    there: str = "true"
    """Holds where what they lie in isn't null."""

    def count(self, condition: str) -> str:
        """Give the query that counts the values for which the condition holds."""
        where = condition if self.there == "true" else f"{self.there} AND {condition}"
        return f"SELECT count(*) FROM {self.rows} WHERE {where}"


def opened(current: Snapshot) -> Mapping[str, Object]:
    """Give the types whose values hold others, by their names."""
    return {obj.reference.split(" ", 1)[1]: obj for address, obj in current.objects.items() if address.kind in _OPENED}


def places(wanted: str, kind: str, place: Place, types: Mapping[str, Object]) -> Iterator[Place]:
    """Give where values of the wanted type are in a place of another type, or of that one; ranges aren't looked into.

    Args:
        wanted: the type's name as SQL.
        kind: the type of what is in the place.
        place: a column, to begin with.
        types: what ``opened`` gave.

    """
    if kind == wanted:
        yield place
    elif kind.endswith("[]"):
        name = f"dbsep_{place.rows.count(' AS dbsep_') + 1}"
        # In FROM itself, unnest() would make a row of nulls of a null.
        rows = f"{place.rows}, LATERAL (SELECT pg_catalog.unnest({place.value}) AS v) AS {name}"
        yield from places(wanted, kind.removesuffix("[]"), replace(place, value=f"{name}.v", rows=rows), types)
    elif kind in types:
        obj = types[kind]
        base = getattr(obj, "type", None)
        if base is not None:
            yield from places(wanted, base, place, types)
        # Not IS NOT NULL: that is false of a row with one null in it.
        there = f"{place.there} AND {place.value} IS DISTINCT FROM NULL".removeprefix("true AND ")
        for name, part in getattr(obj, "attribute_types", {}).items():
            yield from places(wanted, part, replace(place, value=f"({place.value}).{ident(name)}", there=there), types)


def held_inside(domain: Address, current: Snapshot) -> bool:
    """Whether a table holds values of the domain inside others."""
    waiting, seen = [(domain, True)] if domain in current.objects else [], set()
    while waiting:
        address, bare = waiting.pop()
        name = current.objects[address].reference.split(" ", 1)[1]
        for dependent in current.dependents.get(address, ()):
            obj = current.objects.get(dependent)
            if obj is None or dependent.kind not in {*_TYPES, "column"}:
                continue
            same = getattr(obj, "type", None) == name
            if dependent.kind == "column" and not (same and bare):
                return True
            # Where the column is of the domain itself, its table's rows may be another column's values.
            further = (table, False) if (table := _whole(dependent, current)) else (dependent, same and bare)
            if further not in seen:
                seen.add(further)
                waiting.append(further)
    return False


def _whole(address: Address, current: Snapshot) -> Address | None:
    return next(iter(current.parents.get(address, ())), None) if address.kind == "column" else None
