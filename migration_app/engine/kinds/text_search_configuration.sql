-- Text search configurations; for each token type, the dictionaries that it goes through, as SQL.
select 'pg_catalog.pg_ts_config'::pg_catalog.regclass::pg_catalog.oid as classid,
       c.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       c.cfgname as name,
       pn.nspname as parser_schema,
       p.prsname as parser,
       coalesce(m.tokens, '{}') as tokens,
       coalesce(m.dictionaries, '{}') as dictionaries
from pg_catalog.pg_ts_config as c
join pg_catalog.pg_namespace as n on n.oid = c.cfgnamespace
join pg_catalog.pg_ts_parser as p on p.oid = c.cfgparser
join pg_catalog.pg_namespace as pn on pn.oid = p.prsnamespace
left join lateral (
    select pg_catalog.array_agg(t.alias order by t.tokid) as tokens,
           pg_catalog.array_agg(d.names order by t.tokid) as dictionaries
    from (select m.maptokentype,
                 pg_catalog.string_agg(
                     pg_catalog.quote_ident(dn.nspname) || '.' || pg_catalog.quote_ident(d.dictname), ', '
                     order by m.mapseqno) as names
          from pg_catalog.pg_ts_config_map as m
          join pg_catalog.pg_ts_dict as d on d.oid = m.mapdict
          join pg_catalog.pg_namespace as dn on dn.oid = d.dictnamespace
          where m.mapcfg = c.oid
          group by m.maptokentype) as d
    join pg_catalog.ts_token_type(c.cfgparser) as t on t.tokid = d.maptokentype
) as m on true
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
