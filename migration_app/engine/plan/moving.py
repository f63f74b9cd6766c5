"""Tables that are replaced and keep their rows: the old one makes room under another name until these have moved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from migration_app.engine.model import Address, Ddl, Fact, Hazard, Object, Snapshot, Verb

from .circles import Node
from .folding import Folding
from .ordering import Graph
from .working import Work


def anchoring(address: Address, work: Work, current: Snapshot, desired: Snapshot) -> Iterator[Address]:
    """Replace what stands or falls with a part that goes or is disturbed."""
    part = current.objects.get(address)
    if part is None or not part.anchored:
        return
    for whole in sorted(current.parents.get(address, ())):
        if whole not in work.drops and whole in desired.objects:
            work.replace(current.objects[whole], desired.objects[whole])
            yield whole


def sharing(work: Work, current: Snapshot, desired: Snapshot) -> Iterator[Address]:
    """Replace the partitions of what is replaced, before and after: their rows move with the whole's."""
    for fact in current.of_kind(Fact):
        if not (fact.SHARES_ROWS and fact.carrier in work.drops and fact.carrier in work.creates):
            continue
        new = desired.objects.get(fact.address)
        if fact.of not in work.drops and isinstance(new, Fact) and new.carrier == fact.carrier:
            work.replace(current.objects[fact.of], desired.objects.get(fact.of))
            yield fact.of


def retire_holders(work: Work, current: Snapshot) -> None:
    """Let replaced objects that hold rows make room, and with them their parts that have something to hand over."""
    for address in [*work.drops]:
        if work.drops[address].HOLDS_ROWS:
            _retire(address, work)
    for address in [*work.drops]:
        if holders_above(address, work, current):
            _retire(address, work)
            if address in work.creates:
                work.creates[address] = work.creates[address].beside_predecessor()


def _retire(address: Address, work: Work) -> None:
    found = work.drops[address].retire() if address in work.creates else None
    if found is not None and address not in work.retired:
        work.retired[address], rename = found
        work.alters[address] = (rename,)


def holders(work: Work) -> frozenset[Address]:
    """Give the retired objects that hold rows."""
    return frozenset(address for address, old in work.retired.items() if old.HOLDS_ROWS)


def holders_above(address: Address, work: Work, current: Snapshot) -> frozenset[Address]:
    """Give the retired holders of rows that the object is a part of, or a part of a part."""
    found: set[Address] = set()
    waiting = list(current.parents.get(address, ()))
    while waiting:
        one = waiting.pop()
        if one in work.drops and one not in found:
            found.add(one)
            waiting.extend(current.parents.get(one, ()))
    return holders(work) & found


def outlives(fact: Fact, work: Work) -> bool:
    """Whether the rows of a retired object are still needed when what they are rows of, too, goes for good."""
    gone = fact.carrier in work.drops and fact.carrier not in work.retired
    return fact.SHARES_ROWS and fact.of in work.retired and gone


def must_clear(
    address: Address,
    above: AbstractSet[Address],
    work: Work,
    current: Snapshot,
    taken: AbstractSet[tuple[str, ...]],
) -> bool:
    """Whether a part of the retired holders above it can't wait for them to be dropped.

    Its name is one of those taken, it would hide rows from those who move them, or what it needs can't wait either.
    """
    obj = work.drops[address]
    if obj.HOLDS_ROWS or address in work.retired:
        return False
    if isinstance(obj, Fact) and outlives(obj, work):
        return True
    wholes = [whole.path for whole in above]
    # Names inside a whole leave with it.
    names = [name for name in obj.takes if name[1:-1] not in wholes]
    if obj.HIDES_ROWS or not taken.isdisjoint(names):
        return True
    seen = {address}
    waiting = list(current.requires.get(address, ()))
    while waiting:
        needed = waiting.pop()
        if needed in seen:
            continue
        seen.add(needed)
        old = work.drops.get(needed)
        if old is None:
            if needed in work.alters:
                return True
        elif needed not in work.retired and not old.HOLDS_ROWS and not holders_above(needed, work, current):
            # It can go last if nothing new wants its place or its name, and what it needs can.
            if needed in work.creates or not taken.isdisjoint(old.takes):
                return True
            waiting.extend(current.requires.get(needed, ()))
    return False


def movers(work: Work, current: Snapshot) -> Iterator[Address]:
    """Give the retired holders whose rows have to be moved; a partition's move with the whole's."""
    shared = {fact.of for fact in current.of_kind(Fact) if fact.SHARES_ROWS and fact.carrier in work.retired}
    yield from sorted(holders(work) - shared)


def bind_moves(graph: Graph[Node], work: Work, folding: Folding, current: Snapshot, desired: Snapshot) -> None:
    """Let rows move once there is a place for each, and before anything else of the new table is made.

    Indexes are built faster over all rows at once, triggers must not fire for rows that are not new, and a foreign
    key of another table has to find the rows.
    """
    for address in movers(work, current):
        node = (Verb.MOVE, address)
        graph.after(node, (Verb.ALTER, address))
        graph.after((Verb.DROP, address), node)
        family, first = _first(address, work, desired)
        for needed in first:
            graph.after(node, (Verb.CREATE, folding.whole(needed)))
        made = {folding.whole(needed) for needed in first}
        for member in family:
            for dependent in desired.dependents.get(member, ()):
                if dependent in work.creates and folding.whole(dependent) not in made:
                    graph.after((Verb.CREATE, folding.whole(dependent)), node)


def _first(address: Address, work: Work, desired: Snapshot) -> tuple[set[Address], set[Address]]:
    """Give what will hold the rows, and all that has to be there for it."""
    family = {address}
    facts = [fact for fact in desired.of_kind(Fact) if fact.SHARES_ROWS]
    first: set[Address] = set()
    waiting = [address]
    while waiting:
        one = waiting.pop()
        if one in first or one not in work.creates:
            continue
        first.add(one)
        waiting.extend(desired.requires.get(one, ()))
        if one in family:
            parts = [a for a in desired.dependents.get(one, ()) if one in desired.parents.get(a, ())]
            holding = [a for a in parts if a in desired.objects and desired.objects[a].HOLDS_ROWS]
            family.update(holding)
            waiting.extend(holding)
            for fact in facts:
                if fact.carrier == one:
                    family.add(fact.of)
                    waiting.extend((fact.address, fact.of))
    return family, first


def moves(address: Address, work: Work, current: Snapshot) -> Iterator[Ddl]:
    """Give what moves the rows, and what else the old table's parts hand over."""
    values = [
        (part.path[-1], value)
        for part, value in _values(address, work, current).items()
        if value and part in work.creates
    ]
    yield from work.creates[address].take_over(work.retired[address], values)
    for part, old in work.retired.items():
        if part != address and not old.HOLDS_ROWS and address in holders_above(part, work, current):
            yield from work.creates[part].take_over(old, ())


def dropped(address: Address, work: Work, current: Snapshot) -> Iterator[Ddl]:
    """Give what drops the object; nothing is lost with a retired one whose values have all moved."""
    clearing = holders_above(address, work, current)
    kept = address in holders(work) and None not in _values(address, work, current).values()
    harmless = {Hazard.DELETES_DATA} if kept else {Hazard.WIDENS_PRIVILEGES} if clearing else set()
    for ddl in work.retired.get(address, work.drops[address]).drop():
        yield dataclasses.replace(ddl, hazards=tuple(hazard for hazard in ddl.hazards if hazard not in harmless))


def _values(address: Address, work: Work, current: Snapshot) -> Mapping[Address, str | None]:
    """Give the old object's parts that hold values, each with the SQL that gives the new part's value."""
    found: dict[Address, str | None] = {}
    for part, old in sorted(work.drops.items(), key=lambda item: item[1].order):
        if old.HOLDS_ROWS and address in current.parents.get(part, ()):
            new = work.creates.get(part)
            found[part] = _value(part, old, new, work, current) if new is not None else None
    return found


def _value(part: Address, old: Object, new: Object, work: Work, current: Snapshot) -> str | None:
    whole = current.parents.get(part, frozenset())
    retyped = any(needed in work.retired for needed in current.requires.get(part, ()) if needed not in whole)
    return new.taken_from(old, retyped=retyped)
