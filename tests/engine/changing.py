"""Single changes of every sort, made from what a snapshot holds: to see whether a comparison misses one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random

from migration_app.engine.kinds.partition import Partition
from migration_app.engine.model import Object, Snapshot
from migration_app.engine.sql import ident, qualified

ROLE = "pg_monitor"
"""A role that every server has."""

EVERY = (
    "COMMENT ON {reference} IS 'changed at random'",
    "COMMENT ON {reference} IS NULL",
    "DROP {reference} CASCADE",
    "ALTER {reference} RENAME TO changed_at_random",
    "ALTER {reference} OWNER TO pg_monitor",
    "ALTER {reference} SET SCHEMA pg_temp",
)
"""For every object that has a name of its own; the server refuses what doesn't fit the kind."""
GRANTED = (
    "GRANT ALL ON {grant_reference} TO pg_monitor",
    "GRANT ALL ON {grant_reference} TO pg_monitor WITH GRANT OPTION",
    "GRANT ALL ON {grant_reference} TO public",
    "REVOKE ALL ON {grant_reference} FROM public",
    "REVOKE ALL ON {grant_reference} FROM current_user",
)
_TABLE = (
    "ALTER TABLE {of} ADD changed_at_random int",
    "ALTER TABLE {of} ADD CONSTRAINT changed_at_random CHECK (1 > 0)",
    "ALTER TABLE {of} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {of} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {of} FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {of} SET (fillfactor = 55)",
    "ALTER TABLE {of} SET (toast.autovacuum_enabled = off)",
    "ALTER TABLE {of} RESET (fillfactor)",
    "ALTER TABLE {of} SET UNLOGGED",
    "ALTER TABLE {of} REPLICA IDENTITY FULL",
    "ALTER TABLE {of} REPLICA IDENTITY NOTHING",
    "ALTER TABLE {of} SET WITHOUT CLUSTER",
    "ALTER TABLE {of} DISABLE TRIGGER USER",
    "CREATE POLICY changed_at_random ON {of} USING (false)",
    "CREATE RULE changed_at_random AS ON DELETE TO {of} DO INSTEAD NOTHING",
    "CREATE TABLE public.changed_at_random () INHERITS ({of})",
    "CREATE VIEW public.changed_at_random AS SELECT * FROM {of}",
    "CREATE MATERIALIZED VIEW public.changed_at_random AS SELECT 1 AS one FROM {of} WITH NO DATA",
    (
        "CREATE TRIGGER changed_at_random BEFORE UPDATE ON {of} FOR EACH ROW"
        " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
    ),
    "CREATE PUBLICATION changed_at_random FOR TABLE {of}",
    "GRANT TRUNCATE ON {of} TO pg_monitor",
)
_COLUMN = (
    "ALTER TABLE {of} ALTER {name} SET NOT NULL",
    "ALTER TABLE {of} ALTER {name} DROP NOT NULL",
    "ALTER TABLE {of} ALTER {name} SET DEFAULT null",
    "ALTER TABLE {of} ALTER {name} DROP DEFAULT",
    "ALTER TABLE {of} ALTER {name} TYPE text USING {name}::text",
    "ALTER TABLE {of} ALTER {name} TYPE varchar(77) USING {name}::text",
    "ALTER TABLE {of} ALTER {name} SET STATISTICS 77",
    "ALTER TABLE {of} ALTER {name} SET STORAGE EXTERNAL",
    "ALTER TABLE {of} ALTER {name} SET COMPRESSION pglz",
    "ALTER TABLE {of} ALTER {name} SET (n_distinct = 7)",
    "ALTER TABLE {of} ALTER {name} ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE {of} ALTER {name} SET GENERATED ALWAYS",
    "ALTER TABLE {of} ALTER {name} DROP IDENTITY",
    "ALTER TABLE {of} ALTER {name} DROP EXPRESSION",
    "ALTER TABLE {of} DROP {name} CASCADE",
    "ALTER TABLE {of} RENAME {name} TO changed_at_random",
    "CREATE INDEX changed_at_random ON {of} ({name})",
    "CREATE UNIQUE INDEX changed_at_random ON {of} ({name} DESC) WHERE {name} IS NULL",
    "ALTER TABLE {of} ADD CONSTRAINT changed_at_random UNIQUE ({name})",
    "GRANT SELECT ({name}) ON {of} TO pg_monitor",
    "GRANT UPDATE ({name}) ON {of} TO public WITH GRANT OPTION",
    "CREATE STATISTICS public.changed_at_random ON (({name}::text)) FROM {of}",
    "ALTER FOREIGN TABLE {of} ALTER {name} OPTIONS (ADD column_name 'changed')",
)
_SEQUENCE = (
    "ALTER SEQUENCE {self} INCREMENT 7",
    "ALTER SEQUENCE {self} MAXVALUE 7777",
    "ALTER SEQUENCE {self} CYCLE",
    "ALTER SEQUENCE {self} CACHE 7",
    "ALTER SEQUENCE {self} START 7",
    "ALTER SEQUENCE {self} AS smallint",
    "ALTER SEQUENCE {self} OWNED BY NONE",
    "ALTER SEQUENCE {self} SET UNLOGGED",
)
_ROUTINE = tuple(
    f"ALTER {{reference}} {action}"
    for action in (
        "STRICT",
        "CALLED ON NULL INPUT",
        "IMMUTABLE",
        "STABLE",
        "SECURITY DEFINER",
        "SECURITY INVOKER",
        "LEAKPROOF",
        "PARALLEL SAFE",
        "COST 7",
        "ROWS 7",
        "SET work_mem = '7MB'",
        "RESET ALL",
        "DEPENDS ON EXTENSION plpgsql",
    )
)
OWN: Mapping[str, tuple[str, ...]] = {
    "table": _TABLE,
    "column": _COLUMN,
    "sequence": _SEQUENCE,
    "identity": (
        "ALTER TABLE {of} ALTER {name} SET INCREMENT 7",
        "ALTER TABLE {of} ALTER {name} SET CACHE 7",
        "ALTER TABLE {of} ALTER {name} DROP IDENTITY",
    ),
    "routine": _ROUTINE,
    "index": (
        "ALTER INDEX {self} SET (fillfactor = 57)",
        "ALTER INDEX {self} ALTER 1 SET STATISTICS 77",
        "ALTER TABLE {of} CLUSTER ON {name}",
        "ALTER TABLE {of} REPLICA IDENTITY USING INDEX {name}",
    ),
    "constraint": (
        "ALTER TABLE {of} DROP CONSTRAINT {name} CASCADE",
        "ALTER TABLE {of} RENAME CONSTRAINT {name} TO changed_at_random",
        "ALTER TABLE {of} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE {of} VALIDATE CONSTRAINT {name}",
    ),
    "view": (
        "ALTER VIEW {self} SET (security_barrier = true)",
        "ALTER VIEW {self} SET (security_invoker = true)",
        "ALTER VIEW {self} SET (check_option = local)",
        (
            "CREATE TRIGGER changed_at_random INSTEAD OF INSERT ON {self} FOR EACH ROW"
            " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
        ),
    ),
    "materialized_view": (
        "ALTER MATERIALIZED VIEW {self} SET (fillfactor = 57)",
        "ALTER MATERIALIZED VIEW {self} SET WITHOUT CLUSTER",
    ),
    "enum": (
        "ALTER TYPE {self} ADD VALUE 'changed at random'",
        "ALTER TYPE {self} ADD VALUE 'changed at random' BEFORE 'a'",
        "ALTER TYPE {self} RENAME VALUE 'a' TO 'changed at random'",
    ),
    "domain": (
        "ALTER DOMAIN {self} SET NOT NULL",
        "ALTER DOMAIN {self} DROP NOT NULL",
        "ALTER DOMAIN {self} SET DEFAULT null",
        "ALTER DOMAIN {self} DROP DEFAULT",
        "ALTER DOMAIN {self} ADD CONSTRAINT changed_at_random CHECK (value IS NOT NULL)",
    ),
    "domain_constraint": (
        "ALTER DOMAIN {of} DROP CONSTRAINT {name}",
        "ALTER DOMAIN {of} RENAME CONSTRAINT {name} TO changed_at_random",
    ),
    "composite_type": (
        "ALTER TYPE {self} ADD ATTRIBUTE changed_at_random int",
        "ALTER TYPE {self} RENAME ATTRIBUTE a TO changed_at_random",
        "ALTER TYPE {self} ALTER ATTRIBUTE a TYPE bytea",
        "COMMENT ON COLUMN {self}.a IS 'changed at random'",
    ),
    "base_type": ("ALTER TYPE {self} SET (STORAGE = external)", "ALTER TYPE {self} SET (TYPMOD_IN = varchartypmodin)"),
    "trigger": (
        "ALTER TABLE {of} DISABLE TRIGGER {name}",
        "ALTER TABLE {of} ENABLE ALWAYS TRIGGER {name}",
        "ALTER TABLE {of} ENABLE REPLICA TRIGGER {name}",
        "ALTER TRIGGER {name} ON {of} RENAME TO changed_at_random",
        "DROP TRIGGER {name} ON {of}",
    ),
    "rule": ("ALTER TABLE {of} DISABLE RULE {name}", "ALTER RULE {name} ON {of} RENAME TO changed_at_random"),
    "policy": (
        "ALTER POLICY {name} ON {of} USING (1 > 7)",
        "ALTER POLICY {name} ON {of} WITH CHECK (1 > 7)",
        "ALTER POLICY {name} ON {of} TO pg_monitor",
        "ALTER POLICY {name} ON {of} RENAME TO changed_at_random",
    ),
    "event_trigger": ("ALTER EVENT TRIGGER {self} DISABLE", "ALTER EVENT TRIGGER {self} ENABLE ALWAYS"),
    "statistics": ("ALTER STATISTICS {self} SET STATISTICS 77",),
    "publication": (
        "ALTER PUBLICATION {self} SET (publish = 'truncate')",
        "ALTER PUBLICATION {self} SET (publish_via_partition_root = true)",
        "ALTER PUBLICATION {self} ADD TABLES IN SCHEMA public",
        "ALTER PUBLICATION {self} DROP TABLES IN SCHEMA public",
    ),
    "subscription": (
        "ALTER SUBSCRIPTION {self} SET (binary = true)",
        "ALTER SUBSCRIPTION {self} SET PUBLICATION changed WITH (refresh = false)",
    ),
    "foreign_data_wrapper": ("ALTER FOREIGN DATA WRAPPER {self} OPTIONS (ADD changed 'at random')",),
    "server": (
        "ALTER SERVER {self} OPTIONS (ADD changed 'at random')",
        "ALTER SERVER {self} VERSION 'changed'",
        "CREATE USER MAPPING FOR pg_monitor SERVER {self}",
    ),
    "foreign_table": (
        "ALTER FOREIGN TABLE {self} OPTIONS (ADD changed 'at random')",
        "ALTER FOREIGN TABLE {self} ADD changed_at_random int",
    ),
    "text_search_configuration": (
        "ALTER TEXT SEARCH CONFIGURATION {self} DROP MAPPING IF EXISTS FOR word",
        "ALTER TEXT SEARCH CONFIGURATION {self} ALTER MAPPING FOR asciiword WITH pg_catalog.simple",
    ),
    "text_search_dictionary": ("ALTER TEXT SEARCH DICTIONARY {self} (accept = false)",),
    "operator_family": (
        "ALTER OPERATOR FAMILY {of} ADD OPERATOR 1 < (int8, int2)",
        "ALTER OPERATOR FAMILY {of} DROP OPERATOR 1 (int4, int4)",
    ),
    "operator": ("ALTER {reference} SET (RESTRICT = NONE)", "ALTER {reference} SET (JOIN = eqjoinsel)"),
    "partition": ("ALTER TABLE {parent} DETACH PARTITION {of}",),
    "schema": (
        "CREATE TABLE {self}.changed_at_random (id int)",
        "CREATE FUNCTION {self}.changed_at_random() RETURNS int LANGUAGE sql AS 'SELECT 7'",
        "CREATE PROCEDURE {self}.changed_at_random() LANGUAGE sql AS 'SELECT 7'",
        "CREATE AGGREGATE {self}.changed_at_random(int) (SFUNC = int4pl, STYPE = int)",
        "CREATE TYPE {self}.changed_at_random AS ENUM ('a')",
        "CREATE TYPE {self}.changed_at_random AS (a int)",
        "CREATE TYPE {self}.changed_at_random AS RANGE (SUBTYPE = int)",
        "CREATE TYPE {self}.changed_at_random",
        "CREATE DOMAIN {self}.changed_at_random AS int CHECK (value > 7)",
        "CREATE SEQUENCE {self}.changed_at_random",
        'CREATE COLLATION {self}.changed_at_random (LOCALE = "C")',
        "CREATE CONVERSION {self}.changed_at_random FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        "CREATE OPERATOR {self}.=#= (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
        "CREATE OPERATOR FAMILY {self}.changed_at_random USING btree",
        "CREATE TEXT SEARCH CONFIGURATION {self}.changed_at_random (PARSER = pg_catalog.default)",
        "CREATE TEXT SEARCH DICTIONARY {self}.changed_at_random (TEMPLATE = pg_catalog.simple)",
        (
            "CREATE TEXT SEARCH PARSER {self}.changed_at_random (START = prsd_start, GETTOKEN = prsd_nexttoken,"
            " END = prsd_end, LEXTYPES = prsd_lextype)"
        ),
        "CREATE TEXT SEARCH TEMPLATE {self}.changed_at_random (LEXIZE = dsimple_lexize)",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {self} GRANT SELECT ON TABLES TO pg_monitor",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {self} GRANT EXECUTE ON FUNCTIONS TO pg_monitor WITH GRANT OPTION",
    ),
}
WHOLE = (
    "CREATE SCHEMA changed_at_random",
    "CREATE FOREIGN DATA WRAPPER changed_at_random",
    "CREATE PUBLICATION changed_at_random FOR ALL TABLES",
    "CREATE LANGUAGE changed_at_random HANDLER plpgsql_call_handler",
    "CREATE ACCESS METHOD changed_at_random TYPE table HANDLER heap_tableam_handler",
    "CREATE CAST (int AS box) WITH INOUT",
    "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
    "CREATE SUBSCRIPTION changed_at_random CONNECTION 'dbname=none' PUBLICATION none WITH (connect = false)",
    "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor",
    "GRANT CREATE ON SCHEMA public TO public",
    "DROP EXTENSION plpgsql CASCADE",
)


def candidates(snapshot: Snapshot) -> dict[str, list[str]]:
    """Give sort of change → the statements of that sort that this schema suggests; the server may refuse some."""
    found: dict[str, list[str]] = defaultdict(list)
    for obj in snapshot.objects.values():
        words = _words(obj)
        for template in _templates(obj):
            try:
                statement = template.format(**words)
            except KeyError:
                continue
            found[f"{obj.KIND}: {template}"].append(statement)
    return {**found, **{statement: [statement] for statement in WHOLE}}


def shuffled(snapshot: Snapshot, random: Random) -> Iterator[str]:
    """Give statements in a random order, one sort after the other, so that kinds with few objects have their turn."""
    sorts = candidates(snapshot)
    names = sorted(sorts)
    while True:
        yield random.choice(sorts[random.choice(names)])


def _templates(obj: Object) -> Iterator[str]:
    if obj.SHARED:
        return
    if obj.address.of is None:
        yield from EVERY
    if obj.GRANTS_ON:
        yield from GRANTED
    yield from OWN.get(obj.KIND, ())


def _words(obj: Object) -> dict[str, str]:
    words = {}
    for name in ("reference", "grant_reference"):
        try:
            words[name] = getattr(obj, name)
        except NotImplementedError:
            continue
    place = obj.address.of.path if obj.address.of is not None else obj.path
    words["self"] = qualified(*place) if len(place) > 1 else ident(place[0])
    if obj.address.of is not None or len(place) == 2:
        words["of"] = words["self"]
    else:
        words["of"] = qualified(*place[:2])
    if obj.address.of is None and getattr(obj, "table", None) is not None:
        words["of"] = qualified(obj.path[0], str(getattr(obj, "table", "")))
    words["name"] = ident(place[-1])
    if isinstance(obj, Partition):
        words["parent"] = qualified(obj.schema, obj.parent)
    return words
