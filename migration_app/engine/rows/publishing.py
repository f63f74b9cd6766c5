"""Which publications send a table's rows elsewhere: dropping the table takes it out of them without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

# Named members only: a publication of all tables, or of a schema's, names none. A partition's root stands for it.
_MEMBERS = """
select n.nspname, coalesce(root.relname, c.relname), p.pubname
from pg_catalog.pg_publication_rel as r
join pg_catalog.pg_publication as p on p.oid = r.prpubid
join pg_catalog.pg_class as c on c.oid = r.prrelid
left join pg_catalog.pg_class as root on c.relispartition and root.oid = pg_catalog.pg_partition_root(c.oid)
join pg_catalog.pg_namespace as n on n.oid = coalesce(root.relnamespace, c.relnamespace)
order by 1, 2, 3
"""


def published(connection: Connection[Any]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Give (schema, table) → the names of the publications that list it: one round trip."""
    found: dict[tuple[str, str], list[str]] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for schema, table, publication in cursor.execute(_MEMBERS, prepare=False):
            found.setdefault((schema, table), []).append(publication)
    return {table: tuple(names) for table, names in found.items()}
