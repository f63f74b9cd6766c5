"""Which tables go, which are held back, and the schema that is to be left. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from migration_app.engine.diff import family
from migration_app.engine.errors import Refused, UsageError
from migration_app.engine.kinds.partition import Partition
from migration_app.engine.kinds.routine import Routine
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address
from migration_app.engine.sql import ident
from migration_app.services.analyzing.dependents import Dependent, dependents_of, named
from migration_app.services.analyzing.naming import mentioned
from migration_app.services.dropping.sequences import HandOver, hand_overs, handed_over

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Snapshot
    from migration_app.services.analyzing.classifying import Classified

KEPT: Final = "named by --keep"
UNCONNECTED: Final = "nothing that goes uses it, nor does it use anything that goes"


@dataclass(frozen=True)
class Decision:
    """What a drop would do."""

    tables: tuple[Address, ...]
    objects: tuple[Address, ...]
    """Views, sequences, routines and types of the tests that go, too."""
    family: frozenset[Address]
    """Everything that goes, indexes, constraints and comments included."""
    blocked: Mapping[Address, tuple[Dependent, ...]]
    """Test table → what stays and needs it."""
    kept: Mapping[Address, str]
    """Table or other object that begins with the prefix or like it → why it stays."""
    hand_overs: tuple[HandOver, ...]
    current: Snapshot
    desired: Snapshot


def decide(
    snapshot: Snapshot,
    classified: Classified,
    *,
    only: Iterable[str] = (),
    keep: Iterable[str] = (),
    also: Iterable[str] = (),
    published: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({}),
) -> Decision:
    """Decide table by table; what anything that stays needs is held back, and what that needs in its turn.

    Args:
        snapshot: the whole database.
        classified: its tables.
        only: names of the tables, and other objects, that may go; all test tables where none is given.
        keep: names of those that must stay.
        also: names of other objects of the tests that go though nothing connects them with the tables.
        published: (schema, table) → publications that list it.

    Raises:
        UsageError: a name isn't there.
        Refused: a name in ``only`` or ``also`` is no test table's or test object's.

    """
    tables, objects = set(classified.test_tables), set(classified.objects)
    kept = dict(classified.look_alikes)
    chosen = _chosen(snapshot, classified, [*only, *also])
    if tuple(only):
        tables, objects = tables & chosen, objects & chosen
    kept |= dict.fromkeys(_found(snapshot, keep) & (tables | objects), KEPT)
    tables.difference_update(kept)
    objects.difference_update(kept)
    blocked = _published(tables, published)
    tables.difference_update(blocked)
    blocked |= _hold_back(snapshot, tables, objects)
    if not tuple(only):
        apart = _unconnected(snapshot, tables, objects) - chosen
        kept |= dict.fromkeys(apart, UNCONNECTED)
        objects.difference_update(apart)
        blocked |= _hold_back(snapshot, tables, objects)
    kept |= {address: _uses(others) for address, others in blocked.items() if not _is_table(address)}
    return _decision(snapshot, tables, objects, blocked, kept)


def _decision(
    snapshot: Snapshot,
    tables: set[Address],
    objects: set[Address],
    blocked: Mapping[Address, tuple[Dependent, ...]],
    kept: Mapping[Address, str],
) -> Decision:
    gone = family(snapshot, tables | objects)
    passing = hand_overs(snapshot, gone)
    return Decision(
        tables=tuple(sorted(tables, key=str)),
        objects=tuple(sorted(objects - family(snapshot, tables), key=str)),
        family=gone,
        blocked={address: blocked[address] for address in sorted(blocked, key=str) if _is_table(address)},
        kept=dict(sorted(kept.items(), key=lambda item: str(item[0]))),
        hand_overs=passing,
        current=snapshot,
        desired=handed_over(snapshot.only(lambda address: address not in gone), passing),
    )


def _is_table(address: Address) -> bool:
    return address.kind == Table.KIND


def _uses(others: tuple[Dependent, ...]) -> str:
    return "in use by " + ", ".join(each.text for each in others)


def _found(snapshot: Snapshot, names: Iterable[str]) -> set[Address]:
    """Give the objects of the names; raises UsageError for a name that nothing has: a typo must not drop a table."""
    found: set[Address] = set()
    for name in names:
        fits = {a for a, obj in snapshot.objects.items() if a.of is None and len(a.path) > 1 and named(obj, {name})}
        if not fits:
            raise UsageError(f"there is no table {name!r}", "Name it as table or schema.table, as analyze_tables does.")
        found |= fits
    return found


def _chosen(snapshot: Snapshot, classified: Classified, names: Iterable[str]) -> set[Address]:
    found: set[Address] = set()
    for name in names:
        fits = _found(snapshot, [name])
        ours = fits & (classified.test_tables | set(classified.objects))
        if not ours:
            reason = next((classified.look_alikes[a] for a in fits if a in classified.look_alikes), None)
            why = reason or f"its name doesn't begin with exactly {classified.prefix!r}, or production uses it"
            raise Refused(f"{name!r} is no test table: {why}", "Only test tables are dropped; nothing was changed.")
        found |= ours
    return found


def _hold_back(snapshot: Snapshot, tables: set[Address], objects: set[Address]) -> dict[Address, tuple[Dependent, ...]]:
    """Take out of both sets what anything that stays needs, until nothing more is found."""
    held: dict[Address, tuple[Dependent, ...]] = {}
    while True:
        over = _partitions(snapshot, tables)
        needed = dependents_of(snapshot, tables | objects | over.keys())
        if not needed:
            return held
        for address, others in needed.items():
            top = over.get(address, address)
            held[top] = tuple(dict.fromkeys((*held.get(top, ()), *others)))
        tables.difference_update(held)
        objects.difference_update(held)


def _published(
    tables: AbstractSet[Address], published: Mapping[tuple[str, str], tuple[str, ...]]
) -> dict[Address, tuple[Dependent, ...]]:
    """Give the tables that a publication lists: the drop would take them out of it without a word."""
    return {
        table: tuple(Dependent(Address("publication", (name,)), f"publication {ident(name)}") for name in names)
        for table in tables
        if (names := published.get((table.path[0], table.path[1]), ()))
    }


def _partitions(snapshot: Snapshot, tables: AbstractSet[Address]) -> dict[Address, Address]:
    """Give partition, at any depth → the table among ``tables`` that it is a part of."""
    above = {fact.of: fact.of._replace(path=(fact.schema, fact.parent)) for fact in snapshot.of_kind(Partition)}
    found = {}
    for partition in above:
        top = partition
        while top in above:
            top = above[top]
        if top in tables:
            found[partition] = top
    return found


def _unconnected(snapshot: Snapshot, tables: AbstractSet[Address], objects: AbstractSet[Address]) -> set[Address]:
    """Give the objects that have nothing to do with the tables, directly or through one another."""
    reached, left = set(family(snapshot, tables)), set(objects)
    names = {address.path[1] for address in tables}
    for address in objects:
        obj = snapshot.objects[address]
        if isinstance(obj, Routine) and any(mentioned(obj.definition, names)):
            reached |= family(snapshot, [address])
    while True:
        linked = {a for a in left if a in reached or _touches(snapshot, family(snapshot, [a]), reached)}
        if not linked:
            return left
        left -= linked
        for address in linked:
            reached |= family(snapshot, [address])


def _touches(snapshot: Snapshot, members: AbstractSet[Address], reached: AbstractSet[Address]) -> bool:
    return any(
        not reached.isdisjoint(snapshot.requires.get(member, ()))
        or not reached.isdisjoint(snapshot.dependents.get(member, ()))
        for member in members
    )
