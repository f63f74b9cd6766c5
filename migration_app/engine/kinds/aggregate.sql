-- Aggregates of all sorts: ordinary, ordered-set (o) and hypothetical-set (h). Prints as regproc where 0 is "-".
select 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid as classid,
       p.oid as objid,
       0 as objsubid,
       n.nspname as schema,
       p.proname as name,
       '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' as arguments,
       coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*') as identity,
       coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*') as signature,
       pg_catalog.pg_get_function_result(p.oid) as result,
       a.aggkind::pg_catalog.text as type,
       a.aggtransfn::pg_catalog.text as transition,
       pg_catalog.format_type(a.aggtranstype, null) as state,
       a.aggtransspace as state_space,
       nullif(a.aggfinalfn::pg_catalog.text, '-') as final,
       a.aggfinalextra as final_extra,
       a.aggfinalmodify::pg_catalog.text as final_modify,
       nullif(a.aggcombinefn::pg_catalog.text, '-') as combine,
       nullif(a.aggserialfn::pg_catalog.text, '-') as serialize,
       nullif(a.aggdeserialfn::pg_catalog.text, '-') as deserialize,
       a.agginitval as initial,
       nullif(a.aggmtransfn::pg_catalog.text, '-') as moving_transition,
       nullif(a.aggminvtransfn::pg_catalog.text, '-') as moving_inverse,
       case when a.aggmtranstype <> 0 then pg_catalog.format_type(a.aggmtranstype, null) end as moving_state,
       a.aggmtransspace as moving_space,
       nullif(a.aggmfinalfn::pg_catalog.text, '-') as moving_final,
       a.aggmfinalextra as moving_final_extra,
       a.aggmfinalmodify::pg_catalog.text as moving_final_modify,
       a.aggminitval as moving_initial,
       pg_catalog.quote_ident(sn.nspname) || '.' || s.oprname as sort_operator,
       p.proparallel::pg_catalog.text as parallel
from pg_catalog.pg_aggregate as a
join pg_catalog.pg_proc as p on p.oid = a.aggfnoid
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
left join pg_catalog.pg_operator as s on s.oid = a.aggsortop
left join pg_catalog.pg_namespace as sn on sn.oid = s.oprnamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
