"""Reads a database's schema: every query in one pipeline, one wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import errors as pg

from migration_app.engine.errors import CatalogUnreadable
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Sighting

from .assembling import assemble
from .queries import kind_query, query
from .rows import Answer, Edge, KindRows, Oid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection, Cursor

    from migration_app.engine.model import Object, Snapshot

# pg_get_* and format_type() print qualified names under an empty search path, the same whoever reads. Plans for
# these queries gain nothing from JIT compilation, which would take longer than they run.
_SETTINGS = "select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('jit', 'off', true)"


def read(connection: Connection[Any], *, within: bool = False, kinds: Sequence[type[Object]] = KINDS) -> Snapshot:
    """Read the schema of the connection's database as of one moment; takes no lock on any table.

    Costs one wait, and a second one where something is found that no kind models.

    Args:
        connection: in autocommit mode, outside a transaction unless ``within``.
        within: read inside the open transaction, changes of its own included.
        kinds: the kinds to read; what the others model is reported as not modelled.

    Raises:
        CatalogUnreadable: the server refused a query.

    """
    try:
        answer = _ask(connection, within=within, kinds=kinds)
        snapshot, unresolved = assemble(answer)
        sightings = _identify(connection, unresolved) if unresolved else ()
    except (pg.InsufficientPrivilege, pg.UndefinedFunction, pg.UndefinedColumn, pg.UndefinedTable) as error:
        raise CatalogUnreadable("pg_catalog", str(error).strip()) from error
    return snapshot.seen(sightings)


def _ask(connection: Connection[Any], *, within: bool, kinds: Sequence[type[Object]]) -> Answer:
    major = connection.info.server_version // 10000
    cursors: dict[type[Object], Cursor[Any]] = {}
    with connection.pipeline():
        if not within:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(_SETTINGS, prepare=False)
        for kind in kinds:
            cursors[kind] = connection.execute(kind_query(kind.KIND, major), prepare=False)
        depend = connection.execute(query("depend"), prepare=False)
        sweep = connection.execute(query("sweep"), prepare=False)
        if not within:
            connection.execute("COMMIT")
    return Answer(
        version=connection.info.server_version,
        kinds={kind: _rows(cursor) for kind, cursor in cursors.items()},
        edges=[Edge(Oid(*row[:3]), Oid(*row[3:6]), row[6]) for row in depend.fetchall()],
        sweep=sweep.fetchall(),
    )


def _rows(cursor: Cursor[Any]) -> KindRows:
    columns = tuple(column.name for column in cursor.description or ())
    return KindRows(columns, cursor.fetchall())


def _identify(connection: Connection[Any], unresolved: Sequence[tuple[int, int]]) -> tuple[Sighting, ...]:
    found = connection.execute(
        query("identify"),
        {"classids": [classid for classid, _ in unresolved], "objids": [objid for _, objid in unresolved]},
        prepare=False,
    )
    return tuple(Sighting(row[2], row[3], row[4]) for row in found if row[2] is not None)
