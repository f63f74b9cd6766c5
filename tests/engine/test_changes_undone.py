"""Many changes at once, chosen at random, and the engine leads there and back, with rows in every table.

A few by default; DBSEP_CHANGES=20 makes so many sets of them to each schema, DBSEP_SEED=7 begins elsewhere.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import psycopg
import pytest

from migration_app.engine import catalog
from tests import corpora, servers
from tests.engine import pairs, trial
from tests.engine.changing import shuffled
from tests.engine.filling import Filled
from tests.engine.test_random_changes import KITCHEN_SINK, server_for

pytestmark = pytest.mark.django_db

SETS = int(os.environ.get("DBSEP_CHANGES", "1"))
SEED = int(os.environ.get("DBSEP_SEED", "1"))
TOGETHER = (3, 10, 30)
"""How many changes make a set, in turn."""
VALUES_ARE_ASKED = 160000
"""Before, no function tells which values another type takes, and such rows aren't counted (pg_input_is_valid)."""
NOT_JUDGED = ("DROP EXTENSION plpgsql", "ALTER SCHEMA public RENAME")
"""What initdb made: pg_dump says other things of it than of what is made again like it."""


@pytest.mark.parametrize("number", range(SETS))
@pytest.mark.parametrize("path", [KITCHEN_SINK, *corpora.schemas()], ids=lambda path: path.stem)
def test_many_changes_are_made_and_unmade(path: Path, number: int) -> None:
    server = server_for(path)
    seed = SEED * 1_000_000 + number
    before = partial(servers.run_sql, sql=path)
    with pairs.own_roles(server):
        trial.exchange(server, before, partial(changed, path=path, seed=seed), Filled(), trial.Trial())


def changed(url: str, path: Path, seed: int) -> None:
    """Load the schema and make the changes that the server takes."""
    servers.run_sql(url, path)
    random = Random(seed)
    wanted = TOGETHER[seed % len(TOGETHER)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '2s'; SET client_min_messages = error; SET search_path = ''")
        server = connection.info.server_version
        changes = shuffled(catalog.read(connection), random)
        while wanted:
            change = next(changes).replace("changed_at_random", f"changed_{wanted}")
            if change.startswith(NOT_JUDGED) or (server < VALUES_ARE_ASKED and " TYPE " in change):
                continue
            with suppress(psycopg.Error):
                connection.execute(change.encode())
                wanted -= 1
