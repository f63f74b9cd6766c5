-- Every dependency of what isn't the system's own, and the members of every extension.
-- Objects made by initdb have oids below 16384 (PostgreSQL 18, FirstNormalObjectId).
select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype::pg_catalog.text
from pg_catalog.pg_depend as d
where (d.objid >= 16384 or d.deptype = 'e')
  and (d.refobjid >= 16384
       or d.refclassid in ('pg_catalog.pg_namespace'::pg_catalog.regclass,
                           'pg_catalog.pg_extension'::pg_catalog.regclass,
                           'pg_catalog.pg_language'::pg_catalog.regclass))
