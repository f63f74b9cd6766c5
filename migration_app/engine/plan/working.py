"""Which objects are created, dropped and altered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from migration_app.engine.model import Address, Change, Ddl, Object, Verdict


@dataclass
class Work:
    """What is to be done, by address."""

    drops: dict[Address, Object] = field(default_factory=dict)
    creates: dict[Address, Object] = field(default_factory=dict)
    alters: dict[Address, tuple[Ddl, ...]] = field(default_factory=dict)
    disturbed: set[Address] = field(default_factory=set)
    """Altered so that dependents may have to be rebuilt."""
    moved: set[Address] = field(default_factory=set)
    """Altered so that its rows are of a retired type's successor."""
    retired: dict[Address, Object] = field(default_factory=dict)
    """Replaced, renamed first and dropped last: what it is called meanwhile."""
    let_go: dict[Address, Address] = field(default_factory=dict)
    """Dropped by itself once something has let it go → whose change does that."""

    @property
    def taken(self) -> frozenset[tuple[str, ...]]:
        """The names that what is created takes."""
        return frozenset(name for obj in self.creates.values() for name in obj.takes)

    def replace(self, old: Object, new: Object | None) -> None:
        """Drop the old object and create the new one, if there is one."""
        self.alters.pop(old.address, None)
        self.disturbed.discard(old.address)
        self.moved.discard(old.address)
        self.drops[old.address] = old
        if new is not None:
            self.creates[new.address] = new


def work_of(changes: Iterable[Change]) -> Work:
    """Sort the changes into drops, creates and alters."""
    work = Work()
    for change in changes:
        if change.old is None and change.new is not None:
            work.creates[change.address] = change.new
        elif change.old is not None and change.verdict is Verdict.REMOVED:
            work.drops[change.address] = change.old
        elif change.old is not None:
            statements = _alter(change)
            if statements is None:
                work.replace(change.old, change.new)
            else:
                work.alters[change.address] = statements
                if change.old.DISTURBS.intersection(change.attributes):
                    work.disturbed.add(change.address)
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
