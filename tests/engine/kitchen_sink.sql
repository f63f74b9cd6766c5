-- One of nearly every kind, with no extension.
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'the app''s own';
GRANT USAGE ON SCHEMA app TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public;
CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
CREATE TYPE app.pair AS (a int, b text COLLATE "C");
CREATE TYPE app.span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE DOMAIN app.money AS numeric(12, 2) DEFAULT 0 CONSTRAINT positive CHECK (value >= 0);
CREATE DOMAIN app.code AS text COLLATE "C" NOT NULL;
CREATE TYPE app.raw;
CREATE FUNCTION app.raw_in(cstring) RETURNS app.raw LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION app.raw_out(app.raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE app.raw (INPUT = app.raw_in, OUTPUT = app.raw_out, INTERNALLENGTH = VARIABLE, STORAGE = extended);
CREATE COLLATION app.plain (LOCALE = "C");
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION app.add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT a + b';
CREATE FUNCTION app.series(n int) RETURNS SETOF int LANGUAGE sql ROWS 10 SET work_mem = '1MB' AS 'SELECT 1';
CREATE FUNCTION app.noted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE PROCEDURE app.tidy(INOUT n int) LANGUAGE sql BEGIN ATOMIC SELECT n; END;
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
REVOKE ALL ON FUNCTION app.add(int, int) FROM public;
CREATE OPERATOR app.=== (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, RESTRICT = eqsel);
CREATE OPERATOR FAMILY app.numbers USING btree;
CREATE OPERATOR CLASS app.ordered FOR TYPE int USING btree FAMILY app.numbers AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
CREATE CAST (app.mood AS int) WITH INOUT AS ASSIGNMENT;
CREATE SEQUENCE app.tickets START 100 INCREMENT 5 CACHE 3;
CREATE TABLE app.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code app.code UNIQUE, mood app.mood DEFAULT 'a',
    home app.pair, born date, note text COLLATE app.plain DEFAULT 'none', tags text[] NOT NULL DEFAULT '{}',
    upper_note text GENERATED ALWAYS AS (upper(note)) STORED, CONSTRAINT old_enough CHECK (born < '2010-01-01')
) WITH (fillfactor = 80);
CREATE TABLE app.orders (
    id serial PRIMARY KEY, customer bigint NOT NULL REFERENCES app.customers ON DELETE CASCADE DEFERRABLE,
    ticket int DEFAULT nextval('app.tickets'), amount app.money, during app.span, placed timestamptz DEFAULT now(),
    EXCLUDE USING gist (during WITH &&)
);
ALTER TABLE app.orders ADD CONSTRAINT big CHECK (amount < 1000000) NOT VALID;
ALTER TABLE app.orders ALTER ticket SET STATISTICS 50, ALTER amount SET STORAGE main;
CREATE INDEX orders_placed ON app.orders (placed DESC NULLS LAST) WHERE amount > 0;
CREATE UNIQUE INDEX orders_low ON app.orders (customer, (id + 1)) INCLUDE (ticket);
ALTER TABLE app.orders CLUSTER ON orders_pkey;
ALTER TABLE app.customers REPLICA IDENTITY FULL;
CREATE STATISTICS app.related (dependencies) ON customer, ticket FROM app.orders;
CREATE TABLE app.events (id int, day date NOT NULL, kind text) PARTITION BY RANGE (day);
CREATE INDEX events_kind ON app.events (kind);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_other PARTITION OF app.events DEFAULT;
CREATE TABLE app.base (id int, shared text);
CREATE TABLE app.child (own text) INHERITS (app.base);
CREATE UNLOGGED TABLE app.cache (key text PRIMARY KEY, value jsonb);
CREATE TABLE app.typed OF app.pair (PRIMARY KEY (a));
CREATE VIEW app.named WITH (security_barrier) AS SELECT id, code FROM app.customers;
CREATE VIEW app.over AS SELECT * FROM app.named WHERE id > 7 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW app.counted AS SELECT customer, count(*) AS n FROM app.orders GROUP BY customer;
CREATE UNIQUE INDEX counted_one ON app.counted (customer);
CREATE RULE quiet AS ON DELETE TO app.cache DO INSTEAD NOTHING;
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF note ON app.customers FOR EACH ROW WHEN (new.id > 0) EXECUTE FUNCTION app.touch('x');
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON app.orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER parted AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.customers FOR SELECT TO pg_monitor USING (id > 0);
CREATE POLICY written ON app.customers AS RESTRICTIVE FOR INSERT WITH CHECK (code <> '');
GRANT SELECT, INSERT ON app.customers TO pg_monitor WITH GRANT OPTION;
GRANT UPDATE (note) ON app.customers TO pg_monitor;
REVOKE ALL ON app.cache FROM CURRENT_USER;
COMMENT ON COLUMN app.customers.note IS 'free text';
COMMENT ON CONSTRAINT old_enough ON app.customers IS 'by law';
CREATE FOREIGN DATA WRAPPER nothing OPTIONS (debug 'true');
CREATE SERVER far TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER nothing OPTIONS (host 'none.invalid');
CREATE USER MAPPING FOR public SERVER far OPTIONS (username 'nobody');
CREATE FOREIGN TABLE app.remote (id int OPTIONS (column_name 'nr')) SERVER far OPTIONS (tab 'le');
CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = pg_catalog.simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH app.words;
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE PUBLICATION chosen FOR TABLE app.customers (id, code), app.orders WHERE (id > 0) WITH (publish = 'insert');
CREATE SUBSCRIPTION follow CONNECTION 'dbname=none' PUBLICATION chosen WITH (connect = false, slot_name = NONE);
CREATE EVENT TRIGGER watched ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.noted();
