"""Drops the test tables of a production database: listed one by one, backed up, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import catalog, diff, rows
from migration_app.engine.apply import apply as apply_statements
from migration_app.engine.errors import NotVerified, Refused
from migration_app.engine.model import Context, Verb
from migration_app.engine.plan import plan as plan_changes
from migration_app.engine.wording import several
from migration_app.services.analyzing import classify_snapshot
from migration_app.services.connecting import claim, fingerprint, read_only_transaction, session
from migration_app.services.dropping.backup import Backup, Origin
from migration_app.services.dropping.changing import changing, limits, require_leave, touched
from migration_app.services.dropping.decision import Decision, decide
from migration_app.services.dropping.scripts import Restoring
from migration_app.services.dropping.wayback import way_back
from migration_app.services.history import Recorder, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Plan, Snapshot, Statement
    from migration_app.services.connecting import Fingerprint


@dataclass(frozen=True)
class Blocked:
    """A test table that stays, because what isn't a test's needs it."""

    table: str
    dependents: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """A table or object that stays, though its name begins like a test table's."""

    name: str
    reason: str


@dataclass(frozen=True)
class Dropped:
    """What was dropped, or would be; names are qualified and quoted as SQL writes them."""

    database: Fingerprint
    prefix: str
    tables: tuple[str, ...]
    """The test tables of the plan."""
    objects: tuple[str, ...]
    """Test views, sequences, routines and types of the plan: ``kind name``."""
    blocked: tuple[Blocked, ...]
    kept: tuple[Kept, ...]
    hand_overs: tuple[str, ...]
    """Sequences that pass to production, each in a sentence."""
    statements: tuple[Statement, ...]
    digest: str
    backup: Path | None
    cleared: tuple[Path, ...]
    """Unfinished backups of runs that were killed, deleted now."""
    dropped: tuple[str, ...]
    """The tables that are gone now; empty without ``apply``."""
    applied: bool
    rows: Mapping[str, int]
    """Table → rows in the backup."""
    run: int | None
    round_trips: int


def drop_test_tables(  # noqa: PLR0913 - the command's options
    database: str | Connection[Any] = "prod",
    *,
    prefix: str | None = None,
    only: Iterable[str] = (),
    keep: Iterable[str] = (),
    also: Iterable[str] = (),
    backup_dir: str | Path | None = None,
    apply: bool = False,
    confirm: str | None = None,
    digest: str | None = None,
) -> Dropped:
    """Plan the drop of the test tables; with ``apply`` back them up and drop them in one transaction.

    Args:
        database: an alias, whose owner's alias is used with ``apply``; or an open connection in autocommit mode.
        prefix: what the names of test tables begin with, exactly; the setting's where none is given.
        only: tables, and other test objects, to drop; nothing else goes.
        keep: tables and other test objects that stay.
        also: test objects that go though they have nothing to do with the tables.
        backup_dir: where the backup gets its directory; the setting's where none is given.
        apply: do it.
        confirm: the typed ``<database>@<host>``, needed with ``apply``.
        digest: what a dry run printed; a plan that isn't the same any more is refused.

    Raises:
        Refused: without the confirmation, for a stale plan, for a name in ``only`` that is no test table's, while
            another run changes the database.
        UsageError: a name isn't there.
        BackupFailed: the backup can't be written or doesn't read back; nothing was dropped.
        Locked: somebody holds a lock on a table; nothing was dropped.
        StatementFailed: the server refused a statement; nothing was dropped.
        NotVerified: more or less than planned would have changed; nothing was dropped.

    """
    settings = conf.get()
    prefix = settings.prefix if prefix is None else prefix
    only, keep, also = tuple(only), tuple(keep), tuple(also)
    name = database if isinstance(database, str) else str(database.info.dbname)
    arguments: dict[str, object] = {"database": name, "prefix": prefix, "only": only, "keep": keep, "also": also}
    arguments |= {"apply": apply, "confirm": confirm, "digest": digest}
    with (
        recorded("drop_test_tables", arguments=arguments, required=apply) as run,
        session(database, writable=apply) as conn,
    ):
        run.databases(target=fingerprint(conn))
        if apply:
            require_leave(conn, database, confirm)
        work = _planned(conn, run, prefix, only, keep, also)
        if digest is not None and digest != work.plan.digest:
            raise Refused(
                "the plan is not the one that was shown: the schema has moved, or the options differ",
                "Run drop_test_tables without --apply again and read the new plan; nothing was changed.",
            )
        result = work.result(conn, run)
        if apply and work.plan.statements:
            parent = Path(backup_dir) if backup_dir is not None else settings.backup_dir
            result = _carry_out(conn, run, work, parent, result)
        run.outcome("done", _summary(result, applied=apply))
        return replace(result, round_trips=getattr(conn, "round_trips", 0))


@dataclass(frozen=True)
class _Work:
    prefix: str
    decision: Decision
    plan: Plan
    restoring: Restoring

    def result(self, conn: Connection[Any], run: Recorder) -> Dropped:
        decision = self.decision
        return Dropped(
            database=fingerprint(conn),
            prefix=self.prefix,
            tables=tuple(map(str, decision.tables)),
            objects=tuple(f"{address.kind} {address}" for address in decision.objects),
            blocked=tuple(
                Blocked(str(table), tuple(each.text for each in others)) for table, others in decision.blocked.items()
            ),
            kept=tuple(Kept(str(address), reason) for address, reason in decision.kept.items()),
            hand_overs=tuple(each.text for each in decision.hand_overs),
            statements=self.plan.statements,
            digest=self.plan.digest,
            backup=None,
            cleared=(),
            dropped=(),
            applied=False,
            rows={},
            run=run.number,
            round_trips=0,
        )


def _planned(
    conn: Connection[Any],
    run: Recorder,
    prefix: str,
    only: tuple[str, ...],
    keep: tuple[str, ...],
    also: tuple[str, ...],
) -> _Work:
    with run.step("read the catalog") as step:
        snapshot = catalog.read(conn)
        with read_only_transaction(conn):
            published = rows.published(conn)
        step.detail(objects=len(snapshot.objects))
    with run.step("decide what goes and what stays") as step:
        classified = classify_snapshot(snapshot, prefix)
        decision = decide(snapshot, classified, only=only, keep=keep, also=also, published=published)
        step.detail(
            tables=list(map(str, decision.tables)),
            blocked={str(a): [each.text for each in others] for a, others in decision.blocked.items()},
            kept={str(address): reason for address, reason in decision.kept.items()},
            handed_over=[each.text for each in decision.hand_overs],
        )
    context = Context(conn.info.user, snapshot)
    current, desired = decision.current, decision.desired
    plan = plan_changes(diff.compare(current, desired), current, desired, context)
    _require_only_drops(plan, decision)
    run.statements(plan)
    run.hashes(target=plan.current_hash, plan=plan.digest)
    return _Work(prefix, decision, plan, way_back(desired, current, conn.info.user))


def _require_only_drops(plan: Plan, decision: Decision) -> None:
    """Guard 6: raise NotVerified where a statement would touch what isn't to go, sequences handed over aside."""
    passing = {each.old.address for each in decision.hand_overs}
    strange = [
        f"{statement.address.kind} {statement.address}"
        for statement in plan
        if statement.address not in passing
        and (statement.verb is not Verb.DROP or statement.address not in decision.family)
    ]
    if strange:
        raise NotVerified(tuple(strange))


def _carry_out(conn: Connection[Any], run: Recorder, work: _Work, parent: Path, result: Dropped) -> Dropped:
    decision, plan = work.decision, work.plan
    with run.step("begin the backup") as step:
        backup = Backup.begun(parent, result.database.database, run.number)
        step.detail(directory=str(backup.directory), cleared=list(map(str, backup.cleared)))
    counts: dict[str, int] = {}
    origin = Origin(run.number, result.database, conn.info.user, plan.digest)

    def before() -> None:
        claim(conn)
        with run.step("lock the tables"):
            rows.lock(conn, [str(table) for table in decision.tables])
            _require_unmoved(catalog.read(conn, within=True), plan)
        with run.step("back up and read back") as step:
            manifest = backup.write(conn, decision, work.restoring, origin)
            counts.update(manifest.counts)
            step.detail(directory=str(backup.directory), rows=counts)

    def verify() -> None:
        with run.step("verify that nothing else changed"):
            _require_nothing_else(catalog.read(conn, within=True), decision)

    try:
        with changing(conn, touched(decision.current, decision.family)), run.step("drop") as step:
            apply_statements(conn, plan.statements, limits=limits(), before=before, verify=verify)
            step.detail(statements=len(plan), tables=len(decision.tables))
    finally:
        backup.abandon()
    run.applied()
    return replace(
        result, backup=backup.directory, cleared=backup.cleared, dropped=result.tables, applied=True, rows=counts
    )


def _require_unmoved(snapshot: Snapshot, plan: Plan) -> None:
    if snapshot.hash != plan.current_hash:
        raise Refused(
            "the schema has moved since the plan was made",
            "Run the command again and read the new plan; nothing was changed.",
        )


def _require_nothing_else(after: Snapshot, decision: Decision) -> None:
    lost = set(decision.current.unmodelled) - set(after.unmodelled)
    if lost:
        raise Refused(
            f"{', '.join(sorted(map(str, lost)))} would go with the tables, and no backup could bring it back",
            "Drop it yourself first, or keep its table with --keep; nothing was changed.",
        )
    changes = diff.compare(after, decision.desired)
    if changes:
        raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in changes))


def _summary(result: Dropped, *, applied: bool) -> str:
    blocked = f", {len(result.blocked)} held back" if result.blocked else ""
    if applied:
        rows_kept = several(sum(result.rows.values()), "row")
        return f"{several(len(result.dropped), 'test table')} dropped, {rows_kept} backed up{blocked}"
    return f"{several(len(result.tables), 'test table')} would be dropped{blocked}"
