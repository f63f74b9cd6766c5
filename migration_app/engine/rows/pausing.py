"""Triggers that stand still while rows are written whose every column is known, and act again afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import ident

from .shape import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from .shape import Table

# pg_trigger.tgenabled, as ALTER TABLE says it.
_STATES: Final = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
# A partition has copies of its whole's triggers, and each may be on or off by itself.
_ACTING: Final = b"""
with recursive wholes as (
    select pg_catalog.unnest(%s::text[])::pg_catalog.regclass::pg_catalog.oid as oid
    union
    select i.inhrelid
    from wholes as w
    join pg_catalog.pg_inherits as i on i.inhparent = w.oid
    join pg_catalog.pg_class as c on c.oid = i.inhrelid and c.relispartition)
select n.nspname, c.relname, t.tgname, t.tgenabled::text
from wholes as w
join pg_catalog.pg_class as c on c.oid = w.oid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_trigger as t on t.tgrelid = c.oid
where (t.tgparentid <> 0 or not t.tgisinternal)
  and t.tgconstraint = 0
  and t.tgenabled <> 'D'
  and pg_catalog.pg_has_role(c.relowner, 'usage')
order by 1, 2, 3
"""


@contextmanager
def paused_triggers(connection: Connection[Any], tables: Sequence[Table]) -> Iterator[None]:
    """Switch the tables' triggers off for the block, within the open transaction; those that check rows stay on.

    A constraint trigger stays as it is. Other sessions never see a trigger switched off: the transaction shows both
    changes at once or neither. Only the owner may do it: tables of another's are left out.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_ACTING, ([str(table.name) for table in tables],), prepare=False).fetchall()
    acting = [(f"ALTER TABLE ONLY {Name(*row[:2])}", ident(row[2]), _STATES[row[3]]) for row in found]
    _run(connection, [f"{table} DISABLE TRIGGER {name}" for table, name, _ in acting])
    yield
    _run(connection, [f"{table} {state} TRIGGER {name}" for table, name, state in acting])


def _run(connection: Connection[Any], statements: Sequence[str]) -> None:
    with connection.pipeline():
        for statement in statements:
            connection.execute(statement.encode(), prepare=False)
