CREATE SCHEMA "other place";
CREATE TYPE mood AS ENUM ('happy', 'so so', '2nd', '');
CREATE DOMAIN email AS varchar(120) CHECK (VALUE LIKE '%@%');
CREATE DOMAIN counted AS integer DEFAULT 1 NOT NULL;

CREATE TABLE "other place".makers (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code char(4) NOT NULL UNIQUE,
    "class" text
);
COMMENT ON TABLE "other place".makers IS 'Who made "it".';

CREATE TABLE things (
    id bigserial PRIMARY KEY,
    maker_id integer NOT NULL REFERENCES "other place".makers ON DELETE CASCADE,
    maker_code char(4) REFERENCES "other place".makers (code),
    parent_id bigint REFERENCES things,
    owner text NOT NULL DEFAULT 'nobody',
    owner_id bigint REFERENCES things UNIQUE,
    feeling mood NOT NULL DEFAULT 'so so',
    feelings mood[] NOT NULL DEFAULT '{}',
    tags text[] NOT NULL DEFAULT '{}'::text[],
    mail email,
    pieces counted,
    number bigint GENERATED ALWAYS AS IDENTITY,
    price numeric(10, 2) NOT NULL DEFAULT 0.50,
    exact numeric,
    rough real,
    doc jsonb NOT NULL DEFAULT '{"a": [1]}',
    raw json,
    valid daterange,
    during tstzrange,
    made timestamp without time zone,
    seen timestamp with time zone NOT NULL DEFAULT now(),
    place inet,
    net cidr,
    spot point,
    wait interval,
    free varchar,
    doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
    "Odd ""name"" 100%" text,
    "save" boolean NOT NULL DEFAULT false,
    CONSTRAINT things_price CHECK (price >= 0 AND price < 1000),
    CONSTRAINT "things 100% sure" CHECK (owner <> '{}' AND owner NOT LIKE '%;%')
);
COMMENT ON COLUMN things.price IS 'In euros';
CREATE INDEX things_feeling_and_when_it_was_seen_index ON things (feeling, seen DESC);
CREATE INDEX things_owner_lower ON things (lower(owner) text_pattern_ops) WHERE price > 0;
CREATE INDEX things_tags ON things USING gin (tags);
CREATE UNIQUE INDEX things_one_saved ON things (maker_id) WHERE "save";
CREATE UNIQUE INDEX things_owner_key ON things (lower(owner), maker_id);

CREATE TABLE thing_makers (
    thing_id bigint REFERENCES things,
    maker_id integer REFERENCES "other place".makers,
    since date NOT NULL DEFAULT CURRENT_DATE,
    PRIMARY KEY (thing_id, maker_id)
);
CREATE TABLE versions (
    id bigint NOT NULL,
    version integer NOT NULL,
    body text,
    PRIMARY KEY (id, version)
);
CREATE TABLE pages (
    version_id bigint,
    version_number integer,
    a integer,
    b integer,
    UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (version_id, version_number) REFERENCES versions (id, version)
);
CREATE TABLE "100% Sure; ""really""" ("2nd" integer PRIMARY KEY, id text);
CREATE TABLE readings (taken timestamptz NOT NULL, value double precision) PARTITION BY RANGE (taken);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE VIEW cheap AS SELECT id FROM things WHERE price < 1;
