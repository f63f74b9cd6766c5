-- What the objects given are called.
select o.classid, o.objid, i.type, i.identity, i.schema
from unnest(%(classids)s::pg_catalog.oid[], %(objids)s::pg_catalog.oid[]) as o(classid, objid)
cross join lateral pg_catalog.pg_identify_object(o.classid, o.objid, 0) as i
order by i.type, i.identity
