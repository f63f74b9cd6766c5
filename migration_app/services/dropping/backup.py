"""A backup of what is to be dropped: made, read back, and found to hold every row before anything goes."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog, rows
from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.partition import Partition
from migration_app.engine.kinds.sequence import SequenceObject
from migration_app.engine.kinds.table import Table
from migration_app.engine.sql import qualified
from migration_app.services.dropping import files, scripts
from migration_app.services.dropping.manifest import FORMAT, NAME, RESTORE, SCHEMA, SNAPSHOT, Manifest, TableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot
    from migration_app.services.connecting import Fingerprint
    from migration_app.services.dropping.decision import Decision
    from migration_app.services.dropping.scripts import Restoring


@dataclass(frozen=True)
class Origin:
    """Where a backup comes from."""

    run: int | None
    database: Fingerprint
    role: str
    digest: str


class Backup:
    """One backup in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.complete = False
        self.cleared: tuple[Path, ...] = ()
        """What killed runs had left unfinished beside it, and is deleted now."""
        self._held = ExitStack()

    @classmethod
    def begun(cls, parent: Path, database: str, run: int | None) -> Backup:
        """Make the directory; raises BackupFailed where that can't be done."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        name = files.file_name(0, database).removeprefix("rows/0000-").removesuffix(".copy.gz")
        backup = cls(parent.absolute() / f"{name}-{moment}-run{run if run is not None else 'x'}")
        files.make_directory(backup.directory)
        backup._held.enter_context(files.held(backup.directory))
        backup.cleared = tuple(files.left_by_the_dead(parent.absolute(), NAME))
        return backup

    def write(self, connection: Connection[Any], decision: Decision, restoring: Restoring, origin: Origin) -> Manifest:
        """Write everything within the open transaction, whose locks keep the rows as they are, and read it back."""
        snapshot = decision.current
        rows.settle(connection)
        positions = rows.positions(connection, sequences_of(snapshot, decision.family))
        tables = tuple(
            self._write_rows(connection, number, table)
            for number, table in enumerate(tables_of(snapshot, decision.family), 1)
        )
        manifest = Manifest(
            format=FORMAT,
            run=origin.run,
            database=str(origin.database),
            identity=origin.database.identity,
            role=origin.role,
            server_version=origin.database.server_version,
            created=datetime.now(UTC).isoformat(),
            digest=origin.digest,
            names=tuple(map(str, decision.tables)),
            objects=tuple(f"{address.kind} {address}" for address in decision.objects),
            roots=tuple((address.kind, *address.path) for address in (*decision.tables, *decision.objects)),
            handed_over=tuple(str(each.sequence) for each in decision.hand_overs),
            tables=tables,
            positions=positions,
            files=self._write_scripts(snapshot, restoring, tables, positions),
        )
        files.write_text(self.directory / NAME, manifest.dump())
        files.settle_directory(self.directory)
        self.complete = True
        return manifest

    def abandon(self) -> None:
        """Delete the backup if it isn't complete, and let go of it."""
        if not self.complete:
            files.remove(self.directory)
        self._held.close()

    def _write_rows(self, connection: Connection[Any], number: int, table: TableFile) -> TableFile:
        digest, name = hashlib.sha256(), files.file_name(number, table.rows_of.name)
        path = self.directory / name
        with files.zipped(path) as file:

            def write(block: bytes) -> None:
                digest.update(block)
                file.write(block)

            count = rows.copy_out(connection, table.rows_of, write)
        content = digest.hexdigest()
        if not count:
            path.unlink()
            return replace(table, content_sha256=content)
        found = replace(table, rows=count, file=name, sha256=files.sha256(path), content_sha256=content)
        require_rows(self.directory, found)
        return found

    def _write_scripts(
        self,
        snapshot: Snapshot,
        restoring: Restoring,
        tables: tuple[TableFile, ...],
        positions: Mapping[str, rows.Position],
    ) -> dict[str, str]:
        here = self.directory
        return {
            SNAPSHOT: files.write_zipped(here / SNAPSHOT, catalog.dump(snapshot)),
            SCHEMA: files.write_text(here / SCHEMA, scripts.schema_script(restoring)),
            RESTORE: files.write_text(here / RESTORE, scripts.restore_script(restoring, tables, positions)),
            "README": files.write_text(here / "README", _README),
        }


def require_rows(directory: Path, table: TableFile) -> None:
    """Read a table's file; raises BackupFailed unless it holds the rows that the manifest says."""
    path = directory / table.file
    if files.sha256(path) != table.sha256:
        raise files.BackupFailed(path, "the file's checksum is not the manifest's", _SPOILT)
    digest, count = hashlib.sha256(), 0
    for block in files.unzipped(path):
        digest.update(block)
        # COPY text ends every row with a newline and writes those inside a value as \n.
        count += block.count(b"\n")
    if count != table.rows or digest.hexdigest() != table.content_sha256:
        raise files.BackupFailed(path, f"it holds {count} rows, not the {table.rows} of the table", _SPOILT)


def tables_of(snapshot: Snapshot, family: frozenset[Address]) -> Iterator[TableFile]:
    """Give the tables of the family that hold rows themselves, with the columns that can be written."""
    columns: dict[tuple[str, str], list[Column]] = {}
    for column in snapshot.of_kind(Column):
        if column.generated is None:
            columns.setdefault((column.schema, column.table), []).append(column)
    above = {fact.of: fact.of._replace(path=(fact.schema, fact.parent)) for fact in snapshot.of_kind(Partition)}
    for table in sorted(snapshot.of_kind(Table), key=lambda each: str(each.address)):
        if table.address in family and table.partition_key is None:
            top = table.address
            while above.get(top) in family:
                top = above[top]
            own = sorted(columns.get((table.schema, table.name), ()), key=lambda each: each.position)
            names = tuple(column.name for column in own)
            yield TableFile(table.schema, table.name, str(top), names, 0, "", "", "")


def sequences_of(snapshot: Snapshot, family: frozenset[Address]) -> list[str]:
    """Give the sequences of the family, those of identity columns included, as SQL names them."""
    found = []
    for address in family:
        obj = snapshot.objects[address]
        if isinstance(obj, SequenceObject):
            found.append(qualified(obj.schema, obj.name))
        elif isinstance(obj, Identity):
            found.append(qualified(obj.sequence_schema, obj.sequence))
    return sorted(found)


_SPOILT = "The backup is spoilt; nothing was changed."
_README = """A backup of tables that dbsep dropped.

manifest.json     what is in here: tables, rows, checksums, sequence positions
schema.sql        the definitions alone
rows/*.copy.gz    the rows: COPY text in UTF-8, gzipped, one file a table
snapshot.json.gz  the schema of the whole database before the drop
restore.sql       brings everything back with psql, as the role that the manifest names:

    cd <this directory>
    psql -X -f restore.sql 'postgresql://owner@host/database'

The command that does the same and checks it afterwards:

    python manage.py restore_test_tables --run <run in manifest.json> --apply --confirm <database>@<host>
"""
