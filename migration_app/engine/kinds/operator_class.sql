-- Operator classes with the members that are bound to them; the others are the family's.
select 'pg_catalog.pg_opclass'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.opcname as name,
       m.amname as method,
       c.opcdefault as "default",
       pg_catalog.format_type(c.opcintype, null) as type,
       pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname) as family,
       case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end as storage,
       coalesce(members.texts, '{}') as members
from pg_catalog.pg_opclass as c
join pg_catalog.pg_namespace as n on n.oid = c.opcnamespace
join pg_catalog.pg_am as m on m.oid = c.opcmethod
join pg_catalog.pg_opfamily as f on f.oid = c.opcfamily
join pg_catalog.pg_namespace as fn on fn.oid = f.opfnamespace
left join (
    select d.refobjid as class,
           pg_catalog.array_agg(
               coalesce(
                   'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator::pg_catalog.text
                       || coalesce(' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.'
                                   || pg_catalog.quote_ident(s.opfname), ''),
                   'FUNCTION ' || p.amprocnum || ' (' || pg_catalog.format_type(p.amproclefttype, null) || ', '
                       || pg_catalog.format_type(p.amprocrighttype, null) || ') '
                       || p.amproc::pg_catalog.regprocedure::pg_catalog.text)
               order by o.amopstrategy, p.amprocnum, o.amoplefttype::pg_catalog.regtype::pg_catalog.text collate "C",
                        o.amoprighttype::pg_catalog.regtype::pg_catalog.text collate "C",
                        p.amproclefttype::pg_catalog.regtype::pg_catalog.text collate "C",
                        p.amprocrighttype::pg_catalog.regtype::pg_catalog.text collate "C") as texts
    from pg_catalog.pg_depend as d
    left join pg_catalog.pg_amop as o
           on d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass and o.oid = d.objid
    left join pg_catalog.pg_amproc as p
           on d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass and p.oid = d.objid
    left join pg_catalog.pg_opfamily as s on s.oid = o.amopsortfamily
    left join pg_catalog.pg_namespace as sn on sn.oid = s.opfnamespace
    where d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
      and d.classid in ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)
    group by d.refobjid
) as members on members.class = c.oid
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
