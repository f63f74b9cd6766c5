"""Event triggers fire on a plan's own statements, so they go first and come last."""

from __future__ import annotations

import psycopg

from migration_app.engine import apply, catalog, diff
from migration_app.engine.kinds.event_trigger import EventTrigger
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from tests.conftest import NewDatabase

REFUSING = """
    CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'nothing may change'; END $$;
    {}
    CREATE EVENT TRIGGER {} ON ddl_command_start EXECUTE FUNCTION public.refuse();
"""
TABLE = "CREATE TABLE public.{} (id integer); COMMENT ON TABLE public.{} IS 'x';"
DEFAULTS = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;"


def test_one_that_refuses_everything_gives_way_to_another_that_does(new_database: NewDatabase) -> None:
    here = new_database(sql=REFUSING.format(TABLE.format("old", "old"), "before"))
    there = new_database(sql=REFUSING.format(TABLE.format("new", "new") + DEFAULTS, "after"))
    with (
        psycopg.connect(here, autocommit=True, prepare_threshold=None) as target,
        psycopg.connect(there, autocommit=True, prepare_threshold=None) as source,
    ):
        current, desired = catalog.read(target), catalog.read(source)
        made = plan(diff.compare(current, desired), current, desired, Context("postgres", current))
        kinds = [statement.address.kind for statement in made]
        assert kinds[0] == kinds[-1] == EventTrigger.KIND
        apply.apply(target, made.statements)
        assert diff.compare(catalog.read(target), desired) == ()
