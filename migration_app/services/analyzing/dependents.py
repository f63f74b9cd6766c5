"""What stays and needs something that is to go: by the catalog's dependencies, and by name in routines' bodies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.diff import family, needed_by_others
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.routine import Routine
from migration_app.engine.kinds.trigger import Trigger
from migration_app.engine.model import Fact
from migration_app.engine.sql import ident, qualified
from migration_app.services.analyzing.naming import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Address, Object, Snapshot

_CONSTRAINTS: Final = {
    "f": "foreign key",
    "p": "primary key",
    "u": "unique constraint",
    "c": "check constraint",
    "x": "exclusion constraint",
}


@dataclass(frozen=True, slots=True)
class Dependent:
    """An object that stays and needs one that is to go."""

    address: Address
    text: str
    """What it is, for a person: ``view public.lab_overview``."""


def dependents_of(snapshot: Snapshot, roots: AbstractSet[Address]) -> Mapping[Address, tuple[Dependent, ...]]:
    """Give root → what outside all the roots' families needs it; nothing for a root that can go with the others."""
    if not roots:
        return {}
    members = family(snapshot, roots)
    found: dict[Address, dict[Address, Dependent]] = {}
    upwards = _upwards(snapshot, members)
    for member, others in needed_by_others(snapshot, members).items():
        for root in _roots_over(member, roots, upwards):
            for other in others:
                obj = snapshot.objects[other]
                found.setdefault(root, {})[other] = Dependent(other, described(obj))
    for root, dependent in _naming(snapshot, roots, members):
        found.setdefault(root, {}).setdefault(dependent.address, dependent)
    return {root: tuple(sorted(others.values(), key=lambda each: each.text)) for root, others in found.items()}


def named(obj: Object, names: AbstractSet[str]) -> bool:
    """Tell whether one of the names is the object's: bare, ``schema.name``, or as SQL quotes it."""
    return obj.path[1] in names or str(obj.address) in names or ".".join(obj.path[:2]) in names


def described(obj: Object) -> str:
    """Give what the object is, for a person."""
    address = obj.address
    if isinstance(obj, Constraint):
        return f"{_CONSTRAINTS[obj.type]} {ident(obj.name)} of {qualified(obj.schema, obj.table)}"
    if isinstance(obj, Fact):
        return f"{_words(address.kind)} of {_words(obj.of.kind)} {obj.of}"
    if address.kind in {"trigger", "policy"}:
        return f"{address.kind} {ident(address.path[-1])} on {qualified(*address.path[:-1])}"
    if address.kind in {"default", "identity"}:
        return f"{address.kind} of column {address}"
    if isinstance(obj, Routine):
        return f"{obj.type.lower()} {address}"
    return f"{_words(address.kind)} {address}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _upwards(snapshot: Snapshot, members: AbstractSet[Address]) -> Mapping[Address, list[Address]]:
    """Give member → what takes it along, the way back to a root."""
    found = {member: [p for p in snapshot.parents.get(member, ()) if p in members] for member in members}
    for member in members:
        obj = snapshot.objects.get(member)
        if isinstance(obj, Fact) and obj.CARRIES and obj.of in members:
            found[obj.of] += [needed for needed in snapshot.requires.get(member, ()) if needed in members]
    return found


def _roots_over(
    member: Address, roots: AbstractSet[Address], upwards: Mapping[Address, list[Address]]
) -> Iterator[Address]:
    waiting, seen = [member], {member}
    while waiting:
        here = waiting.pop()
        if here in roots:
            yield here
            continue
        above = [each for each in upwards.get(here, ()) if each not in seen]
        seen.update(above)
        waiting += above


def _naming(
    snapshot: Snapshot, roots: Iterable[Address], members: AbstractSet[Address]
) -> Iterator[tuple[Address, Dependent]]:
    """Give what names a root in a text that PostgreSQL doesn't read: a routine's body, a trigger's arguments."""
    by_name: dict[str, list[Address]] = {}
    for root in roots:
        by_name.setdefault(snapshot.objects[root].path[1], []).append(root)
    names = by_name.keys()
    for obj in snapshot.objects.values():
        if not isinstance(obj, Routine | Trigger) or obj.address in members:
            continue
        for name in mentioned(obj.definition, names):
            for root in by_name[name]:
                yield root, Dependent(obj.address, f"{described(obj)}, which names it")
