-- Loose members: operators and functions that belong to a family but to none of its classes.
with members as (
    select 'pg_catalog.pg_amop'::pg_catalog.regclass::pg_catalog.oid as classid, a.oid as objid, a.amopfamily as family,
           'OPERATOR ' || a.amopstrategy as slot,
           ' (' || pg_catalog.format_type(a.amoplefttype, null) || ', '
                || pg_catalog.format_type(a.amoprighttype, null) || ')' as types,
           a.amopopr::pg_catalog.regoperator::pg_catalog.text
               || coalesce(' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.'
                           || pg_catalog.quote_ident(s.opfname), '') as member
    from pg_catalog.pg_amop as a
    left join pg_catalog.pg_opfamily as s on s.oid = a.amopsortfamily
    left join pg_catalog.pg_namespace as sn on sn.oid = s.opfnamespace
    where a.oid >= 16384
    union all
    select 'pg_catalog.pg_amproc'::pg_catalog.regclass, a.oid, a.amprocfamily, 'FUNCTION ' || a.amprocnum,
           ' (' || pg_catalog.format_type(a.amproclefttype, null) || ', '
                || pg_catalog.format_type(a.amprocrighttype, null) || ')',
           a.amproc::pg_catalog.regprocedure::pg_catalog.text
    from pg_catalog.pg_amproc as a
    where a.oid >= 16384
)
select a.classid as classid,
       a.objid as objid,
       0 as objsubid,
       n.nspname as schema,
       f.opfname as family,
       m.amname as method,
       a.slot || a.types as slot,
       -- ADD OPERATOR names the types after the operator, ADD FUNCTION before the function
       case when a.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass then a.slot || a.types else a.slot end
           || ' ' || a.member as addition
from members as a
join pg_catalog.pg_opfamily as f on f.oid = a.family
join pg_catalog.pg_namespace as n on n.oid = f.opfnamespace
join pg_catalog.pg_am as m on m.oid = f.opfmethod
where not exists (select from pg_catalog.pg_depend as d
                  where d.classid = a.classid
                    and d.objid = a.objid
                    and d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass)
  and not exists (select from pg_catalog.pg_depend as d
                  where d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                    and d.objid = f.oid
                    and d.deptype = 'e')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
