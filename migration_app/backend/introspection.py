"""What Django asks of the catalog, for tables that Django doesn't manage as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.backends.postgresql.introspection import DatabaseIntrospection as PostgresIntrospection

if TYPE_CHECKING:
    from .base import DatabaseWrapper

_OWNED: Final = """
  from pg_catalog.pg_sequence as q
  join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = q.seqrelid
                                and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
                                and d.refobjsubid > 0
  join pg_catalog.pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  join pg_catalog.pg_type as t on t.oid = a.atttypid
 where pg_catalog.has_sequence_privilege(q.seqrelid, 'update')
 order by q.seqrelid
"""
_LIST: Final = f"""
select d.refobjid::regclass::text, a.attname, q.seqrelid::regclass::text
{_OWNED}"""

# Columns of other types hold the number as a part of a text: such a sequence restarts where there are no rows.
RESETS: Final = f"""
select pg_catalog.format(
         case when t.typname not in ('int2', 'int4', 'int8') then
           'select pg_catalog.setval(%1$L, %2$s, false) where not exists (select from %3$s)'
         when q.seqincrement > 0 then
           'select pg_catalog.setval(%1$L, greatest(%2$s, (select max(%4$I) from %3$s) + %5$s), false)'
         else
           'select pg_catalog.setval(%1$L, least(%2$s, (select min(%4$I) from %3$s) + (%5$s)), false)'
         end, q.seqrelid::regclass, q.seqstart, d.refobjid::regclass, a.attname, q.seqincrement)
{_OWNED}"""


class DatabaseIntrospection(PostgresIntrospection):
    """PostgreSQL's introspection, where under test all tables' sequences are seen."""

    connection: DatabaseWrapper

    def sequence_list(self) -> list[dict[str, Any]]:
        """Give every sequence that a column owns, under test; else those of Django's own tables."""
        if self.connection.testing is None:
            return list(super().sequence_list())
        with self.connection.cursor() as cursor:
            cursor.execute(_LIST)
            return [{"table": table, "column": column, "name": name} for table, column, name in cursor.fetchall()]
