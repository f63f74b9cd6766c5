"""What must happen to the old schema to become the new one, object by object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.model import Change, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.engine.model import Snapshot


def compare(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """Give every object that differs, in the order of addresses; nothing where the two are the same."""
    return tuple(sorted(_changes(old, new), key=_sortable))


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
