"""``python -m benchmarks.scale``: what an object costs us between reading and applying, at growing sizes.

Counted is this process's own CPU time, not the server's, and the least of some rounds, so that a busy machine changes
little; and the memory that snapshot and plan hold at most.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import tracemalloc
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.schemas import pieces
from migration_app.embedded import Cluster
from migration_app.engine import catalog, diff
from migration_app.engine.model import Context, Snapshot
from migration_app.engine.plan import plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

_STEPS = ("read", "compare equals", "assemble", "plan", "hash")


def main() -> None:
    """Make schemas of each size and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--tables", type=int, nargs="*", default=[50, 500, 5300], help="19 objects each")
    parser.add_argument("--version", type=int, default=18, help="of the server")
    parser.add_argument("--url", nargs="*", default=[], help="databases of yours instead, read only")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(" objects  " + "  ".join(f"{name:>14}" for name in (*_STEPS, "in all")) + "      memory")
    for url in options.url:
        _measure(url, options.rounds)
    if options.url:
        return
    with tempfile.TemporaryDirectory(prefix="dbsep-scale-") as scratch:
        cluster = Cluster.start(Path(scratch) / "server", version=options.version)
        try:
            for tables in options.tables:
                _measure(_made(cluster, tables), options.rounds)
        finally:
            cluster.remove()


def _made(cluster: Cluster, tables: int) -> str:
    name = f"scale_{tables}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name} template template0".encode())
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        for text in pieces(tables):
            connection.execute(text.encode())
    return cluster.url(name)


def _measure(url: str, rounds: int) -> None:
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        answer = catalog.ask(connection)
        gc.disable()
        steps = [min(times) for times in zip(*(_round(connection) for _ in range(rounds)), strict=True)]
        gc.enable()
        tracemalloc.start()
        whole = catalog.snapshot_of(connection, answer)
        empty, context = _from_nothing(connection, whole)
        _made_plan = plan(diff.compare(empty, whole), empty, whole, context)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        count = len(whole.objects)
    spent = "  ".join(f"{seconds / count * 1000:>11.4f} ms" for seconds in (*steps, sum(steps)))
    print(f"{count:>8}  {spent}  {peak / count / 1024:>6.2f} KB", flush=True)


def _round(connection: Connection[Any]) -> list[float]:
    answer, read = _timed(lambda: catalog.ask(connection))
    _, alike = _timed(lambda: catalog.same(answer, answer))
    whole, assembled = _timed(lambda: catalog.snapshot_of(connection, answer))
    empty, context = _from_nothing(connection, whole)
    _, planned = _timed(lambda: plan(diff.compare(empty, whole), empty, whole, context))
    _, hashed = _timed(lambda: whole.hash)
    return [read, alike, assembled, planned, hashed]


def _from_nothing(connection: Connection[Any], whole: Snapshot) -> tuple[Snapshot, Context]:
    empty = Snapshot(whole.version, {}, {}, {})
    return empty, Context(role=connection.info.user, current=empty)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = process_time()
    result = work()
    return result, process_time() - started


if __name__ == "__main__":
    main()
