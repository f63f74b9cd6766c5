"""What a session's role could do to the database that it is on, by the server's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row

from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from psycopg import Connection

_ROLE: Final = """
select r.rolname::text,
       array_remove(array[case when r.rolsuper then 'SUPERUSER' end, case when r.rolbypassrls then 'BYPASSRLS' end,
                          case when r.rolcreaterole then 'CREATEROLE' end, case when r.rolcreatedb then 'CREATEDB' end,
                          case when r.rolreplication then 'REPLICATION' end], null),
       array(select g.rolname::text from pg_catalog.pg_roles as g
              where g.rolname in ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files')
                and pg_catalog.pg_has_role(g.oid, 'usage') and not r.rolsuper order by 1),
       pg_catalog.pg_has_role(d.datdba, 'usage'),
       pg_catalog.has_database_privilege(d.oid, 'create'),
       pg_catalog.current_setting('default_transaction_read_only') = 'on'
  from pg_catalog.pg_database as d, pg_catalog.pg_roles as r
 where d.datname = pg_catalog.current_database() and r.rolname = current_user
"""
_TABLES: Final = """
select n.nspname::text, c.relname::text,
       array_remove(array[case when pg_catalog.has_table_privilege(c.oid, 'insert') then 'INSERT' end,
                          case when pg_catalog.has_table_privilege(c.oid, 'update') then 'UPDATE' end,
                          case when pg_catalog.has_table_privilege(c.oid, 'delete') then 'DELETE' end,
                          case when pg_catalog.has_table_privilege(c.oid, 'truncate') then 'TRUNCATE' end], null)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and pg_catalog.has_schema_privilege(n.oid, 'usage')
 order by 1, 2
"""
_ALL: Final = "select count(*) from pg_catalog.pg_class where relkind in ('r', 'p') and oid >= 16384"

# Who is named in a privilege, owns something, or is the database's owner.
_USERS: Final = """
select r.rolname::text
  from pg_catalog.pg_roles as r
 where not r.rolsuper and r.rolname !~ '^pg_'
   and (exists (select from pg_catalog.pg_shdepend as d
                 where d.refclassid = 'pg_catalog.pg_authid'::regclass and d.refobjid = r.oid
                   and d.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
        or exists (select from pg_catalog.pg_database as d
                    where d.datname = pg_catalog.current_database() and d.datdba = r.oid))
 order by 1
"""


@dataclass(frozen=True)
class Powers:
    """What a role could do on one database."""

    role: str
    attributes: tuple[str, ...]
    """SUPERUSER, BYPASSRLS, …, and the predefined roles that write anywhere."""
    owns_database: bool
    may_create: bool
    """CREATE on the database: schemas of its own."""
    privileges: tuple[tuple[str, int], ...]
    """INSERT, UPDATE, DELETE, TRUNCATE, and on how many tables."""
    writable: int
    """Tables that it may write to in some way."""
    tables: int
    """Tables there are."""
    read_only: bool
    """Its transactions begin READ ONLY, unless it says otherwise."""
    wrote: str
    """The statement that went through, in a READ WRITE transaction, as far as it goes without doing anything; empty
    where none did."""

    @property
    def harmful(self) -> bool:
        """Whether it could change anything."""
        return bool(self.writable or self.may_create or self.owns_database or "SUPERUSER" in self.attributes)


def powers(conn: Connection[Any]) -> Powers:
    """Ask the server, and try: nothing is changed. The connection is in autocommit mode."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        role = cursor.execute(_ROLE).fetchone() or ("", [], [], False, False, False)
        held = cursor.execute(_TABLES).fetchall()
        there = cursor.execute(_ALL).fetchone() or (0,)
    counts = {word: sum(word in words for *_, words in held) for word in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")}
    writable = [(schema, table, words) for schema, table, words in held if words]
    return Powers(
        role=role[0],
        attributes=(*role[1], *role[2]),
        owns_database=role[3],
        may_create=role[4],
        privileges=tuple((word, number) for word, number in counts.items() if number),
        writable=len(writable),
        tables=there[0],
        read_only=role[5],
        wrote=_try(conn, writable),
    )


def users_of(conn: Connection[Any]) -> tuple[str, ...]:
    """Name the roles, superusers aside, that own something in the database or are named in a privilege there."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        return tuple(name for (name,) in cursor.execute(_USERS))


def _try(conn: Connection[Any], writable: list[tuple[str, str, list[str]]]) -> str:
    """Give a statement that PostgreSQL would run: EXPLAIN checks privileges as a run does, and fires no trigger."""
    for schema, table, words in writable:
        statement = {
            "DELETE": f"DELETE FROM {qualified(schema, table)}",
            "INSERT": f"INSERT INTO {qualified(schema, table)} DEFAULT VALUES",
        }.get("DELETE" if "DELETE" in words else "INSERT" if "INSERT" in words else "")
        if statement is not None:
            return statement if _explained(conn, statement) else ""
    return ""


def _explained(conn: Connection[Any], statement: str) -> bool:
    try:
        conn.execute(b"begin read write")
        conn.execute(b"set local lock_timeout = '500ms'")
        answer = conn.execute(b"select pg_catalog.current_setting('transaction_read_only')").fetchone()
        conn.execute(f"explain {statement}".encode(), prepare=False)
    except psycopg.Error:
        return False
    finally:
        conn.rollback()
    return answer is not None and tuple(answer) == ("off",)
