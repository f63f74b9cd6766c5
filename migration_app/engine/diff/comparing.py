"""What must happen to the old schema to become the new one, object by object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Change, Verdict

from .printing import printed_alike

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.model import Snapshot

_MAJOR: Final = 10_000


def compare(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """Give every object that differs, in the order of addresses; nothing where the two are the same.

    Between two major versions of PostgreSQL, a name that only the newer one keeps is no difference, nor is what it
    leaves out in print.
    """
    changes = _changes(old, new)
    majors = (old.version // _MAJOR, new.version // _MAJOR)
    if majors[0] != majors[1]:
        changes = _across(changes, *majors)
    return tuple(sorted(changes, key=_sortable))


def _across(changes: Iterator[Change], old_major: int, new_major: int) -> Iterator[Change]:
    """Give the changes that aren't made by the versions."""
    low = min(old_major, new_major)
    for change in changes:
        old = None if change.old is None else change.old.on(low)
        new = None if change.new is None else change.new.on(low)
        if old is None or new is None:
            needed = max(obj.since for obj in (change.old, change.new) if obj is not None)
            if old is not None or new is not None:
                yield replace(change, old=old or change.old, new=new or change.new)
            elif needed > low:
                yield change
            continue
        pairs = {name: (getattr(old, name), getattr(new, name)) for name in change.attributes}
        if old_major > new_major:
            pairs = {name: (two, one) for name, (one, two) in pairs.items()}
        names = tuple(name for name, (one, two) in pairs.items() if one != two and not printed_alike(one, two))
        if names:
            yield replace(change, old=old, new=new, attributes=names)


def _changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for address, before in old.objects.items():
        if before.SHARED:
            continue
        after = new.objects.get(address)
        if after is None:
            yield Change(address, Verdict.REMOVED, before, None)
        elif before is not after and before != after:
            names = tuple(name for name in before.compared() if getattr(before, name) != getattr(after, name))
            yield Change(address, Verdict.CHANGED, before, after, names)
    for address, after in new.objects.items():
        if not after.SHARED and address not in old.objects:
            yield Change(address, Verdict.ADDED, None, after)


def _sortable(change: Change) -> tuple[str, str]:
    return (change.address.kind, str(change.address))
