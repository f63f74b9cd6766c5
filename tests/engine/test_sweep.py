"""Each kind is switched off in turn: its object is found in the catalogs all the same, and stops a clone."""

from __future__ import annotations

import pytest

from migration_app.engine import catalog
from migration_app.engine.errors import Unmodelled
from migration_app.engine.kinds import KINDS
from migration_app.services.clone_job import ALL, plan_job
from tests.conftest import NewDatabase
from tests.engine import trial

SCHEMA = """
CREATE TYPE e AS ENUM ('a');
CREATE TYPE r AS RANGE (subtype = float8);
CREATE TYPE comp AS (a integer);
CREATE TYPE shell;
CREATE DOMAIN d AS integer CONSTRAINT more CHECK (VALUE > 0);
CREATE FUNCTION f(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE AGGREGATE ag(integer) (sfunc = f, stype = integer);
CREATE OPERATOR ## (FUNCTION = f, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR FAMILY family USING btree;
CREATE OPERATOR CLASS class FOR TYPE integer USING hash AS OPERATOR 1 =;
CREATE COLLATION col FROM "C";
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION cfg (COPY = simple);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
CREATE TEXT SEARCH TEMPLATE tpl (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE CAST (comp AS text) WITH INOUT;
CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;
CREATE LANGUAGE plx HANDLER plpgsql_call_handler;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR PUBLIC SERVER s;
CREATE FOREIGN TABLE ft () SERVER s;
CREATE SEQUENCE q;
CREATE TABLE t (a integer DEFAULT 1, b integer CONSTRAINT ck CHECK (b > 0));
CREATE INDEX i ON t (a);
CREATE STATISTICS st ON a, b FROM t;
CREATE VIEW v AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION on_row();
CREATE POLICY po ON t;
CREATE PUBLICATION pub;
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION on_ddl();
"""
SEEN = {
    "enum": "type public.e",
    "range_type": "type public.r",
    "composite_type": "composite type public.comp",
    "base_type": "type public.shell",
    "domain": "type public.d",
    "domain_constraint": "domain constraint more on public.d",
    "routine": "function public.f(integer,integer)",
    "aggregate": "aggregate public.ag(integer)",
    "operator": "operator public.##(integer,integer)",
    "operator_family": "operator family public.family USING btree",
    "operator_class": "operator class public.class USING hash",
    "collation": "collation public.col",
    "conversion": "conversion public.conv",
    "text_search_configuration": "text search configuration public.cfg",
    "text_search_dictionary": "text search dictionary public.dict",
    "text_search_template": "text search template public.tpl",
    "text_search_parser": "text search parser public.prs",
    "cast": "cast (public.comp AS text)",
    "access_method": "access method am",
    "language": "language plx",
    "foreign_data_wrapper": "foreign-data wrapper w",
    "server": "server s",
    "user_mapping": "user mapping public on server s",
    "foreign_table": "foreign table public.ft",
    "sequence": "sequence public.q",
    "table": "table public.t",
    "default": "default value for public.t.a",
    "constraint": "table constraint ck on public.t",
    "index": "index public.i",
    "statistics": "statistics object public.st",
    "view": "view public.v",
    "materialized_view": "materialized view public.m",
    "rule": "rule ru on public.t",
    "trigger": "trigger tr on public.t",
    "policy": "policy po on public.t",
    "publication": "publication pub",
    "event_trigger": "event trigger et",
}


def test_an_object_of_a_kind_that_is_switched_off_is_named_and_stops_a_clone(new_database: NewDatabase) -> None:
    with trial.open_session(new_database(sql=SCHEMA)) as origin, trial.open_session(new_database()) as copy:
        assert catalog.read(origin).unmodelled == ()
        unseen = {}
        for name, seen in SEEN.items():
            left = catalog.read(origin, kinds=[kind for kind in KINDS if name != kind.KIND])
            if seen not in {str(sighting).replace("pg_catalog.", "") for sighting in left.unmodelled}:
                unseen[name] = [str(sighting) for sighting in left.unmodelled]
            with pytest.raises(Unmodelled):
                plan_job(left, catalog.read(copy), ALL, (origin, copy), recreate=False)
        assert not unseen
