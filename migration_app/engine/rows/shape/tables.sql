-- Tables that hold rows, with what a writer of rows must know of each.
select c.oid,
       n.nspname as schema,
       c.relname as name,
       c.relkind = 'p' as partitioned,
       i.inhparent as partition_of,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound,
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
       c.relkind = 'f' as is_foreign,
       pg_catalog.pg_has_role(c.relowner, 'usage') as owned,
       pg_catalog.has_table_privilege(c.oid, 'insert') and pg_catalog.has_schema_privilege(n.oid, 'usage') as insertable,
       pg_catalog.row_security_active(c.oid) as row_security,
       pg_catalog.obj_description(c.oid, 'pg_class') as comment
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_inherits as i on i.inhrelid = c.oid and c.relispartition
where c.relkind in ('r', 'p', 'f')
  and c.relpersistence <> 't'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_depend as d
                  where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname
