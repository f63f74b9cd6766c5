"""Gives an empty database another's exact schema, checks the result before it commits, or changes nothing."""

from __future__ import annotations

import functools
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.services.clone_creating import create, create_by_dump, dump_of
from migration_app.services.clone_job import ALL, What, beside_desired, plan_job
from migration_app.services.connecting import (
    Fingerprint,
    require_confirmation,
    require_distinct,
    require_target,
)
from migration_app.services.history import Recorder, recorded
from migration_app.services.judging import Case, Judgement, judge
from migration_app.services.leaving_out import within_reach
from migration_app.services.scoping import brought_along
from migration_app.services.sides import FileSide, file_side, named, open_sides, read_all, read_answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.engine.diff import Skipped
    from migration_app.engine.model import Address, Statement
    from migration_app.services.clone_job import Job

__all__ = ["Cloned", "Engine", "What", "clone_schema"]

Engine = Literal["native", "pg_dump"]
_VERBS = {True: "would be created", False: "created and verified"}


@dataclass(frozen=True)
class Cloned:
    """What a clone did, or would do."""

    source: Fingerprint | FileSide
    target: Fingerprint | FileSide
    objects: Mapping[str, int]
    """Kind → how many."""
    statements: tuple[Statement, ...]
    skipped: tuple[Skipped, ...]
    brought_along: tuple[Address, ...]
    """What the chosen tables needed."""
    absent: tuple[str, ...]
    """Core tables that were asked for and that the source lacks."""
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
    judge: Judgement | None = None
    """pg_dump's second opinion, where it was asked for."""


def clone_schema(  # noqa: PLR0913 - each of the command's switches
    source: str | Connection[Any],
    target: str | Connection[Any],
    *,
    what: What = ALL,
    dry_run: bool = False,
    recreate: bool = False,
    confirm: str | None = None,
    engine: Engine = "native",
    second_opinion: bool = False,
) -> Cloned:
    """Create in ``target`` every object that ``source`` has, in one transaction, read again before it commits.

    Args:
        source: an alias, an open connection, or ``snapshot:FILE``.
        target: an alias or an open connection, empty or marked as ours; for a dry run ``snapshot:FILE`` as well.
        what: the part wanted; the platform's own and legacy test tables are left out.
        dry_run: plan only.
        recreate: drop what a marked target holds first; needs ``confirm``.
        confirm: ``<database>@<host>`` of the target.
        engine: ``pg_dump`` has PostgreSQL's own tool write the statements; the result is checked all the same.
        second_opinion: have pg_dump compare both sides, too, once the copy is there.

    Raises:
        Refused: the two are one database, or the target isn't ours to change, or holds objects already.
        Unmodelled: the source holds objects of kinds that aren't carried.
        RequirementsMissing: the target lacks what an object needs, an extension's schema for one.
        StatementFailed: the server refused a statement; nothing was changed.
        NotVerified: the result differed; nothing was changed.
        ToolMissing: there is no pg_dump of the source's version or newer.

    """
    started = monotonic()
    arguments = {"source": source, "target": target, "dry_run": dry_run, "recreate": recreate, "engine": engine}
    with recorded("clone_schema", arguments=arguments | vars(what), required=not dry_run) as run, ExitStack() as stack:
        sides = _open(stack, source, target, dry_run=dry_run, engine=engine)
        work = _Work(*sides, run, target if isinstance(target, str) else None, engine)
        job = work.prepare(what, dry_run=dry_run, recreate=recreate)
        if recreate and not dry_run:
            require_confirmation(work.connection, confirm)
        statements, unfilled = work.finish(job, dry_run=dry_run)
        judgement = work.judge(job) if second_opinion and not dry_run else None
        run.outcome("done", f"{sum(1 for _ in job.created)} objects {_VERBS[dry_run]}")
        return Cloned(
            source=named(work.origin),
            target=named(work.copy),
            objects=dict(sorted(Counter(address.kind for address in job.created).items())),
            statements=statements,
            skipped=job.skipped,
            brought_along=brought_along(job.whole, job.chosen),
            absent=job.absent,
            unfilled=unfilled,
            hash=job.desired.hash,
            digest=job.plan.digest,
            applied=not dry_run,
            verified=not dry_run,
            round_trips=sum(getattr(side, "round_trips", 0) for side in sides),
            seconds=monotonic() - started,
            run=run.number,
            judge=judgement,
        )


@dataclass(frozen=True)
class _Work:
    origin: FileSide | Connection[Any]
    copy: FileSide | Connection[Any]
    run: Recorder
    alias: str | None
    engine: Engine

    @property
    def connection(self) -> Connection[Any]:
        """The target, where it isn't a file."""
        if isinstance(self.copy, FileSide):
            raise UsageError("a snapshot file can't be changed", "Name an alias as the target, or add --dry-run.")
        return self.copy

    def prepare(self, what: What, *, dry_run: bool, recreate: bool) -> Job:
        """Guard, read and plan."""
        with self.run.step("check the two databases") as step:
            self._guard(dry_run=dry_run)
            step.detail(source=str(named(self.origin)), target=str(named(self.copy)))
        with self.run.step("read both schemas") as step:
            (whole, current), answer = read_answered((self.origin, self.copy))
            step.detail(source_objects=len(whole.objects), target_objects=len(current.objects))
        with self.run.step("plan") as step:
            by_dump = self.engine == "pg_dump"
            job = plan_job(whole, current, what, (self.origin, self.copy), recreate=recreate, all_kinds=by_dump)
            job = job.held_against(answer)
            step.detail(objects=len(job.desired.objects), statements=len(job.plan), skipped=len(job.skipped))
        self.run.hashes(source=within_reach(job.desired).hash, plan=job.plan.digest)
        return job

    def judge(self, job: Job) -> Judgement:
        """Have pg_dump compare source and copy; the engine has found them the same."""
        with self.run.step("ask pg_dump") as step:
            (copied,) = read_all([self.copy])
            part = beside_desired(copied, job.desired, job.aim)
            out = job.aim.platform | job.aim.exclude_schemas
            case = Case(job.whole, job.desired, copied, part, (), out, partial=job.partial)
            found = judge(self.origin, self.copy, case)
            step.detail(entries=found.entries, disagreements=len(found.disagreements))
            step.outcome("done" if found.agrees else "differences")
            return found

    def _guard(self, *, dry_run: bool) -> None:
        if not isinstance(self.origin, FileSide) and not isinstance(self.copy, FileSide):
            require_distinct(self.origin, self.copy)
        self.run.databases(source=named(self.origin), target=named(self.copy))
        if not dry_run:
            require_target(self.connection, self.alias or self.connection.info.dbname)

    def finish(self, job: Job, *, dry_run: bool) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
        """Create, verify and fill; give the statements, and the materialized views that could not be filled."""
        dumped: tuple[Statement, ...] = ()
        statements = job.plan.statements
        if self.engine == "pg_dump" and not isinstance(self.origin, FileSide):
            with self.run.step("run pg_dump") as step:
                dumped = dump_of(self.origin, job)
                step.detail(entries=len(dumped))
            statements = (*job.clearing, *dumped)
        # Once, and whatever happens: while the server works on them, it costs no time.
        record = functools.cache(partial(self.run.statements, statements))
        if dry_run:
            record()
            return statements, ()
        with ExitStack() as stack, self.run.step("create and verify") as step:
            stack.callback(record)
            if self.engine == "pg_dump":
                record()
                statements = create_by_dump(self.connection, job, self.alias, dumped)
            else:
                statements = create(self.connection, job, self.alias, record)
            step.detail(statements=len(statements), verified=True)
        self.run.applied()
        with self.run.step("fill materialized views"):
            return statements, refresh(self.connection, _views(job))


def _open(
    stack: ExitStack,
    source: str | Connection[Any],
    target: str | Connection[Any],
    *,
    dry_run: bool,
    engine: Engine,
) -> tuple[FileSide | Connection[Any], FileSide | Connection[Any]]:
    """Open both sides; what can't be done with files is said before."""
    origin, copy = file_side(source), file_side(target)
    if copy is not None and not dry_run:
        raise UsageError("a snapshot file can't be changed", "Name an alias as the target, or add --dry-run.")
    if origin is not None and engine == "pg_dump":
        raise UsageError("pg_dump can't read a snapshot file", "Name an alias as the source, or use --engine native.")
    return open_sides(stack, source, target, writable=not dry_run)


def _views(job: Job) -> tuple[str, ...]:
    """Give the views to fill, those that others read first: the plan's order."""
    filled = {view.address: view for view in job.desired.of_kind(MaterializedView) if view.populated}
    order = dict.fromkeys(s.address for s in job.plan if s.address in filled)
    return tuple(filled[address].reference for address in order)
