-- regproc prints a function's name, with its schema under an empty search path.
select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass::pg_catalog.oid as classid,
       w.oid as objid,
       0 as objsubid,
       w.fdwname as name,
       case when w.fdwhandler <> 0 then w.fdwhandler::pg_catalog.regproc::pg_catalog.text end as handler,
       case when w.fdwvalidator <> 0 then w.fdwvalidator::pg_catalog.regproc::pg_catalog.text end as validator,
       array(select o from pg_catalog.unnest(w.fdwoptions) as o order by o collate pg_catalog."C") as options
from pg_catalog.pg_foreign_data_wrapper as w
