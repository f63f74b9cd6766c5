"""What a backup holds: `manifest.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.rows import Position, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
NAME: Final = "manifest.json"
SNAPSHOT: Final = "snapshot.json.gz"
SCHEMA: Final = "schema.sql"
RESTORE: Final = "restore.sql"


@dataclass(frozen=True)
class TableFile:
    """One table's rows: COPY text in UTF-8, gzipped."""

    schema: str
    table: str
    of: str
    """The test table that these rows count for: itself, or for a partition the table it is a part of."""
    columns: tuple[str, ...]
    rows: int
    file: str
    """Relative to the backup; empty for a table without rows."""
    sha256: str
    """Of the file."""
    content_sha256: str
    """Of the COPY text: the hash of the rows."""

    @property
    def rows_of(self) -> Rows:
        """The table as the row streams know it."""
        return Rows(self.schema, self.table, self.columns)


@dataclass(frozen=True)
class Manifest:
    """A backup's own list of what is in it."""

    format: int
    run: int | None
    database: str
    """Fingerprint, as ``database@host:port``."""
    identity: str
    """The cluster's number and the database's oid."""
    role: str
    """Who owned the session."""
    server_version: int
    created: str
    digest: str
    names: tuple[str, ...]
    """Test tables, qualified."""
    objects: tuple[str, ...]
    """What else was dropped: ``kind name``."""
    roots: tuple[tuple[str, ...], ...]
    """Kind and path of every table and object dropped by name."""
    handed_over: tuple[str, ...]
    """Qualified names of sequences that passed to production."""
    tables: tuple[TableFile, ...]
    positions: Mapping[str, Position]
    """Sequence → last_value and is_called."""
    files: Mapping[str, str]
    """Further files → SHA-256."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Test table → rows."""
        counts = dict.fromkeys(self.names, 0)
        for table in self.tables:
            counts[table.of] += table.rows
        return counts

    def dump(self) -> str:
        """Give the manifest as text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def load(text: str, where: str) -> Manifest:
    """Give the manifest that ``dump`` wrote; raises UsageError for anything else."""
    try:
        document: dict[str, Any] = json.loads(text)
        if document["format"] != FORMAT:
            raise UsageError(f"{where} has format {document['format']}, not {FORMAT}", "Restore it with psql.")
        values = {each.name: document[each.name] for each in fields(Manifest)}
        values["tables"] = tuple(
            TableFile(**{**table, "columns": tuple(table["columns"])}) for table in document["tables"]
        )
        for name in ("names", "objects", "handed_over"):
            values[name] = tuple(values[name])
        values["roots"] = tuple(tuple(root) for root in values["roots"])
        values["positions"] = {name: (int(v), bool(c)) for name, (v, c) in document["positions"].items()}
        return Manifest(**values)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{where} is no manifest of ours: {error!r}", "It was cut off or changed by hand.") from error
