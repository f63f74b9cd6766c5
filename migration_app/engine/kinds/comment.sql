-- A comment on the index that a constraint keeps is the constraint's, beside the constraint's own; one on a NOT NULL
-- constraint is the column's or the domain's, beside its own. One on a partition's copy of a trigger is read with that.
select case when k.oid is not null then 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
            when nn.conrelid <> 0 then 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
            when nn.oid is not null then 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid
            else d.classoid end as classid,
       coalesce(k.oid, nullif(nn.conrelid, 0), nn.contypid, d.objoid) as objid,
       coalesce(nn.conkey[1], d.objsubid) as objsubid,
       a.attname as "column",
       case when k.oid is not null
            then pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(i.relname) end as "index",
       nn.conname as not_null,
       d.description as text
from pg_catalog.pg_description as d
left join pg_catalog.pg_attribute as a
       on d.objsubid <> 0
      and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and a.attrelid = d.objoid
      and a.attnum = d.objsubid
left join pg_catalog.pg_constraint as k
       on d.objsubid = 0
      and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and k.conindid = d.objoid
      and k.contype in ('p', 'u', 'x')
left join pg_catalog.pg_constraint as nn
       on d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
      and nn.oid = d.objoid
      and nn.contype = 'n'
left join pg_catalog.pg_class as i on i.oid = k.conindid
left join pg_catalog.pg_namespace as n on n.oid = i.relnamespace
left join pg_catalog.pg_trigger as tg
       on d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
      and tg.oid = d.objoid
where coalesce(tg.tgparentid, 0) = 0
  and d.classoid <> 'pg_catalog.pg_largeobject'::pg_catalog.regclass
  and (d.objoid >= 16384
   or d.objoid = 2200  -- public, whatever it is called by now
   or d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass)
