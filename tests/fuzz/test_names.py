"""Whatever names and texts hold, they stay names and texts, on the way there and on the way back.

By default a few examples, always the same ones. `DBSEP_FUZZ=1000` tries as many, each time others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from migration_app.embedded import Cluster
from migration_app.engine import catalog, diff
from migration_app.engine.apply import within
from migration_app.engine.model import Snapshot
from tests.engine.trial import databases, describe, plan_of
from tests.fuzz.schemas import pairs

MANY: Final = int(os.environ.get("DBSEP_FUZZ", "0"))
Connection = psycopg.Connection[tuple[Any, ...]]
Pair = tuple[tuple[str, ...], tuple[str, ...]]


def examples(few: int) -> settings:
    """Give how many examples are tried: few of the same by default, else as many as asked for."""
    return settings(
        max_examples=MANY or few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        print_blob=bool(MANY),
        phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if MANY else ())),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def scratch(prod_server: Cluster) -> Iterator[Connection]:
    """Open a session on a database that is empty before and after each example."""
    with databases(prod_server, 1) as (url,), psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Run the block in a transaction that leaves nothing, set up as a plan's."""
    connection.execute("BEGIN; SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def build(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode(), prepare=False)


def read(connection: Connection) -> Snapshot:
    return catalog.read(connection, within=True)


@examples(25)
@given(pair=pairs())
def test_the_engine_goes_there_and_back(scratch: Connection, pair: Pair) -> None:
    found = []
    with undone(scratch):
        nothing = read(scratch)
    for statements in pair:
        with undone(scratch):
            build(scratch, statements)
            found.append(read(scratch))
    with undone(scratch):
        for wanted in (found[0], found[1], found[0], nothing):
            planned = plan_of(scratch, wanted, read(scratch))
            within(scratch, planned.statements)
            assert [describe(change) for change in diff.compare(read(scratch), wanted)] == []
