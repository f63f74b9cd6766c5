-- Subscriptions of this database, for roles that may read the connection string; those of others are left to the
-- sweep, which reports them as not modelled. The permission to read a column is checked before a query runs, whatever
-- its conditions say, so the string is read by a query of its own that only the permitted run. ts_stat() runs one, in
-- which the string is made of words of at most 2 kB, each with its number before it.
select 'pg_catalog.pg_subscription'::pg_catalog.regclass::pg_catalog.oid as classid,
       s.oid as objid,
       0 as objsubid,
       s.subname as name,
       case when pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') then (
           select pg_catalog.string_agg(pg_catalog.substr(w.word, 5), '' order by w.word collate "C")
           from pg_catalog.ts_stat(pg_catalog.format(
               'select pg_catalog.array_to_tsvector(pg_catalog.array_agg('
               '           pg_catalog.lpad(i::pg_catalog.text, 4, ''0'') || pg_catalog.substr(subconninfo, i * 400 + 1, 400)))'
               ' from pg_catalog.pg_subscription, pg_catalog.generate_series(0, pg_catalog.length(subconninfo) / 400) as i'
               ' where oid = %s', s.oid)) as w)
       end as connection,
       s.subpublications as publications,
       s.subslotname as slot,
       pg_catalog.array_remove(array[
           'streaming = ' || case s.substream::pg_catalog.text when 'p' then 'parallel' when 't' then 'on' else 'off' end,
           case when s.subbinary then 'binary = true' end,
           case when s.subtwophasestate <> 'd' then 'two_phase = true' end,
           case when s.subdisableonerr then 'disable_on_error = true' end,
           case when not s.subpasswordrequired then 'password_required = false' end,
           case when s.subrunasowner then 'run_as_owner = true' end,
           case when s.suborigin <> 'any' then 'origin = ' || pg_catalog.quote_literal(s.suborigin) end,
           case when s.subsynccommit <> 'off' then 'synchronous_commit = ' || pg_catalog.quote_literal(s.subsynccommit) end
       ], null) as options
from pg_catalog.pg_subscription as s
where s.subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')
