"""Gives an empty database another's exact schema, checks the result before it commits, or changes nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from shlex import quote
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply, catalog, diff
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import NotVerified, Refused, StatementFailed, Unmodelled
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.model import Context, Plan
from migration_app.engine.plan import plan
from migration_app.services.connecting import (
    Fingerprint,
    fingerprint,
    require_confirmation,
    require_distinct,
    require_target,
    session,
    write_mark,
)
from migration_app.services.history import Recorder, recorded
from migration_app.services.leaving_out import left_out_of
from migration_app.services.scoping import beside, brought_along, chosen_tables, core_tables, scope_of
from migration_app.services.sides import FileSide, file_side, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.diff import Scope, Skipped
    from migration_app.engine.model import Address, Snapshot, Statement

_INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True)
class What:
    """Which part of the source is wanted."""

    schemas: tuple[str, ...] = ()
    exclude_schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    core: bool = False
    include_legacy: bool = False
    include_outbound: bool = False
    """Webhooks, functions that call production, foreign servers and user mappings, too."""
    skip: tuple[str, ...] = ()
    """Objects to leave out on purpose, carried or not: kind and address, as a refusal or an error names them."""


@dataclass(frozen=True)
class Cloned:
    """What a clone did, or would do."""

    source: Fingerprint | FileSide
    target: Fingerprint
    objects: Mapping[str, int]
    """Kind → how many."""
    statements: tuple[Statement, ...]
    skipped: tuple[Skipped, ...]
    brought_along: tuple[Address, ...]
    """What the chosen tables needed."""
    unfilled: tuple[str, ...]
    """Materialized views that could not be filled, with the reason."""
    hash: str
    """Of the schema, as ``check_drift`` prints it."""
    digest: str
    applied: bool
    verified: bool
    round_trips: int
    seconds: float
    run: int | None


def clone_schema(
    source: str | Connection[Any],
    target: str | Connection[Any],
    *,
    what: What = What(),
    dry_run: bool = False,
    recreate: bool = False,
    confirm: str | None = None,
) -> Cloned:
    """Create in ``target`` every object that ``source`` has, in one transaction, read again before it commits.

    Args:
        source: an alias, an open connection, or ``snapshot:FILE``.
        target: an alias or an open connection; empty, or marked as ours.
        what: the part wanted; the platform's own and legacy test tables are left out.
        dry_run: plan only.
        recreate: drop what a marked target holds first; needs ``confirm``.
        confirm: ``<database>@<host>`` of the target.

    Raises:
        Refused: the two are one database, or the target isn't ours to change, or holds objects already.
        Unmodelled: the source holds objects of kinds that aren't carried.
        RequirementsMissing: the target lacks what an object needs, an extension's schema for one.
        StatementFailed: the server refused a statement; nothing was changed.
        NotVerified: the result differed; nothing was changed.

    """
    started = monotonic()
    arguments = {"source": source, "target": target, "dry_run": dry_run, "recreate": recreate, **vars(what)}
    with recorded("clone_schema", arguments=arguments, required=not dry_run) as run, ExitStack() as stack:
        origin = file_side(source) or stack.enter_context(session(source))
        copy = stack.enter_context(session(target, writable=True))
        with run.step("check the two databases") as step:
            found = _guard(run, origin, copy, target, dry_run=dry_run)
            step.detail(source=str(_named(origin)), target=str(found))
        with run.step("read both schemas") as step:
            whole, current = read_all([origin, copy])
            step.detail(source_objects=len(whole.objects), target_objects=len(current.objects))
        with run.step("plan") as step:
            job = _job(whole, current, what, (origin, copy), recreate=recreate)
            step.detail(objects=len(job.desired.objects), statements=len(job.plan), skipped=len(job.skipped))
        if recreate and not dry_run:
            require_confirmation(copy, confirm)
        run.hashes(source=job.desired.hash, plan=job.plan.digest)
        run.statements(job.plan)
        unfilled: tuple[str, ...] = ()
        if not dry_run:
            with run.step("create and verify") as step:
                _create(copy, job, target)
                step.detail(statements=len(job.plan), verified=True)
            run.applied()
            with run.step("fill materialized views"):
                unfilled = refresh(copy, _views(job))
        verb = "would be created" if dry_run else "created and verified"
        run.outcome("done", f"{len(job.desired.objects)} objects {verb}")
        return Cloned(
            source=_named(origin),
            target=found,
            objects=dict(sorted(Counter(address.kind for address in job.created).items())),
            statements=job.plan.statements,
            skipped=job.skipped,
            brought_along=brought_along(whole, job.chosen),
            unfilled=unfilled,
            hash=job.desired.hash,
            digest=job.plan.digest,
            applied=not dry_run,
            verified=not dry_run,
            round_trips=sum(getattr(side, "round_trips", 0) for side in (origin, copy)),
            seconds=monotonic() - started,
            run=run.number,
        )


@dataclass(frozen=True)
class _Job:
    desired: Snapshot
    plan: Plan
    skipped: tuple[Skipped, ...]
    chosen: frozenset[Address]
    aim: Scope

    @property
    def created(self) -> Iterable[Address]:
        return (address for address, obj in self.desired.objects.items() if not obj.SHARED)


def _named(side: FileSide | Connection[Any]) -> Fingerprint | FileSide:
    return side if isinstance(side, FileSide) else fingerprint(side)


def _guard(
    run: Recorder,
    origin: FileSide | Connection[Any],
    copy: Connection[Any],
    target: str | Connection[Any],
    *,
    dry_run: bool,
) -> Fingerprint:
    if not isinstance(origin, FileSide):
        require_distinct(origin, copy)
    found = fingerprint(copy)
    run.databases(source=_named(origin), target=found)
    if not dry_run:
        require_target(copy, target if isinstance(target, str) else found.database)
    return found


def _job(
    whole: Snapshot,
    current: Snapshot,
    what: What,
    sides: tuple[FileSide | Connection[Any], Connection[Any]],
    *,
    recreate: bool,
) -> _Job:
    origin, copy = sides
    named = (*what.tables, *(core_tables() if what.core else ()))
    chosen = chosen_tables(whole, named)
    left_out = left_out_of(
        whole, origin, legacy=not what.include_legacy, outbound=not what.include_outbound, skip=what.skip
    )
    left_out = {address: reason for address, reason in left_out.items() if address not in chosen}
    scope = scope_of(
        whole, schemas=what.schemas, exclude_schemas=what.exclude_schemas, chosen=chosen, left_out=left_out
    )
    selection = diff.select(whole, scope)
    desired = selection.snapshot
    unmodelled = [str(sighting) for sighting in desired.unmodelled if str(sighting) not in what.skip]
    if unmodelled:
        raise Unmodelled(tuple(unmodelled))
    aim = beside(scope, current)
    there = _beside(current, desired, aim)
    context = Context(role=copy.info.user, current=current)
    clearing: tuple[Statement, ...] = ()
    if recreate:
        clearing, there, context = _clear(there, context)
    _require_empty(there)
    made = plan(diff.compare(there, desired), there, desired, context)
    whole_plan = Plan((*clearing, *made.statements), current.hash)
    return _Job(desired, whole_plan, selection.skipped, chosen, aim)


def _beside(other: Snapshot, desired: Snapshot, aim: Scope) -> Snapshot:
    """Give what of the target is held against the part wanted: all of it, unless only a part is wanted."""
    if aim.schemas or aim.chosen:
        return other.only(lambda address: address in desired.objects)
    return diff.select(other, aim).snapshot


def _in_schema(snapshot: Snapshot, address: Address) -> bool:
    """Whether the object is a user's: it lives in a schema, or is one that doesn't come with the database."""
    while address.of is not None:
        address = address.of
    obj = snapshot.objects[address]
    return obj.namespace is not None and not obj.LATE and not (obj.CONTAINS and obj.namespace == "public")


def _require_empty(there: Snapshot) -> None:
    held = [
        f"{address.kind} {address}"
        for address in there.objects
        if address.of is None and _in_schema(there, address) and not there.parents.get(address)
    ]
    if held:
        shown = ", ".join(sorted(held)[:3])
        raise Refused(
            f"the target already holds {len(held)} object(s): {shown}",
            "Use sync_schema to bring it to the source's schema and keep its rows, or --recreate to start anew.",
        )


def _clear(there: Snapshot, context: Context) -> tuple[tuple[Statement, ...], Snapshot, Context]:
    """Give the statements that empty the target, and what is left then."""
    rest = there.only(lambda address: not _in_schema(there, address))
    statements = plan(diff.compare(there, rest), there, rest, context).statements
    gone = there.objects.keys() - rest.objects.keys()
    left = context.current.only(lambda address: address not in gone)
    return statements, rest, Context(role=context.role, current=left)


def _create(copy: Connection[Any], job: _Job, target: str | Connection[Any]) -> None:
    settings = conf.get()

    def mark() -> None:
        role = settings.role(target) if isinstance(target, str) else None
        write_mark(copy, role or "test")

    def verify() -> None:
        result = catalog.read(copy, within=True)
        left = diff.compare(_beside(result, job.desired, job.aim), job.desired)
        if left:
            raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))

    limits = apply.Limits(
        lock_timeout=round(settings.lock_timeout * 1000), statement_timeout=round(settings.statement_timeout * 1000)
    )
    try:
        apply.apply(copy, job.plan.statements, limits=limits, before=mark, verify=verify)
    except StatementFailed as error:
        if error.sqlstate == _INSUFFICIENT_PRIVILEGE:
            raise replace(error, advice=f"{error.advice} Or leave it out: --skip {quote(error.address)}.") from error
        raise


def _views(job: _Job) -> tuple[str, ...]:
    """Give the views to fill, those that others read first: the plan's order."""
    filled = {view.address: view for view in job.desired.of_kind(MaterializedView) if view.populated}
    order = dict.fromkeys(s.address for s in job.plan if s.address in filled)
    return tuple(filled[address].reference for address in order)
