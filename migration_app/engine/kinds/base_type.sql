-- Base types, and shells that nobody has filled in. The functions are printed as regproc, where 0 is "-".
select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as classid,
       t.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       t.typname as name,
       t.typisdefined as defined,
       nullif(t.typinput::pg_catalog.text, '-') as input,
       nullif(t.typoutput::pg_catalog.text, '-') as output,
       nullif(t.typreceive::pg_catalog.text, '-') as receive,
       nullif(t.typsend::pg_catalog.text, '-') as send,
       nullif(t.typmodin::pg_catalog.text, '-') as modifier_input,
       nullif(t.typmodout::pg_catalog.text, '-') as modifier_output,
       nullif(t.typanalyze::pg_catalog.text, '-') as "analyze",
       nullif(t.typsubscript::pg_catalog.text, '-') as subscript,
       t.typlen as length,
       t.typbyval as by_value,
       t.typalign::pg_catalog.text as alignment,
       t.typstorage::pg_catalog.text as storage,
       t.typcategory::pg_catalog.text as category,
       t.typispreferred as preferred,
       t.typdefault as "default",
       case when t.typelem <> 0 then pg_catalog.format_type(t.typelem, null) end as element,
       t.typdelim::pg_catalog.text as delimiter,
       t.typcollation <> 0 as collatable
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where (t.typtype = 'b' or t.typtype = 'p' and not t.typisdefined)
  and not exists (select from pg_catalog.pg_type as e where e.typarray = t.oid)
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
