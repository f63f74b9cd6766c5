"""What a sync can't drop or replace, because something in the target needs it that takes no part in the sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.diff import family, needed_by_others
from migration_app.engine.model import Address, Plan, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Snapshot


def needed_outside(
    made: Plan, changed: AbstractSet[Address], current: Snapshot, whole: Snapshot
) -> Mapping[Address, str]:
    """Give the changes that the server would refuse, with the reason.

    Args:
        made: the plan.
        changed: what it changes.
        current: the part of the target that takes part.
        whole: all of the target.

    """
    if len(current.objects) == len(whole.objects):
        return {}
    dropped = {each.address for each in made if each.verb is Verb.DROP} & whole.objects.keys()
    found = {}
    for member, others in needed_by_others(whole, family(whole, dropped)).items():
        outside = [a for a in others if a in whole.objects and a not in current.objects and a.of is None]
        for change in _behind(member, changed, current) if outside else ():
            found[change] = f"{outside[0].kind} {outside[0]} needs it, which takes no part"
    return found


def _behind(member: Address, changed: AbstractSet[Address], current: Snapshot) -> Iterable[Address]:
    """Give the changes that an object is dropped for: its own, or those of what it needs."""
    if member in changed:
        return {member}
    found: set[Address] = set()
    seen: set[Address] = set()
    waiting = [member]
    while waiting:
        address = waiting.pop()
        if address in changed:
            found.add(address)
        elif address not in seen:
            seen.add(address)
            waiting.extend(current.requires.get(address, ()))
    return found
