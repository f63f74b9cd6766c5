"""What a materialized view holds, when it has to go and come back."""

from __future__ import annotations

import psycopg

from migration_app.engine import apply as applying
from migration_app.engine import catalog
from tests import servers
from tests.conftest import NewDatabase
from tests.engine import trial

VIEWS = """
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE MATERIALIZED VIEW n AS SELECT a FROM m;
CREATE MATERIALIZED VIEW empty AS SELECT a FROM t WITH NO DATA;
CREATE UNIQUE INDEX n_a ON n (a);
"""


def test_filled_views_that_went_along_are_filled_again_and_empty_ones_stay_empty(new_database: NewDatabase) -> None:
    here = new_database(sql=f"CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (2); {VIEWS}")
    there = new_database(sql=f"CREATE TABLE t (a bigint); {VIEWS}")
    with psycopg.connect(here, autocommit=True) as connection, psycopg.connect(there, autocommit=True) as other:
        plan = trial.plan_of(connection, catalog.read(other))
        applying.apply(connection, plan.statements)
    assert servers.ask(here, "SELECT count(*) FROM n") == "2"
    assert servers.ask(here, "SELECT relispopulated FROM pg_class WHERE relname = 'empty'") == "False"
