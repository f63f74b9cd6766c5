-- Loose members: operators and functions that belong to a family but to none of its classes.
with members as (
    select 'pg_catalog.pg_amop'::pg_catalog.regclass::pg_catalog.oid as classid, a.oid as objid, a.amopfamily as family,
           'OPERATOR ' || a.amopstrategy as slot, a.amoplefttype as "left", a.amoprighttype as "right",
           a.amopopr as operator, null::pg_catalog.oid as function, a.amopsortfamily as sorts
    from pg_catalog.pg_amop as a
    where a.oid >= 16384
    union all
    select 'pg_catalog.pg_amproc'::pg_catalog.regclass, a.oid, a.amprocfamily,
           'FUNCTION ' || a.amprocnum, a.amproclefttype, a.amprocrighttype, null, a.amproc, 0
    from pg_catalog.pg_amproc as a
    where a.oid >= 16384
)
select a.classid as classid,
       a.objid as objid,
       0 as objsubid,
       n.nspname as schema,
       f.opfname as family,
       m.amname as method,
       a.slot || t.types as slot,
       -- ADD OPERATOR names the types after the operator, ADD FUNCTION before the function
       case when a.function is null
            then a.slot || ' ' || a.operator::pg_catalog.regoperator::pg_catalog.text
                 || coalesce(' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.'
                             || pg_catalog.quote_ident(s.opfname), '')
            else a.slot || t.types || ' ' || a.function::pg_catalog.regprocedure::pg_catalog.text end as addition
from members as a
join pg_catalog.pg_opfamily as f on f.oid = a.family
join pg_catalog.pg_namespace as n on n.oid = f.opfnamespace
join pg_catalog.pg_am as m on m.oid = f.opfmethod
left join pg_catalog.pg_opfamily as s on s.oid = a.sorts
left join pg_catalog.pg_namespace as sn on sn.oid = s.opfnamespace
cross join lateral (select ' (' || pg_catalog.format_type(a."left", null) || ', '
                               || pg_catalog.format_type(a."right", null) || ')' as types) as t
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
