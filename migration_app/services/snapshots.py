"""Writes a whole schema to a file that is stable and diffable, read over a connection or from a pasted answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import catalog, diff
from migration_app.engine.catalog import paper
from migration_app.engine.diff import Scope
from migration_app.engine.errors import UsageError
from migration_app.services.connecting import Fingerprint, fingerprint, session
from migration_app.services.history import recorded
from migration_app.services.leaving_out import left_out_of
from migration_app.services.scoping import scope_of
from migration_app.services.sides import FileSide, read_all, without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from migration_app.engine.diff import Skipped
    from migration_app.engine.model import Sighting, Snapshot

VERSIONS: Final = (15, 16, 17, 18)
"""The server versions that a statement can be printed for."""


@dataclass(frozen=True)
class Taken:
    """A snapshot file that was written."""

    source: Fingerprint | FileSide
    """The database, or the file with its answer."""
    output: Path
    hash: str
    objects: int
    skipped: tuple[Skipped, ...]
    """What isn't in the file, and why: webhooks and the like hold keys."""
    unmodelled: tuple[Sighting, ...]
    server_version: int
    round_trips: int
    seconds: float
    run: int | None


def snapshot_schema(
    database: str | Connection[Any],
    output: Path,
    *,
    schemas: tuple[str, ...] = (),
    exclude_schemas: tuple[str, ...] = (),
) -> Taken:
    """Read the database's schema and write it to the file; the database isn't changed.

    Passwords in options of foreign servers and user mappings are not written, nor are webhooks with their keys.

    Raises:
        UsageError: there is no such alias or schema, or the file can't be written.

    """
    started = monotonic()
    arguments = {"database": database, "output": str(output), "schemas": schemas, "exclude_schemas": exclude_schemas}
    with recorded("snapshot_schema", arguments=arguments) as run, session(database) as connection:
        found = fingerprint(connection)
        run.databases(source=found)
        with run.step("read the schema") as step:
            (whole,) = read_all([connection])
            step.detail(objects=len(whole.objects))
        taken, skipped = _part(whole, connection, schemas, exclude_schemas)
        with run.step("write the file"):
            _write(output, taken)
        run.hashes(source=taken.hash)
        run.outcome("done", f"{len(taken.objects)} objects in {output.name}")
        trips = getattr(connection, "round_trips", 0)
        return _taken(found, output, taken, skipped, trips, started, run.number)


def snapshot_from_result(
    results: Sequence[Path],
    output: Path,
    *,
    schemas: tuple[str, ...] = (),
    exclude_schemas: tuple[str, ...] = (),
) -> Taken:
    """Write the same file from what an SQL editor answered to the printed statement; a file each part.

    Raises:
        UsageError: a file can't be read or holds no such answer, or parts are missing.

    """
    started = monotonic()
    arguments = {"from_result": [str(path) for path in results], "output": str(output), "schemas": schemas}
    side = FileSide(results[0])
    with recorded("snapshot_schema", arguments=arguments) as run:
        run.databases(source=side)
        with run.step("read the answer") as step:
            whole = paper.answered([_read(path) for path in results])
            step.detail(objects=len(whole.objects))
        taken, skipped = _part(whole, side, schemas, exclude_schemas)
        with run.step("write the file"):
            _write(output, taken)
        run.hashes(source=taken.hash)
        run.outcome("done", f"{len(taken.objects)} objects in {output.name}")
        return _taken(side, output, taken, skipped, 0, started, run.number)


def statements(server_version: int, parts: int = 1) -> tuple[str, ...]:
    """Give what to paste into an SQL editor, a statement a part; the version is the major one, such as 17.

    Raises:
        UsageError: there is no statement for that version, or the number of parts makes no sense.

    """
    if server_version not in VERSIONS:
        known = ", ".join(map(str, VERSIONS))
        raise UsageError(f"there is no statement for PostgreSQL {server_version}", f"Give one of {known}.")
    if not 1 <= parts <= _MOST_PARTS:
        raise UsageError(f"{parts} parts won't do", f"Give a number from 1 to {_MOST_PARTS}.")
    return tuple(paper.statement(server_version, part=part, parts=parts) for part in range(1, parts + 1))


_MOST_PARTS: Final = 20


def _part(
    whole: Snapshot, side: FileSide | Connection[Any], schemas: tuple[str, ...], exclude_schemas: tuple[str, ...]
) -> tuple[Snapshot, tuple[Skipped, ...]]:
    """Give what goes into the file: with the platform's own and the legacy tables, which a comparison leaves out."""
    left_out = left_out_of(whole, side, legacy=False)
    scope = Scope(left_out=left_out)
    if schemas or exclude_schemas:
        scope = scope_of(whole, schemas=schemas, exclude_schemas=exclude_schemas, left_out=left_out)
    selection = diff.select(whole, scope)
    return without_secrets(selection.snapshot), selection.skipped


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {reason}", "Name the file with the editor's answer.") from error


def _write(path: Path, snapshot: Snapshot) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(catalog.dump(snapshot), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "Name another file with --output.") from error


def _taken(
    source: Fingerprint | FileSide,
    output: Path,
    taken: Snapshot,
    skipped: tuple[Skipped, ...],
    round_trips: int,
    started: float,
    number: int | None,
) -> Taken:
    return Taken(
        source=source,
        output=output,
        hash=taken.hash,
        objects=sum(not obj.SHARED for obj in taken.objects.values()),
        skipped=skipped,
        unmodelled=taken.unmodelled,
        server_version=taken.version,
        round_trips=round_trips,
        seconds=monotonic() - started,
        run=number,
    )
