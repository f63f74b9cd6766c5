"""Reads a database's schema: what there may be, and then every query of that in one pipeline; two waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import CatalogUnreadable
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Sighting
from migration_app.engine.sql import literal

from .assembling import assemble
from .queries import absent_query, kind_query, query
from .rows import Answer, KindRows, nothing_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection, Cursor

    from migration_app.engine.model import Object, Snapshot

_SETTINGS: Final = {
    # pg_get_* and format_type() print qualified names under an empty search path, and constants in the session's
    # styles: the same settings, the same text, whoever reads.
    "search_path": "",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    # Compiling these queries would take longer than running them, and so would looking for their best plan.
    "jit": "off",
    "join_collapse_limit": "4",
    "from_collapse_limit": "4",
}
_REWRITTEN: Final = "Something between here and the server rewrites statements: use the direct address."
_LOCK_TIMEOUT: Final = "10s"
"""pg_get_* wait for whoever holds ACCESS EXCLUSIVE on a table."""


def read(connection: Connection[Any], *, within: bool = False, kinds: Sequence[type[Object]] = KINDS) -> Snapshot:
    """Read the schema of the connection's database as of one moment; holds no lock that anyone would notice.

    Costs two waits, and a third one where something is found that no kind models.

    Args:
        connection: in autocommit mode, outside a transaction unless ``within``.
        within: read inside the open transaction, changes of its own included.
        kinds: the kinds to read; what the others model is reported as not modelled.

    Raises:
        CatalogUnreadable: the server refused a query.

    """
    return snapshot_of(connection, ask(connection, within=within, kinds=kinds))


def snapshot_of(connection: Connection[Any], answer: Answer) -> Snapshot:
    """Make the snapshot of what the connection's database answered; waits for the server as ``read`` says."""
    snapshot, unresolved = assemble(answer)
    sightings = _identify(connection, unresolved) if unresolved else ()
    return snapshot.seen(sightings)


def ask(connection: Connection[Any], *, within: bool = False, kinds: Sequence[type[Object]] = KINDS) -> Answer:
    """Give what the database answers, before it becomes a snapshot; arguments and errors as for ``read``."""
    major = connection.info.server_version // 10000
    asked: dict[str, Cursor[Any]] = {}
    try:
        with connection.pipeline():
            if not within:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            settings = connection.execute(_set({} if within else {"lock_timeout": _LOCK_TIMEOUT}), prepare=False)
            asked["absent"] = connection.execute(absent_query(), prepare=False)
            absent = {row[0] for row in asked["absent"]}
            for kind in kinds:
                if kind.KIND not in absent:
                    asked[kind.KIND] = connection.execute(kind_query(kind.KIND, major), prepare=False)
            for name in ("depend", "sweep"):
                asked[name] = connection.execute(query(name), prepare=False)
            if not within:
                connection.execute("COMMIT")
    except psycopg.Error as error:
        raise _failure(connection, error, asked, within=within) from error
    row = settings.fetchone()
    if not within and (row is None or row[0] != "on"):
        raise CatalogUnreadable("settings", "the transaction was begun READ ONLY but is not", _REWRITTEN)
    return Answer(
        version=connection.info.server_version,
        kinds={kind: _rows(asked[kind.KIND]) if kind.KIND in asked else nothing_of(kind) for kind in kinds},
        edges=asked["depend"].fetchall(),
        sweep=asked["sweep"].fetchall(),
    )


def _failure(
    connection: Connection[Any], error: psycopg.Error, asked: Mapping[str, Cursor[Any]], *, within: bool
) -> Exception:
    """Give our error for a refused query, the session ready for the next; a lost connection is the caller's to tell."""
    if connection.closed or error.sqlstate is None:
        return error
    if not within:
        connection.execute("ROLLBACK", prepare=False)
    name = next((name for name, cursor in asked.items() if cursor.pgresult is None), "settings")
    return CatalogUnreadable(name, error.diag.message_primary or str(error).strip(), _advice(error))


def _advice(error: psycopg.Error) -> str:
    if isinstance(error, pg.LockNotAvailable):
        return "Another session is changing a table: try again when it is done."
    if isinstance(error, pg.InsufficientPrivilege):
        return "Read with a role that may see the catalog, the owner of the schemas for one."
    return ""


def _set(more: Mapping[str, str]) -> str:
    calls = (
        f"pg_catalog.set_config({literal(name)}, {literal(value)}, true)"
        for name, value in {**_SETTINGS, **more}.items()
    )
    return f"select pg_catalog.current_setting('transaction_read_only'), {', '.join(calls)}"


def _rows(cursor: Cursor[Any]) -> KindRows:
    columns = tuple(column.name for column in cursor.description or ())
    return KindRows(columns, cursor.fetchall())


def _identify(connection: Connection[Any], unresolved: Sequence[tuple[int, int]]) -> tuple[Sighting, ...]:
    found = connection.execute(
        query("identify"),
        {"classids": [classid for classid, _ in unresolved], "objids": [objid for _, objid in unresolved]},
        prepare=False,
    )
    return tuple(Sighting(row[2], row[3], row[4]) for row in found if row[3] is not None)
