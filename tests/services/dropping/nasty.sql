-- Tables with everything that a table may have; test_nasty.py drops them and brings them back.
CREATE ROLE "Nasty "" Reader";
CREATE SCHEMA "Odd ""Schema";
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TYPE "Odd ""Schema"."Mood" AS ENUM ('', 'it''s', 'a"b', '\');
CREATE TABLE "Odd ""Schema"."test_ Mixed ""Case" (
    "Id ""x" bigint GENERATED ALWAYS AS IDENTITY (START WITH -5 INCREMENT BY 7 MINVALUE -9 CYCLE) PRIMARY KEY,
    t text, b bytea, n numeric, f float8, d date, ts timestamptz, i interval, j jsonb, a text[][], m "Odd ""Schema"."Mood",
    ms "Odd ""Schema"."Mood"[], r int4range, u uuid, bits bit varying, x xml, p point, mac macaddr8,
    g text GENERATED ALWAYS AS (coalesce(t, '') || '%s') STORED, gone int
);
ALTER TABLE "Odd ""Schema"."test_ Mixed ""Case" DROP COLUMN gone;
INSERT INTO "Odd ""Schema"."test_ Mixed ""Case" (t, b, n, f, d, ts, i, j, a, m, ms, r, u, bits, p, mac) VALUES
    ('', '', 'NaN', 'NaN', 'infinity', '-infinity', '0', '{}', '{}', '', '{}', 'empty', NULL, B'', '(0,0)', NULL),
    (E'\\.', E'\\x00ff5c', 'Infinity', '-Infinity', '4714-11-24 BC', 'infinity', '-1 year 2 mons -3 days 00:00:00.1',
     '"\u2028"', '{{a,NULL},{"NULL",""}}', 'it''s', '{"","it''s",NULL}', '[1,)', gen_random_uuid(), B'101', '(1e300,-0)', NULL),
    (E'\t\n\r\b\f\v\\N', NULL, '-0.00', '-0', NULL, NULL, NULL, 'null', NULL, '\', NULL, NULL, NULL, NULL, NULL, NULL),
    (NULL, decode(repeat('5c2e0a', 70000), 'hex'), 1e-300, 4.9e-324, 'epoch', 'epoch', '178956970 years', '[1e400]',
     ARRAY[repeat('x', 100000)], NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (repeat('漢字🐘\n', 100000), '', 123456789012345678901234567890.123456789, 1, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL);
DELETE FROM "Odd ""Schema"."test_ Mixed ""Case" WHERE n = 1e-300 AND b IS NULL;
CREATE UNIQUE INDEX "i ""1" ON "Odd ""Schema"."test_ Mixed ""Case" (md5(t)) WHERE t <> 'it''s';
CREATE TABLE "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü" (id int, at date, v text DEFAULT E'\\ ''', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE test_part_1 PARTITION OF "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü" FOR VALUES FROM (MINVALUE) TO ('2025-01-01') PARTITION BY LIST (id);
CREATE TABLE test_part_1_1 PARTITION OF test_part_1 DEFAULT;
CREATE TABLE loose_part (at date NOT NULL, id int NOT NULL, v text DEFAULT 'own');
ALTER TABLE "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü" ATTACH PARTITION loose_part FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
INSERT INTO "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü" SELECT n, date '2024-12-25' + n FROM generate_series(1, 20) AS n;
CREATE INDEX ON "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü" (v);
CREATE TABLE test_kin (LIKE orders INCLUDING ALL, parent int) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE test_child (more text COLLATE "C") INHERITS (test_kin);
INSERT INTO test_kin VALUES (1, 2); INSERT INTO test_child VALUES (1, 2, 'x'), (3, 4, NULL);
ALTER TABLE test_kin ADD CONSTRAINT "fk "" 1" FOREIGN KEY (parent) REFERENCES orders ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE test_kin ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;
CREATE POLICY "only "" mine" ON test_kin AS RESTRICTIVE FOR UPDATE TO "Nasty "" Reader" USING (id > 0) WITH CHECK (id > 1);
CREATE FUNCTION "test_ ""watch""() "() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN RETURN NEW; /* $$ ' */ END$f$;
CREATE TRIGGER "t "" 1" BEFORE INSERT OR UPDATE OF id ON test_kin FOR EACH ROW WHEN (NEW.id > 0)
    EXECUTE FUNCTION "test_ ""watch""() "('a''b', E'\\');
ALTER TABLE test_kin DISABLE TRIGGER "t "" 1";
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON test_child DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION "test_ ""watch""() "();
CREATE RULE "r "" 1" AS ON DELETE TO test_kin WHERE OLD.id = 1 DO ALSO SELECT 'it''s';
CREATE STATISTICS "s "" 1" (ndistinct, mcv) ON id, parent FROM test_kin;
CREATE MATERIALIZED VIEW "test_ filled" AS SELECT count(*) AS "n "" n" FROM "test_üüüüüüüüüüüüüüüüüüüüüüüüüüüüü";
CREATE MATERIALIZED VIEW test_empty AS SELECT 1 AS one WITH NO DATA;
CREATE VIEW test_view WITH (security_barrier) AS SELECT id AS "%" FROM test_kin WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE FUNCTION test_atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM test_kin; END;
CREATE SEQUENCE "test_ ""numbers" AS smallint INCREMENT BY -3 MINVALUE -100 MAXVALUE 5 CACHE 4 CYCLE;
ALTER TABLE test_kin ALTER parent SET DEFAULT nextval('"test_ ""numbers"');
SELECT nextval('"test_ ""numbers"');
GRANT SELECT, INSERT ON test_kin TO "Nasty "" Reader" WITH GRANT OPTION;
GRANT UPDATE (id) ON test_kin TO PUBLIC; REVOKE TRUNCATE ON test_kin FROM CURRENT_USER;
GRANT USAGE ON SEQUENCE "test_ ""numbers" TO PUBLIC; REVOKE EXECUTE ON FUNCTION test_atomic() FROM PUBLIC;
COMMENT ON TABLE test_kin IS E'it''s\n-- DROP TABLE orders; \\ $$ %s';
COMMENT ON COLUMN test_kin.id IS ''';'; COMMENT ON POLICY "only "" mine" ON test_kin IS 'p'; COMMENT ON TRIGGER "t "" 1" ON test_kin IS 't';
COMMENT ON CONSTRAINT "fk "" 1" ON test_kin IS 'c'; COMMENT ON INDEX "Odd ""Schema"."i ""1" IS 'i'; COMMENT ON RULE "r "" 1" ON test_kin IS 'r';
COMMENT ON STATISTICS "s "" 1" IS 's'; COMMENT ON VIEW test_view IS 'v'; COMMENT ON SEQUENCE "test_ ""numbers" IS 'n';
ALTER TABLE test_kin ALTER id SET STATISTICS 7, ALTER id SET (n_distinct = -0.5);
