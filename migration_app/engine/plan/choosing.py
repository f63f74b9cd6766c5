"""A part of the changes: those chosen, what they can't do without, and why the rest is held back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from migration_app.engine.model import Address, Change, Snapshot, Verdict

NOT_CHOSEN = "not chosen"
EXCEPTED = "excepted"


@dataclass(frozen=True, slots=True)
class Held:
    """A change that isn't made, and why."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The changes to make, and the schema that they lead to."""

    changes: tuple[Change, ...]
    desired: Snapshot
    along: tuple[Address, ...] = ()
    """Changes that nobody chose, and that those chosen need."""
    held: tuple[Held, ...] = ()


def choose(
    changes: Sequence[Change],
    current: Snapshot,
    desired: Snapshot,
    only: Callable[[Address], bool] | None,
    excepted: Callable[[Address], bool],
    kept: Mapping[Address, str] = MappingProxyType({}),
) -> Choice:
    """Give the changes chosen, with what belongs to them and what they need.

    A change that needs an excepted one is held back with it: half of it would not run. So it is with what is ``kept``,
    each for its reason.
    """
    known = {change.address: change for change in changes}
    parts = _parts(known, current, desired)
    needs = {address: frozenset(_needs(change, known, current, desired)) for address, change in known.items()}
    reasons = {part: why for address, why in kept.items() for part in _spread([address], parts)}
    reasons |= dict.fromkeys(_spread([a for a in known if excepted(a)], parts), EXCEPTED)
    reasons = _hold(reasons, known, needs)
    chosen = _spread([a for a in known if only is None or only(a)], parts) - reasons.keys()
    # What comes along comes whole: an object created without its owner or its grants would be another one.
    both = {address: needs[address] | parts.get(address, frozenset()) for address in known}
    wanted = _spread(chosen, both) - reasons.keys()
    for address in known:
        if address not in wanted:
            reasons.setdefault(address, NOT_CHOSEN)
    made = tuple(change for change in changes if change.address in wanted)
    return Choice(
        changes=made,
        desired=_led_to(made, current, desired) if reasons else desired,
        along=tuple(change.address for change in made if change.address not in chosen),
        held=tuple(Held(change, reasons[change.address]) for change in changes if change.address in reasons),
    )


def _parts(
    known: Mapping[Address, Change], current: Snapshot, desired: Snapshot
) -> Mapping[Address, frozenset[Address]]:
    """Give change → the changes of what comes and goes with it."""
    found: dict[Address, set[Address]] = {}
    for address, change in known.items():
        side = current if change.verdict is Verdict.REMOVED else desired
        for whole in (*side.parents.get(address, ()), *((address.of,) if address.of else ())):
            if whole in known and known[whole].verdict is change.verdict:
                found.setdefault(whole, set()).add(address)
    return {address: frozenset(others) for address, others in found.items()}


def _needs(change: Change, known: Mapping[Address, Change], current: Snapshot, desired: Snapshot) -> Iterator[Address]:
    """Give the changes without which this one can't be made."""
    address = change.address
    if change.new is not None:
        for needed in desired.requires.get(address, ()):
            # What a whole has otherwise is no matter to its part.
            whole = needed in desired.parents.get(address, ()) or needed == address.of
            if needed in known and not (whole and known[needed].verdict is Verdict.CHANGED):
                yield needed
        names = set(change.new.takes)
        for other in known.values():
            if other.verdict is Verdict.REMOVED and other.old is not None and not names.isdisjoint(other.old.takes):
                yield other.address
    if change.verdict is Verdict.REMOVED:
        yield from (other for other in current.dependents.get(address, ()) if other in known)


def _spread(start: Sequence[Address] | set[Address], steps: Mapping[Address, frozenset[Address]]) -> set[Address]:
    found: set[Address] = set()
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting.extend(steps.get(address, ()))
    return found


def _hold(
    reasons: Mapping[Address, str], known: Mapping[Address, Change], needs: Mapping[Address, frozenset[Address]]
) -> dict[Address, str]:
    """Add the changes that need one held back, and what needs these, and so on."""
    found = dict(reasons)
    waiting = list(found)
    while waiting:
        held = waiting.pop()
        for address in known:
            if address not in found and held in needs[address]:
                found[address] = f"needs {held.kind} {held}, which is held back"
                waiting.append(address)
    return found


def _led_to(changes: Sequence[Change], current: Snapshot, desired: Snapshot) -> Snapshot:
    """Give the current schema with these changes made."""
    objects = dict(current.objects)
    requires, parents = dict(current.requires), dict(current.parents)
    for change in changes:
        if change.new is None:
            del objects[change.address]
        else:
            objects[change.address] = change.new
            requires[change.address] = desired.requires.get(change.address, frozenset())
            parents[change.address] = desired.parents.get(change.address, frozenset())
    for address, obj in desired.objects.items():
        if obj.SHARED:
            objects.setdefault(address, obj)
    return dataclasses.replace(current, objects=objects, requires=requires, parents=parents)
