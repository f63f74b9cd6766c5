"""Finds every object in which two databases' schemas differ, and the statements that would mend it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app.engine import diff
from migration_app.engine.model import Context, Severity, Verdict
from migration_app.engine.plan import plan
from migration_app.services.connecting import Fingerprint, fingerprint, require_distinct, session
from migration_app.services.history import recorded
from migration_app.services.leaving_out import left_out_of
from migration_app.services.scoping import beside, scope_of
from migration_app.services.sides import HIDDEN, FileSide, file_side, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from migration_app.engine.diff import Skipped
    from migration_app.engine.model import Address, Change, Sighting, Snapshot, Statement

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


@dataclass(frozen=True)
class Drift:
    """What a comparison of two schemas found."""

    source: Fingerprint | FileSide
    target: Fingerprint | FileSide
    differences: tuple[Difference, ...]
    statements: tuple[Statement, ...]
    """What would bring the target to the source's schema, where it was asked for."""
    unmodelled: tuple[Sighting, ...]
    """Objects of kinds that aren't compared, on either side."""
    skipped: tuple[Skipped, ...]
    source_hash: str
    target_hash: str
    objects: int
    """How many of the source's objects were compared."""
    round_trips: Mapping[str, int]
    """``source`` and ``target`` → waits for the server."""
    seconds: float
    run: int | None

    @property
    def identical(self) -> bool:
        """Nothing differs."""
        return not self.differences


def check_drift(
    source: str | Connection[Any],
    target: str | Connection[Any],
    *,
    schemas: tuple[str, ...] = (),
    exclude_schemas: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
    sql: bool = False,
) -> Drift:
    """Compare two schemas object by object; changes nothing.

    Either side may be an alias, an open connection, or ``snapshot:FILE``. The platform's own part and legacy test
    tables are left out on both sides, and so is what ``skip`` names: kind and address.

    With ``sql``, the statements that mend the target come along.

    Raises:
        Refused: both sides are proven to be one database.
        RequirementsMissing: with ``sql``, an object needs what the target lacks.

    """
    started = monotonic()
    arguments = {
        "source": source,
        "target": target,
        "schemas": schemas,
        "exclude_schemas": exclude_schemas,
        "skip": skip,
    }
    with recorded("check_drift", arguments=arguments) as run, ExitStack() as stack:
        sides = [file_side(name) or stack.enter_context(session(name)) for name in (source, target)]
        if not any(isinstance(side, FileSide) for side in sides):
            require_distinct(*sides)  # type: ignore[arg-type]
        named = [side if isinstance(side, FileSide) else fingerprint(side) for side in sides]
        run.databases(source=named[0], target=named[1])
        with run.step("read both schemas") as step:
            origin, copy = read_all(sides)
            step.detail(source_objects=len(origin.objects), target_objects=len(copy.objects))
        with run.step("compare") as step:
            left, right, skipped = _shares(origin, copy, sides[0], _Part(schemas, exclude_schemas, skip))
            differences = _differences(left, right)
            step.detail(differences=len(differences))
            step.outcome("differences" if differences else "done")
        statements = _mending(left, right, copy, sides[1]) if sql and differences else ()
        run.hashes(source=left.hash, target=right.hash)
        run.findings(differences)
        run.outcome("differences" if differences else "done", f"{len(differences)} of {len(left.objects)} differ")
        return Drift(
            source=named[0],
            target=named[1],
            differences=differences,
            statements=statements,
            unmodelled=tuple(dict.fromkeys((*left.unmodelled, *right.unmodelled))),
            skipped=skipped,
            source_hash=left.hash,
            target_hash=right.hash,
            objects=len(left.objects),
            round_trips={
                name: getattr(side, "round_trips", 0) for name, side in zip(("source", "target"), sides, strict=True)
            },
            seconds=monotonic() - started,
            run=run.number,
        )


@dataclass(frozen=True)
class _Part:
    schemas: tuple[str, ...]
    exclude_schemas: tuple[str, ...]
    skip: tuple[str, ...]


def _shares(
    origin: Snapshot,
    copy: Snapshot,
    side: FileSide | Connection[Any],
    part: _Part,
) -> tuple[Snapshot, Snapshot, tuple[Skipped, ...]]:
    """Give the parts of both sides that are compared, and what of the source is not."""
    left_out = left_out_of(origin, side, skip=part.skip)
    scope = scope_of(origin, schemas=part.schemas, exclude_schemas=part.exclude_schemas, left_out=left_out)
    selection = diff.select(origin, scope)
    other = diff.select(copy, beside(scope, copy))
    return _sighted(selection.snapshot, part.skip), _sighted(other.snapshot, part.skip), selection.skipped


def _sighted(snapshot: Snapshot, skip: tuple[str, ...]) -> Snapshot:
    return snapshot.seen(tuple(each for each in snapshot.unmodelled if str(each) not in skip))


def _masked(value: object) -> object:
    return None if value is None else HIDDEN


def _differences(left: Snapshot, right: Snapshot) -> tuple[Difference, ...]:
    changes = diff.compare(left, right)
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


def _mending(
    desired: Snapshot, there: Snapshot, whole: Snapshot, side: FileSide | Connection[Any]
) -> tuple[Statement, ...]:
    role = "postgres" if isinstance(side, FileSide) else side.info.user
    return plan(diff.compare(there, desired), there, desired, Context(role=role, current=whole)).statements
