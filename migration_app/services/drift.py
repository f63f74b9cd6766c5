"""Finds every object in which two databases' schemas differ, and the statements that would mend it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app.engine import diff
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from migration_app.services.connecting import Fingerprint, require_distinct
from migration_app.services.differences import Difference, differences_of
from migration_app.services.history import Recorder, recorded
from migration_app.services.judging import Case, Judgement, judge
from migration_app.services.leaving_out import left_out_of, out_of_reach
from migration_app.services.model_drift import findings_in
from migration_app.services.scoping import beside, scope_of
from migration_app.services.sides import FileSide, named, open_sides, read_alike, read_all, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.diff import Skipped
    from migration_app.engine.model import Change, Sighting, Snapshot, Statement

__all__ = ["Difference", "Drift", "check_drift"]


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
    judge: Judgement | None = None
    """pg_dump's second opinion, where it was asked for."""

    @property
    def identical(self) -> bool:
        """Nothing differs."""
        return not self.differences


def check_drift(  # noqa: PLR0913 - each of the command's switches
    source: str | Connection[Any],
    target: str | Connection[Any],
    *,
    schemas: tuple[str, ...] = (),
    exclude_schemas: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
    sql: bool = False,
    second_opinion: bool = False,
    models: Iterable[str] | None = None,
) -> Drift:
    """Compare two schemas object by object; changes nothing.

    Either side may be an alias, an open connection, or ``snapshot:FILE``. The platform's own part and legacy test
    tables are left out on both sides, and so is what ``skip`` names: kind and address.

    With ``sql``, the statements that mend the target come along; with ``second_opinion``, what pg_dump says;
    with ``models``, where unmanaged models depart from the source: those of the apps named, or without a name the core
    models and what the router reads from there.

    Raises:
        Refused: both sides are proven to be one database.
        RequirementsMissing: with ``sql``, an object needs what the target lacks.

    """
    started = monotonic()
    part = _Part(schemas, exclude_schemas, skip)
    arguments: dict[str, object] = {"source": source, "target": target, **vars(part)}
    with recorded("check_drift", arguments=arguments) as run, ExitStack() as stack:
        sides = open_sides(stack, source, target)
        named = _guard(run, sides)
        held = _read_and_hold(run, sides, part, alike=not second_opinion)
        if models is not None:
            held = _with_models(run, held, sides[0], source, tuple(models))
        judgement = _judge(run, sides, held) if second_opinion else None
        _conclude(run, held, judgement)
        return Drift(
            source=named[0],
            target=named[1],
            differences=held.differences,
            statements=_mending(held, sides[1]) if sql and held.changes else (),
            unmodelled=tuple(dict.fromkeys((*held.left.unmodelled, *held.right.unmodelled))),
            skipped=held.skipped,
            source_hash=held.left.hash,
            target_hash=held.right_hash,
            objects=sum(not obj.SHARED for obj in held.left.objects.values()),
            round_trips={name: getattr(side, "round_trips", 0) for name, side in zip(_NAMES, sides, strict=True)},
            seconds=monotonic() - started,
            run=run.number,
            judge=judgement,
        )


def _read_and_hold(run: Recorder, sides: _Sides, part: _Part, *, alike: bool) -> _Held:
    with run.step("read both schemas") as step:
        origin, copy = read_alike(sides) if alike else read_all(sides)
        step.detail(source_objects=len(origin.objects), target_objects=len(copy.objects))
    with run.step("compare") as step:
        held = _hold(origin, copy, sides, part)
        step.detail(differences=len(held.differences))
        step.outcome("differences" if held.differences else "done")
    return held


def _with_models(
    run: Recorder,
    held: _Held,
    side: FileSide | Connection[Any],
    source: str | Connection[Any],
    models: tuple[str, ...],
) -> _Held:
    with run.step("hold the models to the source") as step:
        found = findings_in(held.origin, side, source, models)
        step.detail(findings=len(found))
        step.outcome("differences" if found else "done")
    return replace(held, differences=(*held.differences, *found))


_NAMES = ("source", "target")
_Sides = tuple["FileSide | Connection[Any]", "FileSide | Connection[Any]"]


def _guard(run: Recorder, sides: _Sides) -> tuple[Fingerprint | FileSide, Fingerprint | FileSide]:
    source, target = sides
    if not isinstance(source, FileSide) and not isinstance(target, FileSide):
        require_distinct(source, target)
    both = named(source), named(target)
    run.databases(source=both[0], target=both[1])
    return both


@dataclass(frozen=True)
class _Part:
    schemas: tuple[str, ...]
    exclude_schemas: tuple[str, ...]
    skip: tuple[str, ...]


@dataclass(frozen=True)
class _Held:
    """Both sides held against each other."""

    origin: Snapshot
    copy: Snapshot
    left: Snapshot
    right: Snapshot
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    skipped: tuple[Skipped, ...]
    out: frozenset[str]
    partial: bool

    @property
    def right_hash(self) -> str:
        """The target's hash: what doesn't differ has the same, so it is worked out once."""
        return self.right.hash if self.changes else self.left.hash


def _hold(origin: Snapshot, copy: Snapshot, sides: _Sides, part: _Part) -> _Held:
    scope = scope_of(
        origin,
        schemas=part.schemas,
        exclude_schemas=part.exclude_schemas,
        left_out=left_out_of(origin, sides[0], skip=part.skip),
        kinds_left_out=out_of_reach(copy, sides[1]),
    )
    selection = diff.select(origin, scope)
    other_scope = beside(scope, copy)
    left = _sighted(selection.snapshot, part.skip)
    right = _sighted(diff.select(copy, other_scope).snapshot, part.skip)
    changes = diff.compare(left, right)
    return _Held(
        origin=origin,
        copy=copy,
        left=left,
        right=right,
        changes=changes,
        differences=differences_of(left, right, changes),
        skipped=selection.skipped,
        out=other_scope.platform | other_scope.exclude_schemas,
        partial=bool(part.schemas),
    )


def _judge(run: Recorder, sides: _Sides, held: _Held) -> Judgement:
    with run.step("ask pg_dump") as step:
        case = Case(held.origin, held.left, held.copy, held.right, held.changes, held.out, partial=held.partial)
        found = judge(*sides, case)
        step.detail(entries=found.entries, differences=len(found.differences), disagreements=len(found.disagreements))
        step.outcome("done" if found.agrees else "differences")
        return found


def _conclude(run: Recorder, held: _Held, judgement: Judgement | None) -> None:
    run.hashes(source=held.left.hash, target=held.right_hash)
    run.findings(held.differences)
    same = not held.differences and (judgement is None or judgement.agrees)
    summary = f"{len(held.differences)} of {len(held.left.objects)} differ"
    if judgement is not None:
        summary += f"; pg_dump disagrees on {len(judgement.disagreements)}"
    run.outcome("done" if same else "differences", summary)


def _sighted(snapshot: Snapshot, skip: tuple[str, ...]) -> Snapshot:
    return snapshot.seen(tuple(each for each in snapshot.unmodelled if str(each) not in skip))


def _mending(held: _Held, side: FileSide | Connection[Any]) -> tuple[Statement, ...]:
    context = Context(role=role_of(side), current=held.copy)
    return plan(diff.compare(held.right, held.left), held.right, held.left, context).statements
