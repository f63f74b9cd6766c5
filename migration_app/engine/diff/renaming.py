"""Finds what looks like a rename: an object that is gone, and a new one of the same shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from migration_app.engine.kinds.renaming import called, can_rename, name_of, shape
from migration_app.engine.model import Address, Change, Fact, Object, Snapshot, Verdict

_ALIKE: Final = 0.75
"""The part of two tables' columns that must be the same."""


@dataclass(frozen=True, slots=True)
class Rename:
    """One object under its old name and under its new one."""

    old: Address
    new: Address

    @property
    def flag(self) -> str:
        """The rename as ``--rename`` takes it."""
        where = ".".join(self.old.path).replace(".(", "(")
        return f"{self.old.kind}:{where}={name_of(self.new)}"


def likely_renames(changes: Sequence[Change], current: Snapshot, desired: Snapshot) -> tuple[Rename, ...]:
    """Give the pairs that look like one object under two names, where dropping the old one would lose something.

    The likeliest come first; where several old objects could have become a new one, each is there.
    """
    removed = _outermost(changes, Verdict.REMOVED, current)
    added = _outermost(changes, Verdict.ADDED, desired)
    pairs = sorted(
        (
            (
                -_likeness(old, new, current, desired),
                str(old.address),
                str(new.address),
                Rename(old.address, new.address),
            )
            for old in removed
            for new in added
            if _comparable(old, new) and (old.HOLDS_ROWS or old.OWNED) and _same(old, new, current, desired)
        ),
        key=lambda pair: pair[:3],
    )
    return tuple(rename for *_, rename in pairs)


def renames_along(changes: Sequence[Change], members: AbstractSet[Address]) -> tuple[Rename, ...]:
    """Give the parts of what was renamed whose names follow: keys, indexes, sequences."""
    removed = [c.old for c in changes if c.verdict is Verdict.REMOVED and c.old is not None and c.address in members]
    added = [c.new for c in changes if c.verdict is Verdict.ADDED and c.new is not None]
    return tuple(
        _each_once(
            Rename(old.address, new.address)
            for old in removed
            for new in added
            if not old.HOLDS_ROWS and _comparable(old, new) and shape(old) == shape(new)
        )
    )


def own_parts(side: Snapshot, roots: Iterable[Address]) -> frozenset[Address]:
    """Give what belongs to the objects: what goes when they go, and what a fact ties to that, as sequences are."""
    children: dict[Address, list[Address]] = {}
    for address, parents in side.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(address)
    for fact in side.of_kind(Fact):
        if fact.carrier is not None:
            children.setdefault(fact.carrier, []).append(fact.of)
    found: set[Address] = set()
    waiting = list(roots)
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting.extend(children.get(address, ()))
    return frozenset(found)


def _outermost(changes: Sequence[Change], verdict: Verdict, side: Snapshot) -> list[Object]:
    """Give the objects that are gone, or new, by themselves: not as a part of another."""
    known = {change.address for change in changes if change.verdict is verdict}
    carried = {fact.of for fact in side.of_kind(Fact) if fact.of in known and fact.carrier in known}
    return [
        obj
        for address in sorted(known - carried, key=str)
        if known.isdisjoint(side.parents.get(address, ())) and can_rename(obj := side.objects[address])
    ]


def _comparable(old: Object, new: Object) -> bool:
    return type(old) is type(new) and can_rename(old) and called(old.address, name_of(new.address)) == new.address


def _same(old: Object, new: Object, current: Snapshot, desired: Snapshot) -> bool:
    before, after = _holdings(old, current), _holdings(new, desired)
    if before or after or old.CONTAINS:
        return len(before & after) >= _ALIKE * max(len(before), len(after), 1)
    return shape(old) == shape(new)


def _likeness(old: Object, new: Object, current: Snapshot, desired: Snapshot) -> float:
    """Give how alike two objects are, where several pairs would do: by what they hold, then by their names."""
    before, after = _holdings(old, current), _holdings(new, desired)
    parts = len(before & after) / max(len(before), len(after), 1)
    return parts + SequenceMatcher(None, name_of(old.address), name_of(new.address)).ratio()


def _holdings(obj: Object, side: Snapshot) -> set[tuple[object, ...]]:
    """Give the parts of an object that hold its values, with their shapes; what lies in it, where it is a place."""
    address = obj.address
    if obj.CONTAINS:
        return {
            (other.kind, *other.path[1:])
            for other in side.dependents.get(address, ())
            if other.of is None and other in side.objects
        }
    return {
        (part.path[-1], *shape(part))
        for other in side.dependents.get(address, ())
        if address in side.parents.get(other, ()) and (part := side.objects.get(other)) is not None and part.HOLDS_ROWS
    }


def _each_once(pairs: Iterator[Rename]) -> Iterator[Rename]:
    seen: set[Address] = set()
    for pair in pairs:
        if seen.isdisjoint((pair.old, pair.new)):
            seen |= {pair.old, pair.new}
            yield pair
