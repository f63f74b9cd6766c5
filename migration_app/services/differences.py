"""Differences between two schemas, as people are told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.model import Severity, Verdict
from migration_app.services.sides import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migration_app.engine.model import Address, Change, Snapshot

# Seen from the source: what compare(source, target) calls added stands in the target only.
_WORDS = {
    Verdict.ADDED: "only in the target",
    Verdict.REMOVED: "missing in the target",
    Verdict.CHANGED: "differs",
}


@dataclass(frozen=True)
class Difference:
    """One object in which the target departs from the source."""

    kind: str
    address: str
    change: Verdict
    """``removed``: the target lacks it; ``added``: only the target has it; ``changed``: both have it, and differ."""
    attributes: Mapping[str, tuple[object, object]]
    """Attribute → (source's, target's); all of them where the object is on one side only."""
    severity: Severity
    secrets: frozenset[str] = frozenset()
    """Attributes whose values may hold passwords."""
    part_of: str | None = None
    """The outermost object with which this one is missing, where the whole of it is on one side only."""

    fix: str = ""
    """The line that mends it, where that isn't a statement: a model's."""

    def shown(self) -> dict[str, tuple[object, object]]:
        """Attribute → (source's, target's) as they may be shown: what may hold a password is hidden."""
        return {
            name: (_masked(values[0]), _masked(values[1])) if name in self.secrets else values
            for name, values in self.attributes.items()
        }

    @property
    def words(self) -> str:
        """The change as a person says it."""
        return _WORDS[self.change]


def _masked(value: object) -> object:
    return None if value is None else HIDDEN


def differences_of(left: Snapshot, right: Snapshot, changes: Sequence[Change]) -> tuple[Difference, ...]:
    """Give the changes from the source (left) to the target as differences, and what no kind models and is alone."""
    sides = {Verdict.REMOVED: left, Verdict.ADDED: right}
    alone = {change.address: sides[change.verdict] for change in changes if change.verdict in sides}
    modelled = (_difference(change, _whole(change.address, alone)) for change in changes)
    return (*modelled, *_sightings(left, right))


def _sightings(left: Snapshot, right: Snapshot) -> Iterator[Difference]:
    """Give the objects that no kind models and that stand on one side only."""
    for verdict, here, there in ((Verdict.REMOVED, left, right), (Verdict.ADDED, right, left)):
        for each in sorted(set(here.unmodelled) - set(there.unmodelled), key=str):
            yield Difference(each.type, each.identity, verdict, {}, Severity.ERROR)


def _whole(address: Address, alone: Mapping[Address, Snapshot]) -> str | None:
    """Give the outermost object that is on one side only and takes this one along."""
    here = address
    seen = {here}
    while here in alone:
        above = [here.of] if here.of else sorted(alone[here].parents.get(here, ()), key=str)
        outer = next((each for each in above if each in alone and each not in seen), None)
        if outer is None:
            break
        here = outer
        seen.add(here)
    return None if here == address else f"{here.kind} {here}"


def _difference(change: Change, part_of: str | None) -> Difference:
    """Give a change from the source to the target as a difference."""
    some = change.new or change.old
    severity = Severity.ERROR if some is None else some.severity_of(change.attributes)
    return Difference(
        kind=change.address.kind,
        address=str(change.address),
        change=change.verdict,
        attributes={
            name: (getattr(change.old, name, None), getattr(change.new, name, None))
            for name in change.attributes or (some.compared() if some is not None else ())
        },
        severity=severity,
        secrets=frozenset() if some is None else some.SECRETS,
        part_of=part_of,
    )
