"""Which objects are created, dropped, altered, and which must go and come back because of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migration_app.engine.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.model import Address, Change, Ddl, Object, Snapshot


@dataclass
class Work:
    """What is to be done, by address."""

    drops: dict[Address, Object] = field(default_factory=dict)
    creates: dict[Address, Object] = field(default_factory=dict)
    alters: dict[Address, tuple[Ddl, ...]] = field(default_factory=dict)

    def replace(self, old: Object, new: Object | None) -> None:
        """Drop the old object and create the new one, if there is one."""
        self.alters.pop(old.address, None)
        self.drops[old.address] = old
        if new is not None:
            self.creates[new.address] = new


def work_of(changes: Iterable[Change], current: Snapshot, desired: Snapshot) -> Work:
    """Sort the changes into drops, creates and alters, with the dependents that each takes along."""
    work = Work()
    disturbed: list[Address] = []
    for change in changes:
        if change.verdict is Verdict.ADDED and change.new is not None:
            work.creates[change.address] = change.new
        elif change.verdict is Verdict.REMOVED and change.old is not None:
            work.drops[change.address] = change.old
        else:
            statements = _alter(change)
            if statements is None and change.old is not None:
                work.replace(change.old, change.new)
            elif statements is not None:
                work.alters[change.address] = statements
                if change.old is not None and change.old.DISTURBS.intersection(change.attributes):
                    disturbed.append(change.address)
    _rebuild(work, disturbed, current, desired)
    return work


def _alter(change: Change) -> tuple[Ddl, ...] | None:
    """Give the statements that change the object in place; None where it must be replaced."""
    old, new = change.old, change.new
    if old is None or new is None or any(name not in old.ALTERS for name in change.attributes):
        return None
    statements: list[Ddl] = []
    done = []
    for name in change.attributes:
        make = old.ALTERS[name].make
        if make in done:
            continue
        done.append(make)
        given = make(old, new)
        if given is None:
            return None
        statements.extend(given)
    return tuple(statements)


def _rebuild(work: Work, disturbed: list[Address], current: Snapshot, desired: Snapshot) -> None:
    """Take along what PostgreSQL won't leave standing on an object that goes or is disturbed."""
    waiting = [*disturbed, *work.drops]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        going = address in work.drops
        for dependent in current.dependents.get(address, ()):
            if dependent in seen or not _falls(dependent, address, work, current, desired, going=going):
                continue
            seen.add(dependent)
            old = current.objects[dependent]
            work.replace(old, desired.objects.get(dependent))
            waiting.append(dependent)


def _falls(
    dependent: Address, address: Address, work: Work, current: Snapshot, desired: Snapshot, *, going: bool
) -> bool:
    if dependent not in current.objects or dependent in work.drops:
        return False
    if not going:
        return address.kind not in current.objects[dependent].FOLLOWS and address not in current.parents.get(
            dependent, ()
        )
    # What is altered so that it needs the object no longer is altered first, and stays.
    needs_it_still = address in desired.requires.get(dependent, ())
    return needs_it_still or dependent not in work.alters


def suppressed(work: Work, current: Snapshot) -> Iterator[Address]:
    """Give the drops that need no statement, because what they belong to is dropped and takes them along."""
    for address in work.drops:
        if any(parent in work.drops for parent in current.parents.get(address, ())):
            yield address
