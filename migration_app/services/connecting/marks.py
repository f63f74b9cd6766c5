"""The mark that says a database is ours to change, and whether a database is empty.

The mark is a line in the database's comment: neither a dump of one database nor CREATE DATABASE … TEMPLATE
carries it along, and it names the database it was written for, so a copied one doesn't count.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app import conf
from migration_app.engine import sql
from migration_app.services.connecting.fingerprints import fingerprint

if TYPE_CHECKING:
    from psycopg import Connection

_LINE: Final = re.compile(r"^\[dbsep\] .*?(\{.*\})\s*$", re.MULTILINE)

_COMMENT: Final = """
select pg_catalog.shobj_description(d.oid, 'pg_database')
  from pg_catalog.pg_database d
 where d.datname = pg_catalog.current_database()
"""


@dataclass(frozen=True)
class Mark:
    """What the database's comment says about whose it is to change."""

    role: str
    """test, staging or performance."""
    fingerprint: str
    """The identity of the database that the mark was written for: ``<system identifier>/<database oid>``."""
    created: datetime


def read_mark(conn: Connection[Any]) -> Mark | None:
    """Read the mark: one round trip. None where there is none that can be read."""
    return _parse(_comment(conn))


def write_mark(conn: Connection[Any], role: str) -> Mark:
    """Write the mark for this very database, keeping the rest of its comment. Needs the database's owner."""
    found = fingerprint(conn)
    mark = Mark(role, found.identity, datetime.now(UTC).replace(microsecond=0))
    kept = _LINE.sub("", _comment(conn) or "").strip()
    comment = f"{kept}\n\n{_line(mark)}".strip()
    # COMMENT takes no parameters, and a lone % in a query without parameters is just a %.
    conn.execute(f"comment on database {sql.ident(found.database)} is {sql.literal(comment)}")
    return mark


def is_empty(conn: Connection[Any]) -> bool:
    """Tell whether the database holds nothing of a user's: one round trip.

    Not counted: system schemas, extension members, the platform's schemas, an empty `public`.
    """
    return not objects_found(conn)


def objects_found(conn: Connection[Any]) -> tuple[str, ...]:
    """Name a few of the user's objects, for a refusal that shows what it saw: one round trip."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        return tuple(row[0] for row in cursor.execute(_OBJECTS, _platform()))


def mark_and_objects(conn: Connection[Any]) -> tuple[Mark | None, tuple[str, ...]]:
    """Give what `read_mark` and `objects_found` give, both in one round trip."""
    comment, objects = conn.cursor(row_factory=tuple_row), conn.cursor(row_factory=tuple_row)
    with conn.pipeline():
        comment.execute(_COMMENT)
        objects.execute(_OBJECTS, _platform())
    row = comment.fetchone()
    return _parse(row[0] if row is not None else None), tuple(name for (name,) in objects)


def _platform() -> dict[str, object]:
    overrides = conf.get().platform_schemas
    names = {"include": list(overrides.include), "exclude": list(overrides.exclude), "names": PLATFORM_NAMES}
    return {**names, "limit": 5}


def _comment(conn: Connection[Any]) -> str | None:
    with conn.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_COMMENT).fetchone()
    return None if row is None else row[0]


def _line(mark: Mark) -> str:
    facts = {"role": mark.role, "fingerprint": mark.fingerprint, "created": mark.created.isoformat()}
    return f"[dbsep] a {mark.role} database: dbsep may replace what it holds {json.dumps(facts)}"


def _parse(comment: str | None) -> Mark | None:
    match = _LINE.search(comment or "")
    if match is None:
        return None
    try:
        facts = json.loads(match[1])
        return Mark(str(facts["role"]), str(facts["fingerprint"]), datetime.fromisoformat(facts["created"]))
    except (ValueError, KeyError, TypeError):
        return None


PLATFORM_NAMES: Final = (
    r"^(_analytics|_realtime|_supavisor|auth|cron|dbdev|etl|extensions|graphql|graphql_public|net|pgbouncer|pgmq"
    r"|pgmq_public|pgroonga|pgsodium|pgsodium_masks|pgtle|realtime|repack|storage|supabase_functions"
    r"|supabase_migrations|supabase_subscription_mgmt|tiger|tiger_data|timescaledb_.*|_timescaledb_.*|topology|vault)$"
)

# A schema is the platform's by its owner, or by its name where the platform's superuser exists: a plain
# PostgreSQL may well have a user's schema called auth.
_OBJECTS: Final = """
with schemas as (
  select n.oid, n.nspname
    from pg_catalog.pg_namespace n
   where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     and n.nspname <> all (%(include)s::text[])
     and (n.nspname = any (%(exclude)s::text[])
          or not (pg_catalog.pg_get_userbyid(n.nspowner) ~ '^supabase_'
                  or n.nspname ~ %(names)s
                     and exists (select from pg_catalog.pg_roles where rolname = 'supabase_admin')))
     and not exists (select from pg_catalog.pg_depend e
                      where e.classid = 'pg_catalog.pg_namespace'::regclass and e.objid = n.oid and e.deptype
                      = 'e')
), objects (classid, oid, name) as (
  select 'pg_catalog.pg_class'::regclass, c.oid, s.nspname || '.' || c.relname
    from pg_catalog.pg_class c join schemas s on s.oid = c.relnamespace
  union all
  select 'pg_catalog.pg_proc'::regclass, p.oid, s.nspname || '.' || p.proname || '()'
    from pg_catalog.pg_proc p join schemas s on s.oid = p.pronamespace
  union all
  select 'pg_catalog.pg_type'::regclass, t.oid, s.nspname || '.' || t.typname
    from pg_catalog.pg_type t join schemas s on s.oid = t.typnamespace
   where t.typtype <> 'c' and t.typelem = 0
  union all
  select 'pg_catalog.pg_operator'::regclass, o.oid, s.nspname || '.' || o.oprname
    from pg_catalog.pg_operator o join schemas s on s.oid = o.oprnamespace
  union all
  select 'pg_catalog.pg_opfamily'::regclass, o.oid, s.nspname || '.' || o.opfname
    from pg_catalog.pg_opfamily o join schemas s on s.oid = o.opfnamespace
  union all
  select 'pg_catalog.pg_collation'::regclass, c.oid, s.nspname || '.' || c.collname
    from pg_catalog.pg_collation c join schemas s on s.oid = c.collnamespace
  union all
  select 'pg_catalog.pg_conversion'::regclass, c.oid, s.nspname || '.' || c.conname
    from pg_catalog.pg_conversion c join schemas s on s.oid = c.connamespace
  union all
  select 'pg_catalog.pg_ts_config'::regclass, c.oid, s.nspname || '.' || c.cfgname
    from pg_catalog.pg_ts_config c join schemas s on s.oid = c.cfgnamespace
  union all
  select 'pg_catalog.pg_ts_dict'::regclass, d.oid, s.nspname || '.' || d.dictname
    from pg_catalog.pg_ts_dict d join schemas s on s.oid = d.dictnamespace
  union all
  select 'pg_catalog.pg_namespace'::regclass, s.oid, s.nspname
    from schemas s where s.nspname <> 'public'
  union all
  select 'pg_catalog.pg_largeobject'::regclass, l.oid, 'large object ' || l.oid
    from pg_catalog.pg_largeobject_metadata l
)
select o.name::text
  from objects o
 where not exists (select from pg_catalog.pg_depend e
                    where e.classid = o.classid and e.objid = o.oid and e.refobjsubid = 0 and e.deptype = 'e')
 order by o.classid::oid, o.name
 limit %(limit)s
"""
