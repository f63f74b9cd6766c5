"""Makes a snapshot from what the catalog answered: oids become addresses, and then nobody sees an oid again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Address, Fact, Object, Snapshot

from .rows import Oid, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .rows import Answer, Edge

# pg_depend.deptype: an internal part of the other object, or a partition's copy of its parent's.
_PART_OF = frozenset("iPS")
_GOES_ALONG = frozenset("aiPS")
_EXTENSION = "e"


@dataclass
class _Assembly:
    objects: dict[Address, Object] = field(default_factory=dict)
    addresses: dict[Oid, Address] = field(default_factory=dict)
    parts: dict[tuple[int, int], list[Oid]] = field(default_factory=dict)
    members: dict[tuple[int, int], Oid] = field(default_factory=dict)
    requires: dict[Address, set[Address]] = field(default_factory=dict)
    parents: dict[Address, set[Address]] = field(default_factory=dict)
    carried: set[tuple[Address, Address]] = field(default_factory=set)
    lost: list[tuple[int, int]] = field(default_factory=list)

    def add(self, obj: Object, oid: Oid | None = None) -> Address:
        address = obj.address
        self.objects[address] = obj
        if oid is not None:
            self.addresses[oid] = address
        self.requires[address] = set(obj.needs)
        self.parents[address] = set()
        return address

    def exact(self, oid: Oid) -> Address | None:
        """Give the object itself, or the whole that a column without an address of its own belongs to."""
        return self.addresses.get(oid) or self.addresses.get(Oid(oid.catalog, oid.row, 0))

    def resolve(self, oid: Oid, depth: int = 4) -> Address | None:
        """Give the object, or what it is an internal part or an extension's member of."""
        found = self.exact(oid)
        if found is not None or depth == 0:
            return found
        row = (oid.catalog, oid.row)
        if row in self.members:
            return self.addresses.get(self.members[row])
        for whole in self.parts.get(row, ()):
            found = self.resolve(whole, depth - 1)
            if found is not None:
                return found
        return None


def assemble(answer: Answer) -> tuple[Snapshot, list[tuple[int, int]]]:
    """Give the snapshot and the (catalog, row) of every object that no kind models."""
    assembly = _Assembly()
    _note_parts(assembly, answer.edges)
    kinds = [kind for kind in KINDS if kind in answer.kinds]
    for kind in kinds:
        if not issubclass(kind, Fact):
            _add_objects(assembly, kind, answer)
    for kind in kinds:
        if issubclass(kind, Fact):
            _add_facts(assembly, kind, answer)
    _add_edges(assembly, answer.edges)
    requires = {
        address: frozenset(other for other in needed if other in assembly.objects and other != address)
        for address, needed in assembly.requires.items()
    }
    unresolved = {
        (classid, objid) for classid, objid in answer.sweep if assembly.resolve(Oid(classid, objid, 0)) is None
    }
    snapshot = Snapshot(
        version=answer.version,
        objects=assembly.objects,
        requires=requires,
        parents={address: frozenset(others) for address, others in assembly.parents.items() if others},
    )
    return snapshot, sorted(unresolved | set(assembly.lost))


def _note_parts(assembly: _Assembly, edges: Iterable[Edge]) -> None:
    for dependent, needed, deptype in edges:
        row = (dependent.catalog, dependent.row)
        if deptype in _PART_OF:
            # A partition's index is a part of its constraint before it is one of the partitioned table's index.
            wholes = assembly.parts.setdefault(row, [])
            wholes.insert(0 if deptype == "i" else len(wholes), needed)
        elif deptype == _EXTENSION:
            assembly.members[row] = needed


def _values(row: Sequence[object], start: int) -> Iterable[object]:
    return (tuple(value) if isinstance(value, list) else value for value in row[start:])


def _add_objects(assembly: _Assembly, kind: type[Object], answer: Answer) -> None:
    found = answer.kinds[kind]
    shape = shape_of(kind, found)
    members = assembly.members
    for row in found.rows:
        oid = Oid(*row[:3])  # type: ignore[arg-type]
        if (oid.catalog, oid.row) not in members:
            assembly.add(kind(*_values(row, shape.fields)), oid)


def _add_facts(assembly: _Assembly, kind: type[Fact], answer: Answer) -> None:
    found = answer.kinds[kind]
    shape = shape_of(kind, found)
    for row in found.rows:
        oid = Oid(*row[:3])  # type: ignore[arg-type]
        if (oid.catalog, oid.row) in assembly.members:
            continue
        of = assembly.exact(oid) or (assembly.resolve(oid) if oid.column or shape.refers else None)
        if of is None:
            assembly.lost.append((oid.catalog, oid.row))
            continue
        fact = kind(of, kind.target_of(assembly.objects[of]), *_values(row, shape.fields))
        address = assembly.add(fact)
        assembly.parents[address].add(of)
        if shape.refers and row[3] is not None:
            other = assembly.resolve(Oid(*row[3:6]))  # type: ignore[arg-type]
            if other is not None:
                _refer(assembly, fact, other)


def _refer(assembly: _Assembly, fact: Fact, other: Address) -> None:
    assembly.requires[fact.address].add(other)
    if fact.CARRIES:
        assembly.carried.add((fact.of, other))
    else:
        assembly.parents[fact.address].add(other)


def _add_edges(assembly: _Assembly, edges: Iterable[Edge]) -> None:
    carried = assembly.carried
    for dependent, needed, deptype in edges:
        if deptype == _EXTENSION:
            continue
        address = assembly.resolve(dependent)
        other = assembly.resolve(needed)
        if address is None or other is None or address == other or (address, other) in carried:
            continue
        assembly.requires[address].add(other)
        if deptype in _GOES_ALONG and assembly.exact(dependent) == address:
            assembly.parents[address].add(other)
    for oid, address in assembly.addresses.items():
        if oid.column:
            whole = assembly.addresses.get(Oid(oid.catalog, oid.row, 0))
            if whole is not None:
                assembly.requires[address].add(whole)
                assembly.parents[address].add(whole)
