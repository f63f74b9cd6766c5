"""Fills an empty database with a schema, object by object, and with the source's rows: where files can't be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg

from migration_app.engine import apply, catalog, diff
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import Refused
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from migration_app.engine.rows import Rows, copy_in, copy_out, positions, set_positions, settle

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Snapshot

    from .server import Server

_TABLES: Final = """
select n.nspname, c.relname,
       coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum)
                filter (where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}')
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute as a on a.attrelid = c.oid
 where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_catalog.pg_depend as e
                    where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 group by n.nspname, c.relname
 order by 1, 2
"""
_SEQUENCES: Final = """
select pg_catalog.format('%I.%I', n.nspname, c.relname)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by 1
"""


def fill(where: Server, database: str, snapshot: Snapshot, *, rows: bool) -> None:
    """Create every object of the snapshot in the empty database, and copy the source's rows if wanted."""
    with where.session(database) as copy:
        there = catalog.read(copy)
        made = plan(diff.compare(there, snapshot), there, snapshot, Context(role=copy.info.user, current=there))
        if made.statements:
            apply.apply(copy, made.statements)
        if rows:
            with where.session(where.source) as origin:
                _copy_rows(origin, copy)
        filled = {view.address: view for view in snapshot.of_kind(MaterializedView) if view.populated}
        order = dict.fromkeys(statement.address for statement in made if statement.address in filled)
        refresh(copy, tuple(filled[address].reference for address in order))


def _copy_rows(origin: Connection[Any], copy: Connection[Any]) -> None:
    """Copy all rows as they are, with triggers and foreign keys asleep: they did their work on the source."""
    with origin.transaction(), copy.transaction():
        origin.execute("set transaction isolation level repeatable read, read only")
        settle(origin)
        settle(copy)
        try:
            copy.execute("set local session_replication_role = replica")
        except pg.InsufficientPrivilege as error:
            raise Refused(
                "the test database's rows can't be copied while others are connected to it",
                "Close the other sessions on it, or grant the role: GRANT SET ON PARAMETER session_replication_role.",
            ) from error
        for schema, table, columns in origin.execute(_TABLES.encode()).fetchall():
            rows = Rows(schema, table, tuple(columns))
            blocks: list[bytes] = []
            copy_out(origin, rows, blocks.append)
            if blocks:
                copy_in(copy, rows, blocks)
        names = [name for (name,) in origin.execute(_SEQUENCES.encode())]
        set_positions(copy, positions(origin, names))
