"""Writes unmanaged models for tables that are there."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog
from migration_app.engine.errors import UsageError
from migration_app.services.connecting import Fingerprint, fingerprint, map_errors, session
from migration_app.services.history import recorded
from migration_app.services.scoping import platform_schemas
from migration_app.services.sides import FileSide, file_side

from .modules import write_module
from .shapes import Schema, TableShape, read_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Snapshot


@dataclass(frozen=True)
class Generated:
    """A module of models."""

    database: Fingerprint | FileSide
    text: str
    """Python source."""
    models: Mapping[str, str]
    """Table → class."""
    notes: tuple[str, ...]
    """What the models can't say, and what was left out."""
    seconds: float
    run: int | None


def generate_models(
    database: str | Connection[Any] = "prod", *, schemas: Iterable[str] = (), tables: Iterable[str] = ()
) -> Generated:
    """Write unmanaged models for the tables of some schemas, or for some tables; changes nothing.

    The database may be an alias, an open connection, or ``snapshot:FILE``. Without schemas and tables, all of the
    user's schemas are taken. The text imports nothing but Django.

    Raises:
        UsageError: a schema or table isn't there.

    """
    started = monotonic()
    schemas, tables = tuple(schemas), tuple(tables)
    arguments = {"database": database, "schemas": schemas, "tables": tables}
    with recorded("generate_models", arguments=arguments) as run:
        there: Fingerprint | FileSide
        file = file_side(database)
        if file is not None:
            there, snapshot = file, file.read()
        else:
            with session(database) as conn, map_errors(conn.info.dbname):
                there, snapshot = fingerprint(conn), catalog.read(conn)
        run.databases(source=there)
        schema = read_shapes(snapshot)
        chosen, notes = _chosen(schema, snapshot, schemas, tables)
        module = write_module(schema, chosen, f"Models of {there.database}'s tables, written by generate_models.")
        run.outcome("done", f"{len(module.models)} models")
        return Generated(there, module.text, module.models, (*notes, *module.notes), monotonic() - started, run.number)


def _chosen(
    schema: Schema, snapshot: Snapshot, schemas: tuple[str, ...], tables: tuple[str, ...]
) -> tuple[list[TableShape], list[str]]:
    platform = platform_schemas(snapshot)
    there = {key[0] for key in schema.tables}
    for name in schemas:
        if name not in there:
            raise UsageError(
                f"there are no tables in a schema {name!r}", f"Schemas with tables: {', '.join(sorted(there))}."
            )
    names = {form: table for table in schema.tables.values() for form in _forms(table)}
    for name in tables:
        if name not in names:
            raise UsageError(f"there is no table {name!r}", "Name it as table or schema.table.")
    picked: list[TableShape] = []
    notes: list[str] = []
    for table in schema.tables.values():
        wanted = set(_forms(table)) & set(tables) if tables else not schemas or table.schema in schemas
        if not wanted or (not tables and not schemas and table.schema in platform):
            continue
        reason = _reason(table)
        if reason:
            notes.append(f"{table.schema}.{table.name} is left out: {reason}")
        else:
            picked.append(table)
    return picked, notes


def _forms(table: TableShape) -> tuple[str, str]:
    return table.name, f"{table.schema}.{table.name}"


def _reason(table: TableShape) -> str:
    if table.is_partition:
        return "a partition, whose rows its parent's model reads"
    if not table.columns:
        return "a view" if table.kind != "table" else "it has no columns"
    return ""
