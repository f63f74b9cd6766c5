-- User mappings whose options the session's role may read. Those that it may not (the view gives null for them as it
-- does where there are none) are left to the sweep, which reports them as not modelled.
select 'pg_catalog.pg_user_mapping'::pg_catalog.regclass::pg_catalog.oid as classid,
       m.umid as objid,
       0 as objsubid,
       m.srvname as server,
       m.usename as role,
       array(select o from pg_catalog.unnest(m.umoptions) as o order by o collate pg_catalog."C") as options
from pg_catalog.pg_user_mappings as m
join pg_catalog.pg_foreign_server as s on s.oid = m.srvid
where m.umoptions is not null
   or (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user)
   or m.umuser = 0 and pg_catalog.pg_has_role(s.srvowner, 'USAGE')
   or m.usename = current_user
      and (pg_catalog.pg_has_role(s.srvowner, 'USAGE') or pg_catalog.has_server_privilege(s.oid, 'USAGE'))
