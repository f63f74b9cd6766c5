-- Every object that isn't the system's own, whatever its kind: what no kind models is found here.
-- Left out: temporary and TOAST objects; NOT NULL constraints, which are the column's.
select s.classid, s.objid
from (
    select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as classid, oid as objid, relnamespace as namespace from pg_catalog.pg_class
    union all select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace from pg_catalog.pg_type
    union all select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace from pg_catalog.pg_proc
    union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, oid, connamespace from pg_catalog.pg_constraint where contype <> 'n'
    union all select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace from pg_catalog.pg_operator where oprcode <> 0
    union all select 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcnamespace from pg_catalog.pg_opclass
    union all select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfnamespace from pg_catalog.pg_opfamily
    union all select 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace from pg_catalog.pg_collation
    union all select 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace from pg_catalog.pg_conversion
    union all select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace from pg_catalog.pg_ts_config
    union all select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace from pg_catalog.pg_ts_dict
    union all select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, oid, prsnamespace from pg_catalog.pg_ts_parser
    union all select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, oid, tmplnamespace from pg_catalog.pg_ts_template
    union all select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, stxnamespace from pg_catalog.pg_statistic_ext
    union all select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, c.relnamespace from pg_catalog.pg_rewrite as r join pg_catalog.pg_class as c on c.oid = r.ev_class
    union all select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.relnamespace from pg_catalog.pg_trigger as t join pg_catalog.pg_class as c on c.oid = t.tgrelid
    union all select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, c.relnamespace from pg_catalog.pg_policy as p join pg_catalog.pg_class as c on c.oid = p.polrelid
    union all select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, c.relnamespace from pg_catalog.pg_attrdef as d join pg_catalog.pg_class as c on c.oid = d.adrelid
    union all select 'pg_catalog.pg_cast'::pg_catalog.regclass, oid, null from pg_catalog.pg_cast
    union all select 'pg_catalog.pg_am'::pg_catalog.regclass, oid, null from pg_catalog.pg_am
    union all select 'pg_catalog.pg_language'::pg_catalog.regclass, oid, null from pg_catalog.pg_language
    union all select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, null from pg_catalog.pg_event_trigger
    union all select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, null from pg_catalog.pg_foreign_data_wrapper
    union all select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, null from pg_catalog.pg_foreign_server
    union all select 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, umid, null from pg_catalog.pg_user_mappings
    union all select 'pg_catalog.pg_publication'::pg_catalog.regclass, oid, null from pg_catalog.pg_publication
    union all select 'pg_catalog.pg_subscription'::pg_catalog.regclass, oid, null from pg_catalog.pg_subscription where subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
    union all select 'pg_catalog.pg_transform'::pg_catalog.regclass, oid, null from pg_catalog.pg_transform
) as s
left join pg_catalog.pg_namespace as n on n.oid = s.namespace
where s.objid >= 16384
  and (n.nspname is null or n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
