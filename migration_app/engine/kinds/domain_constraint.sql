-- Checks only: NOT NULL, a constraint since PostgreSQL 17, is the domain's.
select 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid as classid,
       k.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as domain,
       k.conname as name,
       pg_catalog.pg_get_constraintdef(k.oid) as definition,
       k.convalidated as validated
from pg_catalog.pg_constraint as k
join pg_catalog.pg_type as t on t.oid = k.contypid
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where k.contype = 'c'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
