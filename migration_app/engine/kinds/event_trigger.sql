select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass::pg_catalog.oid as classid,
       e.oid as objid,
       0 as objsubid,
       e.evtname as name,
       e.evtevent as event,
       coalesce(e.evttags, '{}') as tags,
       n.nspname as function_schema,
       p.proname as function,
       e.evtenabled as enabled
from pg_catalog.pg_event_trigger as e
join pg_catalog.pg_proc as p on p.oid = e.evtfoid
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
