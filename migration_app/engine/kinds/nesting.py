"""Whether the values of a type lie inside others that tables hold: in arrays, composites, ranges, rows.

PostgreSQL checks a domain's new rule in the columns of the domain; inside other values it can't look, and refuses the
rule (PostgreSQL 18, ALTER DOMAIN, Notes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from migration_app.engine.model import Address, Snapshot

_TYPES: Final = frozenset({"composite_type", "range_type", "domain"})


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
