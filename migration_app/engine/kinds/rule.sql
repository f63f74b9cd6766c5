-- Rules that someone made; a view's own rule (_RETURN) is the view.
select 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid as classid,
       r.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.relname as "table",
       r.rulename as name,
       pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';') as definition,
       r.ev_enabled as enabled
from pg_catalog.pg_rewrite as r
join pg_catalog.pg_class as c on c.oid = r.ev_class
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where r.rulename <> '_RETURN'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
