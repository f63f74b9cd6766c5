"""Finds what an oid of the catalog belongs to: an object that is known, or the one that it is a part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .rows import Edge, Oid

T = TypeVar("T")

# pg_depend.deptype: an internal part of the other object, or a partition's copy of its parent's.
_PART_OF = frozenset("iPS")
EXTENSION = "e"


@dataclass
class Names(Generic[T]):
    """What is known by its oid, what is a part of what, and what an extension brought."""

    known: dict[Oid, T] = field(default_factory=dict)
    parts: dict[tuple[int, int], list[Oid]] = field(default_factory=dict)
    members: dict[tuple[int, int], Oid] = field(default_factory=dict)

    def note(self, edges: Iterable[Edge]) -> None:
        """Take in the edges between parts and wholes."""
        for edge in edges:
            deptype = edge[6]
            if deptype in _PART_OF:
                # A partition's index is a part of its constraint before it is one of the partitioned table's index.
                wholes = self.parts.setdefault(edge[:2], [])
                wholes.insert(0 if deptype == "i" else len(wholes), edge[3:6])
            elif deptype == EXTENSION:
                self.members[edge[:2]] = edge[3:6]

    def exact(self, oid: Oid) -> T | None:
        """Give the object itself, or the whole that a column without an address of its own belongs to."""
        found = self.known.get(oid)
        return found if found is not None or not oid[2] else self.known.get((oid[0], oid[1], 0))

    def resolve(self, oid: Oid, depth: int = 4) -> T | None:
        """Give the object, or what it is an internal part or an extension's member of."""
        found = self.exact(oid)
        if found is not None or depth == 0:
            return found
        row = oid[:2]
        if row in self.members:
            return self.known.get(self.members[row])
        for whole in self.parts.get(row, ()):
            found = self.resolve(whole, depth - 1)
            if found is not None:
                return found
        return None

    def unresolved(self, rows: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Give those of the objects that belong to nothing known."""
        known = self.known
        rest = ((row[0], row[1], 0) for row in rows if (row[0], row[1], 0) not in known)
        return {oid[:2] for oid in rest if self.resolve(oid) is None}
