"""The server that test databases live on: makes, marks, renames and drops them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors as pg
from psycopg.rows import tuple_row

from migration_app.engine.errors import Refused
from migration_app.engine.sql import ident, literal
from migration_app.services.connecting import connection_params, map_errors

from .marking import Mark, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

LOCK_CLASS: Final = int.from_bytes(b"dbt", "big")
"""The first of the two numbers of every advisory lock here: the second is a run's, or a template's."""

HOME: Final = "postgres"
"""The database to connect to for work on others. All sessions here use the same: advisory locks are a database's."""
_NO_HOME: Final = re.compile(rf'database "{HOME}" does not exist|permission denied for database "{HOME}"')

_TRANSACTION_POOLER: Final = re.compile(r"\.pooler\.supabase\.com:6543$")

# A role that isn't a superuser may not end autovacuum's work, which makes way by itself.
_TERMINATE: Final = (
    b"select pg_catalog.pg_terminate_backend(a.pid) from pg_catalog.pg_stat_activity as a"
    b" where a.datname = %s and a.usesysid is not null"
)
_FOUND: Final = """
select d.datname, pg_catalog.shobj_description(d.oid, 'pg_database'),
       case when pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute')
            then (select s.word from pg_catalog.ts_stat($$
                    select pg_catalog.array_to_tsvector(array[c.system_identifier::text])
                      from pg_catalog.pg_control_system() c$$) s)
            else 'unknown' end || '/' || d.oid,
       coalesce(l.held, false)
  from pg_catalog.pg_database as d
  left join lateral (
       select true as held from pg_catalog.pg_locks as l
        where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = %(class)s
          and l.objid = (substring(pg_catalog.shobj_description(d.oid, 'pg_database') from '"run": ([0-9]+)'))::oid
        limit 1) as l on true
 where (%(name)s::text is null or d.datname = %(name)s)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A database on the server."""

    name: str
    mark: Mark | None
    """None where it isn't ours."""
    alive: bool
    """The run that made it is still there."""


@dataclass(frozen=True)
class Server:
    """A server, as an alias reaches it."""

    alias: str
    params: Mapping[str, Any] = field(repr=False)
    source: str
    """The alias's own database."""

    @classmethod
    def of(cls, alias: str, source: str) -> Server:
        """Give the server that the alias is on."""
        params = {key: value for key, value in connection_params(alias).items() if key != "dbname"}
        params["application_name"] = "dbsep test"
        return cls(alias, params, source)

    @property
    def home(self) -> str:
        """The database that work on others is done from: the source itself where the role can't be on ``postgres``."""
        return self.source if (self.alias, self.source) in _homeless else HOME

    @property
    def beside(self) -> str | None:
        """A database to connect to while the source is copied. Not for long: on template1 others can't copy that."""
        return "template1" if self.source == HOME else None

    @contextmanager
    def session(self, database: str | None = None) -> Iterator[Connection[Any]]:
        """Open a session, in autocommit mode; raises ConnectionFailed, or DatabaseFailed from within."""
        with map_errors(self.alias, self.params), self.connect(database) as conn:
            yield conn

    def connect(self, database: str | None = None) -> Connection[Any]:
        """Give an open connection; the caller closes it."""
        try:
            return self._connect(database or self.home)
        except psycopg.OperationalError as error:
            if database is not None or not _NO_HOME.search(str(error)):
                raise
            _homeless.add((self.alias, self.source))
        return self._connect(self.source)

    def _connect(self, database: str) -> Connection[Any]:
        return psycopg.Connection.connect(
            **self.params,
            dbname=database,
            autocommit=True,
            prepare_threshold=None,
            row_factory=tuple_row,
        )


_homeless: set[tuple[str, str]] = set()
"""Aliases, with their own databases, whose role isn't let into ``postgres``."""


def require_no_pooler(conn: Connection[Any], database: str) -> None:
    """Raise Refused where the session isn't on the database that was asked for."""
    row = conn.execute(b"select pg_catalog.current_database()").fetchone()
    if row is not None and row[0] != database:
        raise Refused(
            f"{conn.info.host}:{conn.info.port} led to database {row[0]!r} where {database!r} was asked for",
            "A pooler stands between: give the test alias the server's own address.",
        )


def require_sessions(where: Server, conn: Connection[Any], database: str) -> None:
    """Raise Refused where a pooler stands between that leads elsewhere, or won't let a session keep a lock."""
    require_no_pooler(conn, database)
    place = f"{conn.info.host}:{conn.info.port}"
    if _TRANSACTION_POOLER.search(place) or _shared(where, conn, database):
        raise Refused(
            f"{place} is a pooler that gives a session for one transaction only, and a test run holds locks",
            "Give the test alias the server's own address, or that of a pooler for sessions (Supabase's port 5432).",
        )


def _shared(where: Server, conn: Connection[Any], database: str) -> bool:
    """Tell whether the session's process on the server serves other sessions as well, between its transactions."""
    own = _process(conn)
    if own == conn.info.backend_pid:  # what the server said to us itself when the session began
        return False
    with where.connect(database) as other:
        return _process(other) == own or _process(conn) != own


def _process(conn: Connection[Any]) -> int:
    row = conn.execute(b"select pg_catalog.pg_backend_pid()").fetchone()
    return int(row[0]) if row is not None else 0


def find(conn: Connection[Any], name: str) -> Found | None:
    """Give the database of that name: one wait."""
    return next(iter(_found(conn, name)), None)


def found(conn: Connection[Any]) -> list[Found]:
    """Give all databases that bear our mark."""
    return [each for each in _found(conn, None) if each.mark is not None]


def _found(conn: Connection[Any], name: str | None) -> list[Found]:
    rows = conn.execute(_FOUND, {"class": LOCK_CLASS, "name": name}).fetchall()
    return [Found(row[0], parse(row[1], row[2]), row[3]) for row in rows]


def copy(conn: Connection[Any], template: str, name: str, mark: Mark) -> None:
    """Make a database as a marked copy of another.

    ``wal_log`` needs no checkpoint, and the copies of one template don't wait for one another (PostgreSQL
    documentation, CREATE DATABASE, "Parameters").
    """
    _create(conn, name, f"TEMPLATE {ident(template)} STRATEGY wal_log", mark)


def create_like(conn: Connection[Any], source: str, name: str, mark: Mark) -> None:
    """Make an empty, marked database with the encoding and the collation of another."""
    _create(conn, name, f"TEMPLATE template0 {_locale(conn, source)}", mark)


def _create(conn: Connection[Any], name: str, how: str, mark: Mark) -> None:
    with creating():
        conn.execute(f"CREATE DATABASE {ident(name)} {how}".encode())
    try:
        conn.execute(mark.written_on(name).encode())
    except psycopg.Error:
        # Made a moment ago under this name, and without its mark nobody would ever drop it.
        if not conn.closed:
            conn.execute(f"DROP DATABASE {ident(name)} WITH (FORCE)".encode())
        raise


def _locale(conn: Connection[Any], source: str) -> str:
    version = conn.info.server_version // 10000
    column = "daticulocale" if version < 17 else "datlocale"  # noqa: PLR2004 - renamed in PostgreSQL 17
    row = conn.execute(
        f"select pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, {column} "
        f"from pg_catalog.pg_database where datname = {literal(source)}".encode()
    ).fetchone()
    if row is None:
        raise Refused(f"there is no database {source!r} to take the schema from", "Correct the alias's address.")
    encoding, collate, ctype, provider, locale = row
    words = f"ENCODING {literal(encoding)} LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
    if provider == "i":
        return f"{words} LOCALE_PROVIDER icu ICU_LOCALE {literal(locale)}"
    if provider == "b":
        return f"{words} LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(locale)}"
    return words


def remark(conn: Connection[Any], name: str, mark: Mark) -> None:
    """Write another mark on a database of ours."""
    conn.execute(mark.written_on(name).encode())


def drop(conn: Connection[Any], name: str) -> None:
    """Drop a database that bears our mark, whoever is connected; raises Refused for any other."""
    it = find(conn, name)
    if it is None:
        return
    if it.mark is None:
        raise Refused(
            f"database {name!r} wasn't made by a test run of ours and is left alone",
            "Give TEST['NAME'] another value, or drop the database yourself.",
        )
    if it.mark.role == "template":
        conn.execute(f"ALTER DATABASE {ident(name)} IS_TEMPLATE false".encode())
    conn.execute(f"DROP DATABASE IF EXISTS {ident(name)} WITH (FORCE)".encode())


def rename(conn: Connection[Any], *pairs: tuple[str, str]) -> None:
    """Rename databases of ours, all or none; their sessions are ended first."""
    with conn.transaction():
        for old, new in pairs:
            conn.execute(_TERMINATE, [old])
            conn.execute(f"ALTER DATABASE {ident(old)} RENAME TO {ident(new)}".encode())


def sessions_on(conn: Connection[Any], database: str) -> int:
    """Count the clients connected to a database."""
    # Of another role's session a plain role sees the user, but not the type.
    row = conn.execute(
        b"select count(*) from pg_catalog.pg_stat_activity where datname = %s and usesysid is not null"
        b" and coalesce(backend_type, 'client backend') = 'client backend'",
        [database],
    ).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def creating() -> Iterator[None]:
    """Say what to do where the server won't let us make databases."""
    try:
        yield
    except pg.InsufficientPrivilege as error:
        if "permission denied to create database" not in str(error):
            raise
        raise Refused(
            "the test alias's role may not create databases, and each worker needs one of its own",
            "Have an administrator run: ALTER ROLE … CREATEDB.",
        ) from error
