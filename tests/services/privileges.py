"""Who may do what: the server's own answer for every role, object and privilege."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

import psycopg

# What to ask, of which objects, with which privileges.
_SORTS: tuple[tuple[LiteralString, LiteralString, LiteralString], ...] = (
    (
        "table",
        "select oid, oid::regclass::text, relnamespace from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')",
        "SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER",
    ),
    (
        "sequence",
        "select oid, oid::regclass::text, relnamespace from pg_class where relkind = 'S'",
        "USAGE,SELECT,UPDATE",
    ),
    ("function", "select oid, oid::regprocedure::text, pronamespace from pg_proc", "EXECUTE"),
    ("schema", "select oid, nspname, oid from pg_namespace", "CREATE,USAGE"),
    # what holds for an element holds for its array
    ("type", "select oid, oid::regtype::text, typnamespace from pg_type where typcategory <> 'A'", "USAGE"),
    ("language", "select oid, lanname, null::oid from pg_language", "USAGE"),
    ("server", "select oid, srvname, null::oid from pg_foreign_server", "USAGE"),
    ("foreign_data_wrapper", "select oid, fdwname, null::oid from pg_foreign_data_wrapper", "USAGE"),
)
_ASKED: LiteralString = """
select {sort} || ' ' || o.name || ': ' || r.name || ' ' || p.name
from ({objects}) as o (oid, name, namespace)
cross join (select unnest(%s::text[])) as r (name)
cross join (select word || grantable from unnest(string_to_array({words}, ',')) as word,
                   unnest(array['', ' WITH GRANT OPTION']) as grantable) as p (name)
left join pg_namespace as n on n.oid = o.namespace
where (o.oid >= 16384 or o.name = 'public')
  and coalesce(n.nspname !~ '^pg_' and n.nspname <> all (%s), true)
  and not exists (select from pg_depend as d where d.objid = o.oid and d.deptype = 'e')
  and has_{name}_privilege(r.name, o.oid, p.name)
"""
_COLUMNS: LiteralString = """
select 'column ' || a.attrelid::regclass || '.' || a.attname || ': ' || r.name || ' ' || p.name
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v', 'm', 'f')
join pg_namespace as n on n.oid = c.relnamespace
cross join (select unnest(%s::text[])) as r (name)
cross join (select word || grantable from unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as word,
                   unnest(array['', ' WITH GRANT OPTION']) as grantable) as p (name)
where a.attnum > 0 and not a.attisdropped and c.oid >= 16384 and n.nspname !~ '^pg_' and n.nspname <> all (%s)
  and has_column_privilege(r.name, c.oid, a.attnum, p.name)
"""


def matrix(url: str, roles: Iterable[str], *, without: tuple[str, ...] = ()) -> frozenset[str]:
    """Give everything that the roles and everybody may do in the database.

    Left out are schemas ``without``, and members of extensions, which belong to whoever the server gave them to.
    """
    found: set[str] = set()
    given = [[*roles, "public"], [*without, "information_schema"]]
    with psycopg.connect(url, autocommit=True) as connection:
        for name, objects, words in _SORTS:
            text = _ASKED.replace("{sort}", f"'{name}'").replace("{objects}", objects)
            text = text.replace("{words}", f"'{words}'").replace("{name}", name)
            found.update(row[0] for row in connection.execute(text.encode(), given))
        found.update(row[0] for row in connection.execute(_COLUMNS, given))
    return frozenset(found)
