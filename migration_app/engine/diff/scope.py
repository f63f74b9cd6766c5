"""What takes part: schemas chosen or left out, tables with what they need, families of objects that go together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migration_app.engine.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Address, Object, Snapshot


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a database takes part. Every set may be empty, and then it says nothing."""

    schemas: frozenset[str] = frozenset()
    """Only these, and what they need of the database as a whole."""
    exclude_schemas: frozenset[str] = frozenset()
    platform: frozenset[str] = frozenset()
    """Schemas that the hosting platform keeps; what users add to them takes part all the same."""
    platform_objects: frozenset[Address] = frozenset()
    """What the platform keeps outside of any schema."""
    chosen: frozenset[Address] = frozenset()
    """Only these with what belongs to them, and whatever that needs."""
    left_out: Mapping[Address, str] = field(default_factory=dict)
    """Object → why it doesn't take part, nor what goes along with it."""
    kinds_left_out: Mapping[str, str] = field(default_factory=dict)
    """Kind → why none of its objects takes part."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An object that doesn't take part, and why."""

    address: Address
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of a snapshot that takes part, and the outermost objects of the rest."""

    snapshot: Snapshot
    skipped: tuple[Skipped, ...]


def select(snapshot: Snapshot, scope: Scope) -> Selection:
    """Give the part of the snapshot that is in scope."""
    reasons = _reasons(snapshot, scope)
    if scope.chosen:
        wanted = closure(snapshot, scope.chosen)
        for address, obj in snapshot.objects.items():
            if address not in wanted and not obj.SHARED:
                reasons.setdefault(address, "not chosen")
    skipped = tuple(
        Skipped(address, reason)
        for address, reason in sorted(reasons.items(), key=lambda item: str(item[0]))
        if not _inside(snapshot, address, reasons)
    )
    kept = snapshot.only(lambda address: address not in reasons)
    sightings = tuple(s for s in snapshot.unmodelled if not _schema_reason(s.schema, scope))
    return Selection(kept.seen(sightings), skipped)


def namespace(snapshot: Snapshot, address: Address) -> str | None:
    """Give the schema that the object, or what it is a fact of, lives in; None for the database as a whole."""
    while address.of is not None:
        address = address.of
    obj = snapshot.objects.get(address)
    return obj.namespace if obj is not None else None


def family(snapshot: Snapshot, roots: Iterable[Address]) -> frozenset[Address]:
    """Give the roots and everything that goes along when they are dropped.

    A sequence that is owned by a column of the family, or a partition of a table of it, goes along as long as nothing
    else needs it.
    """
    roots = tuple(roots)
    return frozenset(_family(snapshot, _children(snapshot), roots) if roots else ())


def _family(
    snapshot: Snapshot, children: Mapping[Address, Iterable[Address]], roots: Iterable[Address]
) -> set[Address]:
    found = _descend(children, roots)
    while True:
        facts = {
            address
            for member in found
            for address in snapshot.dependents.get(member, ())
            if address not in found and _carries(snapshot, address)
        }
        if not facts:
            return found
        found |= facts
        for fact in facts:
            # With all that it carries in its turn: a partition may have partitions.
            owned = _family(snapshot, children, [fact.of] if fact.of and fact.of not in found else [])
            if not _needed(snapshot, owned, found):
                found |= owned


def without(snapshot: Snapshot, roots: Iterable[Address]) -> Snapshot:
    """Give the snapshot less the roots' families."""
    gone = family(snapshot, roots)
    return snapshot.only(lambda address: address not in gone)


def needed_by_others(snapshot: Snapshot, members: AbstractSet[Address]) -> Mapping[Address, tuple[Address, ...]]:
    """Give member → the objects outside that need it; empty where the members can go alone."""
    found = {
        member: tuple(sorted((other for other in snapshot.dependents.get(member, ()) if other not in members), key=str))
        for member in members
    }
    return {member: others for member, others in found.items() if others}


def closure(snapshot: Snapshot, roots: Iterable[Address]) -> frozenset[Address]:
    """Give the roots, what belongs to them, and everything that these need, and so on."""
    children = _children(snapshot)
    found: set[Address] = set()
    waiting = list(roots)
    while waiting:
        address = waiting.pop()
        if address in found or address not in snapshot.objects:
            continue
        found.add(address)
        waiting += snapshot.requires.get(address, ())
        waiting += children.get(address, ())
        for dependent in snapshot.dependents.get(address, ()):
            if dependent.of is not None and _carries(snapshot, dependent):
                waiting += (dependent, dependent.of)
    return frozenset(found)


def _left_out(snapshot: Snapshot, left_out: Mapping[Address, str]) -> dict[Address, str]:
    """Give what is left out on purpose and all that goes along, with the reasons."""
    reasons: dict[Address, str] = {}
    whys = sorted(set(left_out.values()))
    for why in whys:
        roots = [address for address, reason in left_out.items() if reason == why]
        reasons |= dict.fromkeys(family(snapshot, roots), why) | reasons
    if len(whys) > 1:
        # What only those need that are left out for another reason goes along with both.
        reasons = dict.fromkeys(family(snapshot, left_out), "goes with what is left out") | reasons
    return reasons


def _reasons(snapshot: Snapshot, scope: Scope) -> dict[Address, str]:
    """Give object → why it doesn't take part."""
    reasons = _left_out(snapshot, scope.left_out)
    facts = []
    for address, obj in snapshot.objects.items():
        if obj.NOT_CARRIED:
            reasons.setdefault(address, obj.NOT_CARRIED)
        if isinstance(obj, Fact):
            facts.append(address)
        elif address not in reasons and not obj.SHARED:
            reason = _reason(snapshot, address, obj, scope)
            if reason:
                reasons[address] = reason
    for address in sorted(facts, key=_depth):
        if address.of in reasons and not (reasons[address.of] == _PLATFORM and _users_own(snapshot, address, scope)):
            reasons.setdefault(address, reasons[address.of])
    if scope.schemas:
        _leave_unneeded(snapshot, reasons)
    return reasons


def _leave_unneeded(snapshot: Snapshot, reasons: dict[Address, str]) -> None:
    """Leave out what belongs to the database as a whole and what nothing that takes part needs."""
    needed = closure(
        snapshot, (address for address in snapshot.objects if address not in reasons and namespace(snapshot, address))
    )
    for address, obj in snapshot.objects.items():
        if address not in needed and not obj.SHARED:
            reasons.setdefault(address, "not needed by the schemas chosen")


_PLATFORM = "belongs to the platform"


def _reason(snapshot: Snapshot, address: Address, obj: Object, scope: Scope) -> str:
    if address in scope.platform_objects:
        return _PLATFORM
    if address.kind in scope.kinds_left_out:
        return scope.kinds_left_out[address.kind]
    schema = obj.namespace
    reason = _schema_reason(schema, scope)
    if reason == _PLATFORM and not scope.platform_objects & snapshot.requires.get(address, frozenset()):
        reason = "" if obj.USERS_ON_PLATFORM or _users_own(snapshot, address, scope) else reason
    if schema is None and _calls_platform(snapshot, address, scope):
        return _PLATFORM
    return reason


def _schema_reason(schema: str | None, scope: Scope) -> str:
    if schema is None:
        return ""
    if schema in scope.platform:
        return _PLATFORM
    if schema in scope.exclude_schemas:
        return "schema excluded"
    if scope.schemas and schema not in scope.schemas:
        return "schema not chosen"
    return ""


def _users_own(snapshot: Snapshot, address: Address, scope: Scope) -> bool:
    """Whether something in the platform's schemas was put there by a user: it needs what lives outside of them."""
    return any(
        (schema := namespace(snapshot, needed)) is not None and schema not in scope.platform
        for needed in snapshot.requires.get(address, ())
    )


def _calls_platform(snapshot: Snapshot, address: Address, scope: Scope) -> bool:
    """Whether an object without a schema, such as an event trigger, runs what the platform keeps."""
    return any(
        not _container(snapshot, needed) and namespace(snapshot, needed) in scope.platform
        for needed in snapshot.requires.get(address, ())
    )


def _inside(snapshot: Snapshot, address: Address, reasons: Mapping[Address, str]) -> bool:
    """Whether the object belongs to another that is skipped too, and so needs no line of its own."""
    return (
        address.of in reasons
        or any(parent in reasons for parent in snapshot.parents.get(address, ()))
        or any(needed in reasons and _container(snapshot, needed) for needed in snapshot.requires.get(address, ()))
    )


def _children(snapshot: Snapshot) -> dict[Address, list[Address]]:
    children: dict[Address, list[Address]] = {}
    for address, parents in snapshot.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(address)
    return children


def _descend(children: Mapping[Address, Iterable[Address]], roots: Iterable[Address]) -> set[Address]:
    found: set[Address] = set()
    waiting = list(roots)
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting += children.get(address, ())
    return found


def _needed(snapshot: Snapshot, members: AbstractSet[Address], also: AbstractSet[Address]) -> bool:
    return any(
        dependent not in members and dependent not in also
        for member in members
        for dependent in snapshot.dependents.get(member, ())
    )


def _container(snapshot: Snapshot, address: Address) -> bool:
    obj = snapshot.objects.get(address)
    return obj is not None and obj.CONTAINS


def _carries(snapshot: Snapshot, address: Address) -> bool:
    obj = snapshot.objects[address]
    return isinstance(obj, Fact) and obj.CARRIES


def _depth(address: Address) -> int:
    depth = 0
    while address.of is not None:
        address, depth = address.of, depth + 1
    return depth
