"""Brings a database to another's schema by the statements that this takes, and keeps its rows."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog
from migration_app.engine.errors import NotVerified, Refused, StatementFailed, UsageError
from migration_app.engine.wording import several
from migration_app.services.connecting import (
    claim,
    require_confirmation,
    require_distinct,
    require_target,
    session,
)
from migration_app.services.history import Recorder, recorded
from migration_app.services.leaving_out import within_reach
from migration_app.services.migrating import Script, write_migration
from migration_app.services.sides import FileSide, file_side, named, read_all, role_of
from migration_app.services.syncing import rehearsing
from migration_app.services.syncing.gate import allowed_on, not_allowed, require_allowed
from migration_app.services.syncing.looking import (
    busy_tables,
    done_before,
    harmful,
    prefixed,
    require_room,
    rows_in_the_way,
    rows_lost,
    spared,
    values_lost,
    without_invalid,
)
from migration_app.services.syncing.options import ALL, Wanted, Writing, allowed_by
from migration_app.services.syncing.planning import Job, job_of, order_differs
from migration_app.services.syncing.proving import require_tried
from migration_app.services.syncing.renames import Renamed, renamed
from migration_app.services.syncing.result import NOT_REHEARSED, Rehearsal, Synced
from migration_app.services.syncing.sharing import shares
from migration_app.services.syncing.wayback import way_back

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

    from migration_app.engine.model import Hazard, Snapshot, Statement
    from migration_app.services.syncing.result import Breaking


def sync_schema(  # noqa: PLR0913 - the command's options
    source: str | Connection[Any] = "prod",
    target: str | Connection[Any] = "test",
    *,
    wanted: Wanted = ALL,
    apply: bool = False,
    confirm: str | None = None,
    digest: str | None = None,
    rehearse: bool | None = None,
    write: Writing | None = None,
) -> Synced:
    """Plan what brings ``target`` to the source's schema; with ``apply`` do it, and check the result.

    Args:
        source: an alias, an open connection, or ``snapshot:FILE``.
        target: an alias or an open connection; marked as ours, or production with ``confirm``. For a plan only,
            ``snapshot:FILE`` as well: rows aren't looked at then, and what production keeps is kept.
        wanted: the part of the difference that is wanted, and what it may do.
        apply: run the plan.
        confirm: ``<database>@<host>`` of the target, needed on production with ``apply``.
        digest: what an earlier call showed; another plan is refused.
        rehearse: try the plan on a scratch database first; unsaid, with ``apply`` where one can be made.
        write: write the plan as a migration, with its way back; needs no ``apply``.

    Raises:
        Refused: by a guard: one database, no mark, no confirmation, a hazard not allowed, a stale plan.
        Unmodelled: the source holds objects of kinds that aren't carried.
        StatementFailed: the server refused a statement.
        NotVerified: the result differed; nothing was changed.

    """
    started = monotonic()
    arguments = {"source": source, "target": target, "apply": apply, "confirm": confirm, "digest": digest}
    with recorded("sync_schema", arguments={**arguments, **vars(wanted)}, required=apply) as run, ExitStack() as stack:
        file = file_side(target)
        if file is not None:
            _require_plan_only(apply=apply, rehearse=bool(rehearse), wanted=wanted, write=write)
        origin = file_side(source) or stack.enter_context(session(source))
        copy = file or stack.enter_context(session(target, writable=apply))
        sync = _Sync(run, origin, copy, target, wanted, apply)
        sync.guard(confirm)
        job = sync.plan()
        run.hashes(source=within_reach(job.desired).hash, target=job.shares.current.hash, plan=job.plan.digest)
        run.statements(job.plan)
        if digest is not None and digest != job.plan.digest:
            raise Refused(
                "the plan is not the one that was shown: a schema has moved, or the options differ",
                "Run sync_schema without --apply again and read the new plan; nothing was changed.",
            )
        if job.planned and (apply if rehearse is None else rehearse):
            job = sync.rehearse(job, insist=bool(rehearse))
        if write is not None and job.planned:
            sync.write(job, write)
        if apply and job.planned:
            sync.carry_out(job)
        run.outcome("done", _summary(job, applied=apply))
        return sync.result(job, started)


@dataclass
class _Sync:
    run: Recorder
    origin: FileSide | Connection[Any]
    copy: FileSide | Connection[Any]
    target: str | Connection[Any]
    wanted: Wanted
    apply: bool
    before: Snapshot = field(init=False)
    usual: Job = field(init=False)
    """The plan in as few transactions as can be."""
    undo: tuple[Statement, ...] = ()
    written: tuple[Path, ...] = ()
    breaking: tuple[Breaking, ...] = ()
    losing: tuple[Breaking, ...] = ()
    rehearsal: Rehearsal = NOT_REHEARSED

    @property
    def connection(self) -> Connection[Any]:
        """The target, where it isn't a file."""
        if isinstance(self.copy, FileSide):
            raise _no_file()
        return self.copy

    @property
    def production(self) -> bool:
        # Whose schema a file holds is not known: it is treated with production's care.
        if isinstance(self.copy, FileSide):
            return True
        return isinstance(self.target, str) and conf.get().is_production(self.target)

    @property
    def allowed(self) -> frozenset[Hazard]:
        return allowed_on(production=self.production) | allowed_by(self.wanted.allow)

    def guard(self, confirm: str | None) -> None:
        """Guards 2, 3 and 5."""
        if not isinstance(self.origin, FileSide) and not isinstance(self.copy, FileSide):
            require_distinct(self.origin, self.copy)
        found = named(self.copy)
        self.run.databases(source=named(self.origin), target=found)
        if not self.apply:
            return
        if self.production or confirm is not None:
            require_confirmation(self.connection, confirm)
        if not self.production:
            require_target(self.connection, self.target if isinstance(self.target, str) else found.database)

    def plan(self) -> Job:
        """Read both sides and plan."""
        with self.run.step("read both schemas") as step:
            origin, self.before = read_all([self.origin, self.copy])
            whole = self.before
            step.detail(source_objects=len(origin.objects), target_objects=len(whole.objects))
        with self.run.step("plan") as step:
            sides = (self.origin, self.copy)
            part = shares(origin, whole, sides, self.wanted, production=self.production)
            current, clearing = without_invalid(part.current)
            moved = Renamed(replace(part, current=current), whole)
            if self.wanted.rename:
                moved = renamed(moved.shares, whole, self.wanted.rename, self.connection)
            job = job_of(moved.shares, moved.whole, self.wanted, role_of(self.copy))
            step.detail(statements=len(job.plan), held_back=len(job.choice.held))
        self.undo = moved.undo
        if isinstance(self.copy, FileSide):
            self.usual = prefixed(harmful(job, values_lost(job)), clearing)
            return self.usual
        with self.run.step("look at the rows") as step:
            busy = busy_tables(job, self.copy)
            self.breaking, self.losing = rows_in_the_way(job, self.copy, busy), rows_lost(job, self.copy)
            step.detail(tables_with_rows=len(busy), in_the_way={str(e.address): e.rows for e in self.breaking})
        job = harmful(job, {each.address for each in self.losing})
        self.usual = prefixed(job, moved.planned)
        job = spared(job, frozenset() if self.wanted.one_transaction else busy)
        return prefixed(job, (*clearing, *moved.planned))

    def rehearse(self, job: Job, *, insist: bool) -> Job:
        """Try the plan on a scratch database."""
        if self.apply:
            require_allowed(job.plan, self.allowed | rehearsing.MEASURED)
            require_room(self.breaking)
        with self.run.step("rehearse on a scratch database") as step:
            job, self.rehearsal = rehearsing.rehearse(job, self.before, self.connection, insist=insist)
            step.detail(rehearsed=self.rehearsal.done, reason=self.rehearsal.reason)
        return job

    def write(self, job: Job, writing: Writing) -> None:
        """Write the plan and its way back as files."""
        with self.run.step("write the migration") as step:
            # The Supabase CLI runs a file as one transaction.
            if writing.style == "supabase":
                job = self.usual
            back, reason = way_back(job, self.undo, role_of(self.copy))
            title = f"{named(self.origin)} → {named(self.copy)}, plan {job.plan.digest}"
            aliases = writing.aliases or ((self.target,) if isinstance(self.target, str) else ("default",))
            script = Script(writing.name, title, job.plan.statements, back, aliases, reason)
            self.written = write_migration(script, writing.style, writing.directory)
            step.detail(files=[str(path) for path in self.written])

    def carry_out(self, job: Job) -> None:
        """Run the plan: what isn't allowed stops it first."""
        require_allowed(job.plan, self.allowed)
        require_room(self.breaking)
        copy = self.connection
        if self.production:
            require_tried(within_reach(job.shares.desired).hash, self.origin)
        settings = conf.get()
        limits = applying.Limits(round(settings.lock_timeout * 1000), round(settings.statement_timeout * 1000))

        def before() -> None:
            claim(copy)
            if catalog.read(copy, within=True).hash != self.before.hash:
                raise Refused(
                    "the target's schema has moved since the plan was made",
                    "Run sync_schema again and read the new plan; nothing was changed.",
                )

        def verify() -> None:
            reached = catalog.read(copy, within=True)
            rest = job.rest(reached, copy.info.user)
            if rest and not not_allowed(rest, self.allowed):
                applying.within(copy, rest)
                reached = catalog.read(copy, within=True)
            left = job.left(reached)
            if left:
                raise NotVerified(tuple(f"{each.address.kind} {each.address}" for each in left))

        with self.run.step("apply and verify") as step:
            try:
                applying.apply(copy, job.plan.statements, limits=limits, before=before, verify=verify)
            except StatementFailed as error:
                raise self.cleared_up(job, error) from error
            step.detail(statements=len(job.plan), verified=True)
        self.run.applied()

    def cleared_up(self, job: Job, error: StatementFailed) -> StatementFailed:
        """Drop what a failed build left, and say what stays done and what is left."""
        done = done_before(job.plan.statements, error.number)
        self.run.applied(through=done)
        _, clearing = without_invalid(catalog.read(self.connection))
        left_here = [each.statement for each in clearing if each.statement.address not in self.before.objects]
        if left_here:
            applying.apply(self.connection, left_here)
        if not done:
            return error
        left = len(job.plan) - done
        advice = f"Statements 1 to {done} stay done and {left} are left: mend it, then sync_schema goes on from there."
        return replace(error, advice=advice)

    def result(self, job: Job, started: float) -> Synced:
        """Give what happened."""
        done = self.apply
        return Synced(
            source=named(self.origin),
            target=named(self.copy),
            production=self.production,
            planned=job.planned,
            digest=job.plan.digest,
            not_allowed=not_allowed(job.plan, self.allowed),
            breaking=self.breaking,
            losing=self.losing,
            held=job.choice.held,
            along=job.choice.along,
            skipped=job.shares.skipped,
            unmodelled=job.shares.unmodelled,
            order_differs=order_differs(job.shares),
            rehearsal=self.rehearsal,
            written=self.written,
            applied=done and bool(job.planned),
            verified=done,
            round_trips=sum(getattr(side, "round_trips", 0) for side in (self.origin, self.copy)),
            seconds=monotonic() - started,
            run=self.run.number,
        )


def _no_file() -> UsageError:
    return UsageError("a snapshot file can't be changed", "Name an alias as the target, or leave out --apply.")


def _require_plan_only(*, apply: bool, rehearse: bool, wanted: Wanted, write: Writing | None) -> None:
    """Raise UsageError for what takes a connection to the target."""
    if apply:
        raise _no_file()
    if rehearse or wanted.rename:
        raise UsageError(
            f"{'a rehearsal' if rehearse else 'a rename'} needs a scratch database beside the target, not a file",
            "Leave it out, or name an alias as the target.",
        )
    if write is not None and write.style == "django" and not write.aliases:
        raise UsageError("a Django migration is for an alias, not for a file", "Name it with --alias.")


def _summary(job: Job, *, applied: bool) -> str:
    if not job.planned:
        return "nothing to do"
    verb = "run and verified" if applied else "planned"
    held = f", {several(len(job.choice.held), 'change')} held back" if job.choice.held else ""
    return f"{several(len(job.planned), 'statement')} {verb}{held}"
