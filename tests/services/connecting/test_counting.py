"""Round trips are counted as the line makes them cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from migration_app.services.connecting import CountingConnection, fingerprint, read_only_transaction
from tests.services.connecting.delaying import delayed

if TYPE_CHECKING:
    from migration_app.embedded import Cluster

Work = Callable[[psycopg.Connection[Any]], object]


def one_statement(conn: psycopg.Connection[Any]) -> None:
    conn.execute("select 1")


def three_statements(conn: psycopg.Connection[Any]) -> None:
    for _ in range(3):
        conn.execute("select %s", (1,))


def a_transaction(conn: psycopg.Connection[Any]) -> None:
    with conn.transaction():
        conn.execute("select 1")


def a_pipeline(conn: psycopg.Connection[Any]) -> None:
    with conn.pipeline():
        for _ in range(50):
            conn.execute("select %s", (1,))


def a_pipeline_read_in_the_middle(conn: psycopg.Connection[Any]) -> None:
    with conn.pipeline():
        first = conn.execute("select 1")
        conn.execute("select 2")
        first.fetchone()
        conn.execute("select 3")


def a_synced_pipeline(conn: psycopg.Connection[Any]) -> None:
    with conn.pipeline() as pipeline:
        conn.execute("select 1")
        pipeline.sync()
        conn.execute("select 2")


def a_large_result(conn: psycopg.Connection[Any]) -> None:
    conn.execute("select repeat('x', 1000) from generate_series(1, 2000)").fetchall()


def copying_in(conn: psycopg.Connection[Any]) -> None:
    with conn.cursor() as cursor:
        cursor.execute("create temporary table t (a text)")
        with cursor.copy("copy t from stdin") as copy:
            for number in range(5000):
                copy.write_row((f"row {number}",))


def copying_out(conn: psycopg.Connection[Any]) -> None:
    with conn.cursor().copy("copy (select repeat('x', 1000) from generate_series(1, 2000)) to stdout") as copy:
        for _ in copy:
            pass


def many(conn: psycopg.Connection[Any]) -> None:
    conn.cursor().executemany("select %s", [(number,) for number in range(20)])


def a_named_cursor(conn: psycopg.Connection[Any]) -> None:
    with conn.transaction(), conn.cursor("c") as cursor:
        cursor.execute("select generate_series(1, 10)")
        cursor.fetchall()


def a_guarded_read(conn: psycopg.Connection[Any]) -> None:
    fingerprint(conn)
    with read_only_transaction(conn):
        conn.execute("select 1")


COUNTS: list[tuple[Work, int]] = [
    (one_statement, 1),
    (three_statements, 3),
    (a_transaction, 3),
    (a_pipeline, 1),
    (a_pipeline_read_in_the_middle, 2),
    (a_synced_pipeline, 2),
    (a_large_result, 1),
    (copying_in, 3),
    (copying_out, 1),
    (many, 1),
    (a_named_cursor, 6),
    (a_guarded_read, 4),
]


ROUNDS = 4


@pytest.mark.parametrize(("work", "expected"), COUNTS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_waits_for_the_server_are_counted(prod_url: str, work: Work, expected: int) -> None:
    with CountingConnection.connect(prod_url, autocommit=True, prepare_threshold=None) as conn:
        work(conn)
        assert conn.round_trips == expected


def test_the_counts_are_the_slope_of_time_against_distance(prod_url: str, prod_server: Cluster) -> None:
    near, far = (_least_seconds(prod_url, prod_server.port, one_way) for one_way in (0.0, 0.05))
    slopes = {name: (far[name] - near[name]) / 0.1 for name in near}
    assert slopes == {work.__name__: pytest.approx(expected, abs=0.45) for work, expected in COUNTS}


def _least_seconds(url: str, server: int, one_way: float) -> dict[str, float]:
    """Give each work's least time of some rounds, each in a session of its own: others may use the machine as well."""
    rounds = []
    with delayed(server, one_way) as port:
        for _ in range(ROUNDS):
            with CountingConnection.connect(url, port=port, autocommit=True, prepare_threshold=None) as conn:
                rounds.append({work.__name__: _seconds(work, conn) for work, _ in COUNTS})
    return {name: min(each[name] for each in rounds) for name in rounds[0]}


def _seconds(work: Work, conn: psycopg.Connection[Any]) -> float:
    began = time.perf_counter()
    work(conn)
    return time.perf_counter() - began
