"""Templates: a database for each state of the source's schema and rows, built once, copied by every worker."""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg

from migration_app.engine.errors import DbsepError, Refused
from migration_app.engine.kinds.extension import Extension
from migration_app.engine.sql import ident
from migration_app.services.connecting.marks import PLATFORM_NAMES

from . import origins, server
from .marking import Mark
from .written import sequences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from .origins import Origin
    from .server import Server

_BUILDING: Final = "_building"

# What was written, rows and schema alike, is told by the server's counters, so that a template is found without
# reading the catalog. A crash or a reset sets them anew, and says when. Sequences move without being counted. A hosting
# platform writes to tables of its own all the time: of those only what the user's tables refer to counts.
_STATE: Final = """
select pg_catalog.md5(pg_catalog.concat_ws(' ',
         (select pg_catalog.string_agg(pg_catalog.concat_ws(' ', s.relid, pg_catalog.pg_relation_filenode(s.relid),
                                                            s.n_tup_ins, s.n_tup_upd, s.n_tup_del),
                                       ',' order by s.relid)
            from pg_catalog.pg_stat_all_tables as s
            join pg_catalog.pg_class as c on c.oid = s.relid and not c.relisshared and c.relpersistence <> 't'
           where s.schemaname <> 'pg_toast' and s.relname not in ('pg_statistic', 'pg_statistic_ext_data')
             and (s.schemaname !~ %(platform)s or not p.there
                  or exists (select from pg_catalog.pg_constraint as f
                               join pg_catalog.pg_class as r on r.oid = f.conrelid
                               join pg_catalog.pg_namespace as n on n.oid = r.relnamespace
                              where f.confrelid = s.relid and f.contype = 'f' and n.nspname !~ %(platform)s))),
         (select pg_catalog.string_agg(q.seqrelid || ' ' || pg_catalog.pg_sequence_last_value(q.seqrelid),
                                       ',' order by q.seqrelid)
            from pg_catalog.pg_sequence as q
            join pg_catalog.pg_class as c on c.oid = q.seqrelid
            join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
           where pg_catalog.has_sequence_privilege(q.seqrelid, 'select')
             and (n.nspname !~ %(platform)s or not p.there)),
         (select pg_catalog.concat_ws(' ', d.datid, d.stats_reset)
            from pg_catalog.pg_stat_database as d where d.datname = pg_catalog.current_database()),
         (select b.stats_reset from pg_catalog.pg_stat_bgwriter as b),
         pg_catalog.current_setting('server_version_num')))
  from (select exists (select from pg_catalog.pg_roles as r where r.rolname = 'supabase_admin')) as p(there)
"""
_OFFERED: Final = """
select pg_catalog.current_setting('server_version_num'),
       pg_catalog.string_agg(e.name || ' ' || e.default_version, ',' order by e.name)
  from pg_catalog.pg_available_extensions as e where e.name = any(%s)
"""
_FIRST: Final = 16
"""How many digits of the schema's hash stand in a template's name."""


@dataclass(frozen=True, slots=True)
class Template:
    """A database to copy."""

    name: str
    schema_hash: str
    """As ``check_drift`` prints it."""
    sequences: str
    """Where the sequences stand, as a digest."""
    lacks: tuple[str, ...]
    """What of the schema, and whose rows, it does without because the role may not make or read them."""


_FORMAT: Final = 3
"""Of the mark and of what a template holds: releases that differ in it have templates of their own."""


def ready(where: Server, schema: str | None = None) -> Template:
    """Give the template for the source as it is now; build it if need be.

    Args:
        where: the test alias's server and database.
        schema: ``snapshot:FILE``, or another alias, where the schema doesn't come from the alias's own database;
            no rows come along then.

    Raises:
        UsageError: the schema is neither.
        Refused: the role may not create databases, a database of ours isn't ours, or a pooler shares sessions out.

    """
    state = _state(where, schema)
    with where.session(where.beside) as conn:
        server.require_sessions(where, conn, where.beside or where.home)
        there = _known(conn, state)
        if there is None:
            with _lock(conn, state):
                there = _known(conn, state) or _make(where, conn, state, schema)
    return there


def known(where: Server, schema: str | None = None) -> Template | None:
    """Give the template for the source as it is now; None where it isn't built yet."""
    state = _state(where, schema)
    with where.session() as conn:
        return _known(conn, state)


def _known(conn: Connection[Any], state: str) -> Template | None:
    for each in server.found(conn):
        if each.mark is not None and each.mark.role == "template" and each.name.endswith(f"_{state}"):
            return Template(each.name, each.mark.schema, each.mark.sequences, each.mark.lacks)
    return None


def _make(where: Server, conn: Connection[Any], state: str, schema: str | None) -> Template:
    origin = origins.own(where) if schema is None else origins.named(schema)
    name = f"tpl_{origin.hash[:_FIRST]}_{state}"
    there = server.find(conn, name)
    if there is not None:
        raise Refused(f"database {name!r} has a template's name and wasn't made by a test run", "Rename or drop it.")
    _build(where, conn, name, origin, rows=schema is None)
    made = _known(conn, state)
    if made is None:
        raise Refused(f"the mark of template {name!r} can't be read back", "Comments on databases must be readable.")
    return made


def _state(where: Server, schema: str | None) -> str:
    """Give what tells one state of the source from another; a schema without rows is told by its hash."""
    if schema is None:
        with where.session(where.source) as conn:
            found = str(conn.execute(_STATE.encode(), {"platform": PLATFORM_NAMES}).fetchone())
    else:
        origin = origins.named(schema)
        extensions = [extension.name for extension in origin.snapshot.of_kind(Extension)]
        with where.session() as conn:
            found = f"{schema} {origin.hash} {conn.execute(_OFFERED.encode(), [extensions]).fetchone()}"
    return hashlib.sha256(f"{_FORMAT} {where.source} {found}".encode()).hexdigest()[:12]


@contextmanager
def _lock(conn: Connection[Any], name: str) -> Iterator[None]:
    key = (server.LOCK_CLASS, zlib.crc32(name.encode()) & 0x7FFFFFFF)
    conn.execute("select pg_catalog.pg_advisory_lock(%s, %s)", key)
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", key)


def _mark(where: Server, origin: Origin) -> Mark:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Mark("template", 0, os.getpid(), now, where.source, schema=origin.hash, lacks=origin.lacks)


def _build(where: Server, conn: Connection[Any], name: str, origin: Origin, *, rows: bool) -> None:
    """Build under another name and rename: whoever sees the template's name sees a whole template."""
    for left in server.found(conn):
        if left.name.startswith(f"{name}{_BUILDING}"):
            server.drop(conn, left.name)
    # A name that nobody has: who is killed before the mark is written leaves a database that nobody may drop.
    building, mark = f"{name}{_BUILDING}_{secrets.token_hex(3)}", _mark(where, origin)
    try:
        if not rows or not _copied(where, conn, building, mark):
            from . import filling

            server.create_like(conn, where.source, building, mark)
            mark = replace(mark, lacks=(*mark.lacks, *filling.fill(where, building, origin.snapshot, rows=rows)))
    except DbsepError:
        server.drop(conn, building)
        raise
    with where.session(building) as look:
        mark = replace(mark, sequences=sequences(look))
    server.remark(conn, building, mark)
    conn.execute(f"ALTER DATABASE {ident(building)} IS_TEMPLATE true".encode())
    server.rename(conn, (building, name))
    # A session on a template would stand in the way of every copy.
    conn.execute(f"ALTER DATABASE {ident(name)} ALLOW_CONNECTIONS false".encode())


def _copied(where: Server, conn: Connection[Any], building: str, mark: Mark) -> bool:
    """Copy the source's files; False where the server can't: others are connected, or it isn't the role's own."""
    if server.sessions_on(conn, where.source):
        return False
    try:
        server.copy(conn, where.source, building, mark)
    except (pg.ObjectInUse, pg.InsufficientPrivilege):
        return False
    return True
