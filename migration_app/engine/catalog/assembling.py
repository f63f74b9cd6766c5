"""Makes a snapshot from what the catalog answered: oids become addresses, and then nobody sees an oid again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Address, Fact, Object, Snapshot

from .resolving import EXTENSION, Names
from .rows import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .rows import Answer, Edge, Oid

# pg_depend.deptype
_GOES_ALONG = frozenset("aiPS")
# A member is the extension's, and what DEPENDS ON EXTENSION says so in a fact of its own.
_NO_NEED = frozenset((EXTENSION, "x"))


@dataclass
class _Assembly:
    names: Names[Address] = field(default_factory=Names)
    objects: dict[Address, Object] = field(default_factory=dict)
    requires: dict[Address, set[Address]] = field(default_factory=dict)
    parents: dict[Address, set[Address]] = field(default_factory=dict)
    carried: set[tuple[Address, Address]] = field(default_factory=set)
    lost: list[tuple[int, int]] = field(default_factory=list)

    def add(self, obj: Object) -> Address:
        address = obj.address
        self.objects[address] = obj
        self.requires[address] = set(obj.needs)
        self.parents[address] = set()
        return address


def assemble(answer: Answer) -> tuple[Snapshot, list[tuple[int, int]]]:
    """Give the snapshot and the (catalog, row) of every object that no kind models."""
    assembly = _Assembly()
    assembly.names.note(answer.edges)
    kinds = [kind for kind in KINDS if kind in answer.kinds]
    for kind in kinds:
        if not issubclass(kind, Fact):
            _add_objects(assembly, kind, answer)
    for kind in kinds:
        if issubclass(kind, Fact):
            _add_facts(assembly, kind, answer)
    _add_edges(assembly, answer.edges)
    objects = assembly.objects.keys()
    snapshot = Snapshot(
        version=answer.version,
        objects=assembly.objects,
        requires={address: frozenset(needed & objects) - {address} for address, needed in assembly.requires.items()},
        parents={address: frozenset(others) for address, others in assembly.parents.items() if others},
    )
    return snapshot, sorted(assembly.names.unresolved(answer.sweep) | set(assembly.lost))


def _values(rows: Sequence[Sequence[Any]], start: int) -> Iterator[Sequence[Any]]:
    """Give each row's values from ``start`` on, arrays as tuples."""
    width = len(rows[0]) if rows else 0
    first = (next((row[place] for row in rows if row[place] is not None), None) for place in range(width))
    arrays = [place for place, value in enumerate(first) if isinstance(value, list)]
    for row in rows:
        if arrays:
            changed = list(row)
            for place in arrays:
                value = changed[place]
                changed[place] = tuple(value) if value is not None else None
            yield changed[start:]
        else:
            yield row[start:]


def _add_objects(assembly: _Assembly, kind: type[Object], answer: Answer) -> None:
    found = answer.kinds[kind]
    names = assembly.names
    for row, values in zip(found.rows, _values(found.rows, shape_of(kind, found).fields), strict=True):
        oid = (row[0], row[1], row[2])
        if oid[:2] not in names.members:
            names.known[oid] = assembly.add(kind(*values))


def _add_facts(assembly: _Assembly, kind: type[Fact], answer: Answer) -> None:
    found = answer.kinds[kind]
    shape = shape_of(kind, found)
    names = assembly.names
    for row, values in zip(found.rows, _values(found.rows, shape.fields), strict=True):
        oid = (row[0], row[1], row[2])
        if oid[:2] in names.members:
            continue
        of = names.exact(oid) or (names.resolve(oid) if oid[2] or shape.refers else None)
        if of is None:
            assembly.lost.append(oid[:2])
            continue
        fact = kind(of, kind.target_of(assembly.objects[of]), *values)
        address = assembly.add(fact)
        assembly.parents[address].add(of)
        if shape.refers and row[3] is not None:
            other = names.resolve((row[3], row[4], row[5]))
            if other is not None:
                _refer(assembly, fact, other)


def _refer(assembly: _Assembly, fact: Fact, other: Address) -> None:
    assembly.requires[fact.address].add(other)
    if fact.CARRIES:
        assembly.carried.add((fact.of, other))
    else:
        assembly.parents[fact.address].add(other)


def _add_edges(assembly: _Assembly, edges: Iterable[Edge]) -> None:
    names, carried, requires = assembly.names, assembly.carried, assembly.requires
    resolved: dict[Oid, Address | None] = {}
    for edge in edges:
        if edge[6] in _NO_NEED:
            continue
        dependent, needed = edge[:3], edge[3:6]
        for oid in (dependent, needed):
            if oid not in resolved:
                resolved[oid] = names.resolve(oid)
        address, other = resolved[dependent], resolved[needed]
        if address is None or other is None or address == other or (carried and (address, other) in carried):
            continue
        requires[address].add(other)
        if edge[6] in _GOES_ALONG and names.exact(dependent) == address:
            assembly.parents[address].add(other)
    for oid, address in names.known.items():
        if oid[2]:
            whole = names.known.get((oid[0], oid[1], 0))
            if whole is not None:
                requires[address].add(whole)
                assembly.parents[address].add(whole)
