"""Brings dropped test tables back from their backup: definitions, rows, grants, comments, sequence positions."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import catalog, diff, rows
from migration_app.engine.apply import Pause, within
from migration_app.engine.apply import apply as apply_statements
from migration_app.engine.errors import NotVerified, Refused, UsageError
from migration_app.engine.kinds.sequence_owner import SequenceOwner
from migration_app.engine.model import Address, Context, Plan
from migration_app.engine.plan import plan
from migration_app.models.history import Run
from migration_app.services.connecting import claim, fingerprint, session
from migration_app.services.dropping import files
from migration_app.services.dropping.backup import require_rows
from migration_app.services.dropping.changing import changing, limits, require_leave
from migration_app.services.dropping.manifest import NAME, SNAPSHOT, Manifest, load
from migration_app.services.dropping.scripts import Restoring
from migration_app.services.dropping.wayback import way_back
from migration_app.services.history import Recorder, recorded, run_number, steps_done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.engine.model import Change, Snapshot, Statement
    from migration_app.services.connecting import Fingerprint

_DROP: Final = "drop_test_tables"
_SHOWN: Final = 5


@dataclass(frozen=True)
class Restored:
    """What was brought back, or would be."""

    database: Fingerprint
    backup: Path
    tables: Mapping[str, int]
    """Table → rows in the backup."""
    statements: tuple[Statement, ...]
    digest: str
    restored: Mapping[str, int]
    """Table → rows that are back now; empty without ``apply``."""
    run: int | None
    round_trips: int


def restore_test_tables(
    run: int,
    *,
    database: str | Connection[Any] | None = None,
    apply: bool = False,
    confirm: str | None = None,
) -> Restored:
    """Plan the way back of a ``drop_test_tables`` run; with ``apply`` go it, in one transaction.

    Args:
        run: the number of the run that dropped the tables, or of the run around it.
        database: the alias of the database; the run's where none is given.
        apply: do it.
        confirm: the typed ``<database>@<host>``, needed with ``apply``.

    Raises:
        UsageError: there is no such run, or it made no backup.
        BackupFailed: the backup is spoilt.
        Refused: without the confirmation, in another database, where a name is taken by now, while another run
            changes the database.
        NotVerified: what was brought back is not what was dropped; nothing was changed.

    """
    dropping = _dropping(run)
    alias = database if database is not None else str(dropping.arguments.get("database") or "prod")
    shown = alias if isinstance(alias, str) else alias.info.dbname
    arguments = {"run": run, "database": shown, "apply": apply, "confirm": confirm}
    with (
        recorded("restore_test_tables", arguments=arguments, required=apply) as record,
        session(alias, writable=apply) as conn,
    ):
        record.databases(target=fingerprint(conn))
        if apply:
            require_leave(conn, alias, confirm)
        with record.step("read the backup") as step:
            directory, manifest, before = _backup(dropping, fingerprint(conn))
            step.detail(directory=str(directory), rows=dict(manifest.counts))
        with record.step("plan the way back"):
            work = _planned(conn, manifest, before)
        record.statements(work.restoring.all)
        record.hashes(target=work.plan.current_hash, plan=work.plan.digest)
        if apply:
            _carry_out(conn, record, work, directory)
        done = manifest.counts if apply else {}
        record.outcome("done", f"{len(manifest.names)} tables {'restored' if apply else 'can be restored'}")
        return Restored(
            database=fingerprint(conn),
            backup=directory,
            tables=manifest.counts,
            statements=work.restoring.all,
            digest=work.plan.digest,
            restored=done,
            run=record.number,
            round_trips=getattr(conn, "round_trips", 0),
        )


def _dropping(number: int) -> Run:
    """Give the run that dropped tables: the one named, or one inside of it."""
    run = run_number(number)
    if run.command == _DROP:
        return run
    inner = Run.objects.using(run._state.db).filter(parent=run, command=_DROP).order_by("-number").first()
    if inner is None:
        raise UsageError(f"run {number} is {run.command}, which drops nothing", "Give the run of a drop_test_tables.")
    return inner


def _backup(dropping: Run, found: Fingerprint) -> tuple[Path, Manifest, Snapshot]:
    """Give the run's backup once all of its checksums are right."""
    detail = steps_done(dropping).get("back up and read back", {})
    if not detail.get("directory"):
        raise UsageError(f"run {dropping.number} made no backup", "Only a drop with --apply makes one.")
    directory = Path(str(detail["directory"]))
    with files.failures(directory / NAME):
        manifest = load((directory / NAME).read_text(encoding="utf-8"), str(directory / NAME))
    if manifest.identity != found.identity:
        raise Refused(
            f"the backup is of {manifest.database}, and {found} is another database",
            f"To bring the tables there: psql -X -f restore.sql, in {directory}.",
        )
    for name, expected in manifest.files.items():
        if files.sha256(directory / name) != expected:
            raise files.BackupFailed(directory / name, "its checksum is not the manifest's", "Nothing was changed.")
    for table in manifest.tables:
        if table.file:
            require_rows(directory, table)
    with files.failures(directory / SNAPSHOT):
        text = gzip.decompress((directory / SNAPSHOT).read_bytes()).decode()
    return directory, manifest, catalog.load(text, str(directory / SNAPSHOT))


@dataclass(frozen=True)
class _Work:
    manifest: Manifest
    plan: Plan
    restoring: Restoring
    desired: Snapshot
    family: frozenset[Address]


def _planned(conn: Connection[Any], manifest: Manifest, before: Snapshot) -> _Work:
    current = catalog.read(conn)
    roots = [Address(kind, tuple(path)) for kind, *path in manifest.roots]
    family = diff.family(before, roots)
    _require_room(current, before, family)
    desired = _merged(current, before, family)
    restoring = way_back(current, desired, conn.info.user)
    return _Work(manifest, Plan(restoring.all, current.hash), restoring, desired, family)


def _require_room(current: Snapshot, before: Snapshot, family: frozenset[Address]) -> None:
    names = {name: address for address in family for name in before.objects[address].takes}
    taken = {
        f"{address.kind} {address}"
        for address, obj in current.objects.items()
        if (address in family and not isinstance(obj, SequenceOwner)) or any(name in names for name in obj.takes)
    }
    if taken:
        shown = ", ".join(sorted(taken)[:_SHOWN]) + (" and more" if len(taken) > _SHOWN else "")
        raise Refused(
            f"names are taken by now: {shown}",
            "Rename or drop what bears them, then run the command again; nothing was changed.",
        )


def _merged(current: Snapshot, before: Snapshot, family: frozenset[Address]) -> Snapshot:
    """Give what is there now and what was dropped, sequences that were handed over back where they belonged."""
    back = {
        address
        for address in family
        if not isinstance(before.objects[address], SequenceOwner)
        or address.of in family
        or address.of in current.objects
    }
    return dataclasses.replace(
        current,
        objects={**current.objects, **{address: before.objects[address] for address in back}},
        requires={**current.requires, **{a: before.requires.get(a, frozenset()) for a in back}},
        parents={**current.parents, **{a: before.parents[a] for a in back if a in before.parents}},
    )


def _carry_out(conn: Connection[Any], record: Recorder, work: _Work, directory: Path) -> None:
    def unmoved() -> None:
        claim(conn)
        if catalog.read(conn, within=True).hash != work.plan.current_hash:
            raise Refused("the schema has moved since the plan was made", "Run the command again.")

    def write() -> None:
        with record.step("write the rows") as step:
            _write_rows(conn, work.manifest, directory)
            step.detail(rows=dict(work.manifest.counts))

    def verify() -> None:
        with record.step("verify"):
            left = _left(conn, work)
            if left:
                raise NotVerified(tuple(f"{change.address.kind} {change.address}" for change in left))

    pause = Pause(len(work.restoring.before), write)
    with changing(conn, []), record.step("restore") as step:
        apply_statements(conn, work.restoring.all, limits=limits(), before=unmoved, pause=pause, verify=verify)
        step.detail(statements=len(work.restoring.all))
    record.applied()


def _left(conn: Connection[Any], work: _Work) -> tuple[Change, ...]:
    """Give what still differs, once what event triggers did to the tables as they came back has been undone."""
    after = catalog.read(conn, within=True)
    left = diff.compare(after, work.desired)
    if not left or not all((change.address.of or change.address) in work.family for change in left):
        return left
    # Such as ensure_rls on hosting platforms, which switches row security on for every new table.
    within(conn, plan(left, after, work.desired, Context(conn.info.user, after)).statements)
    return diff.compare(catalog.read(conn, within=True), work.desired)


def _write_rows(conn: Connection[Any], manifest: Manifest, directory: Path) -> None:
    """Write the rows and read them back: the same text as in the backup, or NotVerified."""
    rows.settle(conn)
    wrong = []
    for table in manifest.tables:
        if not table.file:
            continue
        count = rows.copy_in(conn, table.rows_of, files.unzipped(directory / table.file))
        digest = hashlib.sha256()
        rows.copy_out(conn, table.rows_of, digest.update)
        if count != table.rows or digest.hexdigest() != table.content_sha256:
            wrong.append(f"rows of table {table.rows_of.name}")
    if wrong:
        raise NotVerified(tuple(wrong))
    rows.set_positions(conn, manifest.positions)
