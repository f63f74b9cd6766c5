-- The kinds of which the database surely holds nothing, so that nobody need ask for them: parsing and planning their
-- queries takes longer than this one. A kind that isn't named here is always asked for.
-- Objects made by initdb have oids below 16384 (PostgreSQL 18, FirstNormalObjectId).
with relations as (
    select coalesce(pg_catalog.array_agg(distinct c.relkind), '{}') as kinds,
           coalesce(pg_catalog.bool_or(c.relispartition), false) as partitions,
           coalesce(pg_catalog.bool_or(c.relrowsecurity or c.relforcerowsecurity), false) as secured,
           coalesce(pg_catalog.bool_or(c.relkind in ('r', 'p', 'm') and c.relreplident <> 'd'), false) as identified
    from pg_catalog.pg_class as c where c.oid >= 16384
),
types as (
    select coalesce(pg_catalog.array_agg(distinct t.typtype), '{}') as kinds from pg_catalog.pg_type as t where t.oid >= 16384
)
select k.kind
from relations as r
cross join types as t
cross join lateral (values
    ('access_method', exists (select from pg_catalog.pg_am where oid >= 16384)),
    ('aggregate', exists (select from pg_catalog.pg_proc where oid >= 16384 and prokind = 'a')),
    ('cast', exists (select from pg_catalog.pg_cast where oid >= 16384)),
    ('clustering', exists (select from pg_catalog.pg_index where indisclustered)),
    ('collation', exists (select from pg_catalog.pg_collation where oid >= 16384)),
    ('column', r.kinds && array['r', 'p', 'f']::"char"[]),
    ('column_settings', 'm' = any (r.kinds)),
    ('composite_type', 'c' = any (r.kinds)),
    ('constraint', exists (select from pg_catalog.pg_constraint where oid >= 16384)),
    ('conversion', exists (select from pg_catalog.pg_conversion where oid >= 16384)),
    ('default', exists (select from pg_catalog.pg_attrdef)),
    ('default_privilege', exists (select from pg_catalog.pg_default_acl)),
    ('domain', 'd' = any (t.kinds)),
    ('domain_constraint', 'd' = any (t.kinds)),
    ('enum', 'e' = any (t.kinds)),
    ('event_trigger', exists (select from pg_catalog.pg_event_trigger)),
    ('foreign_data_wrapper', exists (select from pg_catalog.pg_foreign_data_wrapper)),
    ('foreign_table', 'f' = any (r.kinds)),
    ('identity', exists (select from pg_catalog.pg_attribute where attrelid >= 16384 and attidentity <> '')),
    ('index', r.kinds && array['i', 'I']::"char"[]),
    ('index_attachment', 'I' = any (r.kinds)),
    ('language', exists (select from pg_catalog.pg_language where oid >= 16384)),
    ('materialized_view', 'm' = any (r.kinds)),
    ('operator', exists (select from pg_catalog.pg_operator where oid >= 16384)),
    ('operator_class', exists (select from pg_catalog.pg_opclass where oid >= 16384)),
    ('operator_family', exists (select from pg_catalog.pg_opfamily where oid >= 16384)),
    ('operator_family_member', exists (select from pg_catalog.pg_amop where oid >= 16384)
                            or exists (select from pg_catalog.pg_amproc where oid >= 16384)),
    ('partition', r.partitions),
    ('policy', exists (select from pg_catalog.pg_policy)),
    ('publication', exists (select from pg_catalog.pg_publication)),
    ('publication_schema', exists (select from pg_catalog.pg_publication)),
    ('publication_table', exists (select from pg_catalog.pg_publication)),
    ('range_type', 'r' = any (t.kinds)),
    ('replica_identity', r.identified),
    ('row_security', r.secured),
    ('rule', exists (select from pg_catalog.pg_rewrite where oid >= 16384 and rulename <> '_RETURN')),
    ('security_label', exists (select from pg_catalog.pg_seclabel)),
    ('sequence', 'S' = any (r.kinds)),
    ('sequence_owner', 'S' = any (r.kinds)),
    ('server', exists (select from pg_catalog.pg_foreign_server)),
    ('statistics', exists (select from pg_catalog.pg_statistic_ext)),
    ('subscription', exists (select from pg_catalog.pg_subscription)),
    ('text_search_configuration', exists (select from pg_catalog.pg_ts_config where oid >= 16384)),
    ('text_search_dictionary', exists (select from pg_catalog.pg_ts_dict where oid >= 16384)),
    ('text_search_parser', exists (select from pg_catalog.pg_ts_parser where oid >= 16384)),
    ('text_search_template', exists (select from pg_catalog.pg_ts_template where oid >= 16384)),
    ('transform', exists (select from pg_catalog.pg_transform where oid >= 16384)),
    ('trigger', exists (select from pg_catalog.pg_trigger where not tgisinternal)),
    ('trigger_state', exists (select from pg_catalog.pg_trigger where tgparentid <> 0)),
    ('user_mapping', exists (select from pg_catalog.pg_foreign_server)),
    ('view', 'v' = any (r.kinds))
) as k (kind, present)
where not k.present
