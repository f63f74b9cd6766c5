select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass::pg_catalog.oid as classid,
       s.oid as objid,
       0 as objsubid,
       s.srvname as name,
       w.fdwname as wrapper,
       s.srvtype as type,
       s.srvversion as version,
       array(select o from pg_catalog.unnest(s.srvoptions) as o order by o collate pg_catalog."C") as options
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw
