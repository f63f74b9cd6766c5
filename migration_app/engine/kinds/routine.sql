-- Functions, procedures and window functions; what an extension brought is left out here, because printing is dear,
-- and so are a range type's constructors (an internal dependency).
select 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid as classid,
       p.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       p.proname as name,
       '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' as arguments,
       case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end as type,
       pg_catalog.pg_get_function_arguments(p.oid) as signature,
       pg_catalog.pg_get_function_result(p.oid) as result,
       pg_catalog.pg_get_functiondef(p.oid) as definition,
       p.prokind = 'w' as "window",
       p.prosqlbody is not null as standard_body,
       p.prosqlbody is not null
           and exists (select from pg_catalog.pg_depend as d
                       where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                         and d.objid = p.oid
                         and d.refclassid = d.classid
                         and d.refobjid = d.objid) as recursive
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where p.prokind in ('f', 'p', 'w')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_depend as d
                  where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                    and d.objid = p.oid
                    and d.deptype in ('e', 'i'))
