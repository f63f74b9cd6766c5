-- Schemas whose tables, all of them, are in a publication.
select 'pg_catalog.pg_publication_namespace'::pg_catalog.regclass::pg_catalog.oid as classid,
       m.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       p.pubname as publication
from pg_catalog.pg_publication_namespace as m
join pg_catalog.pg_publication as p on p.oid = m.pnpubid
join pg_catalog.pg_namespace as n on n.oid = m.pnnspid
