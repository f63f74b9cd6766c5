"""What must go and come back because of what changes, and what moves its rows instead."""

from __future__ import annotations

from collections.abc import Iterator

from migration_app.engine.model import Address, Fact, Snapshot

from .moving import anchoring, holders, outlives, retire_holders, sharing
from .working import Work


def rebuild(work: Work, current: Snapshot, desired: Snapshot) -> None:
    """Take along what PostgreSQL won't leave standing on an object that goes or is disturbed.

    A replaced type that rows are made of retires: it makes room for its successor under another name, and goes when
    the rows have moved.
    """
    _replace_refused(work, current, desired)
    waiting = [*work.disturbed, *work.drops]
    done: set[tuple[Address, bool]] = set()
    while waiting or (
        waiting := [
            *_carried(work, current, desired),
            *_held_fast(work, current, desired),
            *sharing(work, current, desired),
        ]
    ):
        address = waiting.pop()
        going = address in work.drops
        if (address, going) in done:
            continue
        done.add((address, going))
        waiting.extend(anchoring(address, work, current, desired))
        for dependent in current.dependents.get(address, ()):
            if not _falls(dependent, address, work, current, desired, going=going):
                continue
            old = current.objects[dependent]
            if not (going and _moves(dependent, address, work, current, desired)):
                work.replace(old, desired.objects.get(dependent))
            waiting.append(dependent)
    retire_holders(work, current)
    _retire(work, current)
    _stand_alone(work, current, desired)


def _replace_refused(work: Work, current: Snapshot, desired: Snapshot) -> None:
    """Replace what PostgreSQL won't change as it is, for the sake of something new or altered."""
    for address in [*work.creates, *work.alters]:
        new = desired.objects.get(address)
        whole = new.replaced_for(current.objects.get(address), current, desired) if new is not None else None
        if whole is not None and whole in current.objects and whole in desired.objects and whole not in work.drops:
            work.replace(current.objects[whole], desired.objects[whole])


def _stand_alone(work: Work, current: Snapshot, desired: Snapshot) -> None:
    """Note what is dropped by itself once something has let it go, and what is made before it joins something."""
    for address, old in [*work.drops.items()]:
        found = old.left_behind(current, desired) if address not in work.retired else None
        if found is not None:
            work.drops[address], work.let_go[address] = found
    for address, new in work.creates.items():
        work.creates[address] = new.beforehand(current)


def _carried(work: Work, current: Snapshot, desired: Snapshot) -> Iterator[Address]:
    """Let go what its carrier takes along and nothing releases."""
    for fact in current.of_kind(Fact):
        if fact.carrier not in work.drops or fact.of in work.drops:
            continue
        if fact.released_by not in work.drops and fact.released_by not in work.alters:
            work.replace(current.objects[fact.of], desired.objects.get(fact.of))
            yield fact.of


def _held_fast(work: Work, current: Snapshot, desired: Snapshot) -> Iterator[Address]:
    """Replace what holds a part that goes, and that no statement lets go of: the index of a partitioned table."""
    for fact in current.of_kind(Fact):
        if not fact.CARRIES or fact.of not in work.drops or fact.carrier is None or fact.carrier in work.drops:
            continue
        goes_with_whole = not work.drops.keys().isdisjoint(current.parents.get(fact.of, ()))
        if not goes_with_whole and fact.released_by not in work.drops and not tuple(fact.drop()):
            work.replace(current.objects[fact.carrier], desired.objects.get(fact.carrier))
            yield fact.carrier


def _falls(
    dependent: Address, address: Address, work: Work, current: Snapshot, desired: Snapshot, *, going: bool
) -> bool:
    if dependent not in current.objects or dependent in work.drops:
        return False
    if not going:
        old = current.objects[dependent]
        part = address in current.parents.get(dependent, ()) and not old.REMADE
        return not part and not old.follows(address)
    # What is altered so that it needs the object no longer is altered first, and stays.
    needs_it_still = address in desired.requires.get(dependent, ())
    return needs_it_still or dependent not in work.alters


def _moves(dependent: Address, address: Address, work: Work, current: Snapshot, desired: Snapshot) -> bool:
    """Note an object whose rows move to the successor of what goes; False where it has to go itself."""
    new, old = desired.objects.get(dependent), current.objects[dependent]
    if new is None or address not in work.creates or work.drops[address].retire() is None:
        return False
    if address in current.parents.get(dependent, ()):
        return False
    statements = new.move(old)
    if statements is None:
        return False
    if dependent not in work.disturbed:
        work.alters[dependent] = tuple(dict.fromkeys((*statements, *work.alters.get(dependent, ()))))
        work.disturbed.add(dependent)
    work.moved.add(dependent)
    return True


def _retire(work: Work, current: Snapshot) -> None:
    keeping = holders(work)
    waiting = [*work.moved, *keeping, *(a for a in work.drops if not keeping.isdisjoint(current.parents.get(a, ())))]
    while waiting:
        for needed in current.requires.get(waiting.pop(), ()):
            old = work.drops.get(needed)
            retired = old.retire() if old is not None and needed in work.creates else None
            if retired is not None and needed not in work.retired:
                work.retired[needed], rename = retired
                work.alters[needed] = (rename,)
                work.creates[needed] = work.creates[needed].beside_predecessor()
                waiting.append(needed)


def suppressed(work: Work, current: Snapshot) -> Iterator[tuple[Address, tuple[Address, ...]]]:
    """Give the drops that need no statement, each with what takes it along when that is dropped."""
    free = released(work, current)
    carriers: dict[Address, set[Address]] = {}
    staying: dict[Address, Address | None] = {}
    for fact in current.of_kind(Fact):
        if outlives(fact, work):
            staying[fact.of] = fact.carrier
        elif fact.of in work.drops and fact.of not in free and (carrier := fact.carrier) is not None:
            carriers.setdefault(fact.of, set()).add(carrier)
    for address in work.drops:
        parents = carriers.get(address, set()).union(current.parents.get(address, ())) - {staying.get(address)}
        taking = tuple(parent for parent in sorted(parents, key=str) if parent in work.drops)
        if taking:
            yield address, taking


def released(work: Work, current: Snapshot) -> dict[Address, Address]:
    """Give what is dropped on its own because something else releases it from its carrier, with that."""
    return {
        fact.of: fact.released_by
        for fact in current.of_kind(Fact)
        if fact.of in work.drops
        and fact.released_by != fact.address
        and fact.released_by in work.drops
        and fact.released_by.of not in work.drops
    }
