"""``python -m benchmarks.workers``: time to a ready test database, and to a clean one after a transactional test.

Beside ours, Django's own way with the same schema, as `benchmarks.migrating` measures it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import django
from psycopg import Connection

if TYPE_CHECKING:
    from migration_app.backend.base import DatabaseWrapper


def main() -> None:
    """Measure copies, spares and what Django would do, on one schema."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--sql", type=Path, default=Path("fixtures/legacy_production.sql"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--version", type=int, default=18, help="of the server")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dbsep_project.settings")
    with tempfile.TemporaryDirectory(prefix="dbsep-bench-") as scratch:
        from migration_app.embedded import Cluster

        cluster = Cluster.start(Path(scratch) / "server", version=options.version)
        try:
            os.environ["TEST_DATABASE_URL"] = cluster.url("shop")
            django.setup()
            _load(cluster.url("postgres"), cluster.url("shop"), options.sql)
            _measure(options.rounds)
            told = {"BENCHMARK_URL": cluster.url("shop"), "BENCHMARK_SCRIPT": str(options.sql)}
            peer = [sys.executable, "-m", "benchmarks.migrating", str(options.rounds)]
            subprocess.run(peer, env=os.environ | told, check=True)
        finally:
            cluster.remove()


def _load(server: str, url: str, script: Path) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("CREATE DATABASE shop")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(script.read_bytes())


def _measure(rounds: int) -> None:
    from django.db import connections

    from migration_app.backend import runs, server, templates
    from migration_app.backend.base import DatabaseWrapper

    connection = connections["test"]
    assert isinstance(connection, DatabaseWrapper)
    once("template built, and the first copy", lambda: connection.creation.create_test_db(verbosity=0))
    testing = connection.testing
    assert testing is not None
    where = connection.creation.place()
    run = runs.current(where, testing.run)
    keeper = run.keeper
    once("template found", lambda: templates.ready(where))
    bare = f"CREATE DATABASE bare TEMPLATE {testing.template} STRATEGY wal_log"
    mark = run.mark("worker", testing.template)
    times = [
        (
            timed(lambda: keeper.execute(bare.encode()), drop(keeper, "bare")),
            timed(lambda: server.copy(keeper, testing.template, "ours", mark), lambda: server.drop(keeper, "ours")),
        )
        for _ in range(rounds)
    ]
    bares, ours = [bare for bare, _ in times], [our for _, our in times]
    tell("bare CREATE DATABASE … TEMPLATE", bares)
    tell("our copy", ours)
    print(f"{'our copy / bare':45} {statistics.median(ours) / statistics.median(bares):8.2f}")

    _measure_swaps(connection, rounds)
    connection.creation.destroy_test_db(None, verbosity=0)


def _measure_swaps(connection: DatabaseWrapper, rounds: int) -> None:
    from migration_app.backend import replacing, spares

    testing = connection.testing
    assert testing is not None
    replacing.replace(connection, testing)
    swaps = []
    for _ in range(rounds):
        spares.wait("test")
        connection.ensure_connection()
        swaps.append(timed(lambda: replacing.replace(connection, testing)))
    spares.wait("test")
    tell("replaced by a warm spare", swaps)
    connection.ensure_connection()
    tell("looked for writes", [timed(lambda: replacing.needed(connection, testing)) for _ in range(rounds)])


def drop(conn: Connection[Any], name: str) -> Callable[[], object]:
    """Give what drops a database."""
    return lambda: conn.execute(f"DROP DATABASE {name}".encode())


def timed(action: Callable[[], object], after: Callable[[], object] = lambda: None) -> float:
    """Give the seconds that the action took; what comes after isn't counted."""
    started = perf_counter()
    action()
    took = perf_counter() - started
    after()
    return took


def once(name: str, action: Callable[[], object]) -> None:
    """Measure what is done once."""
    tell(name, [timed(action)])


def tell(name: str, seconds: list[float]) -> None:
    """Print the median and the extremes."""
    milliseconds = sorted(each * 1000 for each in seconds)
    print(f"{name:45} {statistics.median(milliseconds):8.1f} ms   {milliseconds[0]:8.1f} to {milliseconds[-1]:8.1f}")


if __name__ == "__main__":
    main()
