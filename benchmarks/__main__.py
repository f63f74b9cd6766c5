"""``python -m benchmarks``: starts its own server, makes its own schemas, and measures."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import django
import psycopg

if TYPE_CHECKING:
    from benchmarks.contests import Contest, Place
    from benchmarks.report import Figure


def main() -> None:
    """Measure each contest on each schema at each distance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000], help="tables of the made schemas")
    parser.add_argument("--sql", type=Path, nargs="*", default=[], help="schemas of yours")
    parser.add_argument("--delays", type=float, nargs="*", default=[0, 50], help="round trips in milliseconds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--version", type=int, default=18, help="of the server")
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dbsep-bench-") as scratch:
        os.environ["CONTROL_DATABASE_URL"] = f"sqlite:///{scratch}/control.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dbsep_project.settings")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        figures = _measure(options, Path(scratch))
    from benchmarks.report import save, show

    show(figures)
    save(figures, options.out)


def _measure(options: argparse.Namespace, scratch: Path) -> list[Figure]:
    from benchmarks.contests import Place, contests
    from benchmarks.proxy import delayed
    from benchmarks.schemas import schema
    from migration_app.embedded import Cluster

    texts = {f"{size} tables": schema(size) for size in options.sizes}
    texts |= {file.stem: file.read_text(encoding="utf-8") for file in options.sql}
    cluster = Cluster.start(scratch / "server", version=options.version)
    figures: list[Figure] = []
    try:
        for number, (name, text) in enumerate(texts.items()):
            source = f"bench_{number}"
            tables = _load(cluster.url("postgres"), cluster.url(source), source, text)
            for delay in options.delays:
                with delayed(cluster.port, delay / 2) as port:
                    place = Place(cluster, port if delay else cluster.port, source, f"{source}_copy")
                    for contest in contests(scratch):
                        print(f"{contest.name}, {name}, {delay:g} ms away")
                        figures += _rounds(contest, place, (name, tables, delay), options.rounds)
    finally:
        cluster.remove()
    return figures


def _load(admin: str, url: str, name: str, text: str) -> int:
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f"create database {name} template template0".encode())
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(text.encode())
        row = conn.execute("select count(*) from pg_class where relkind in ('r', 'p') and oid >= 16384").fetchone()
    return int(row[0]) if row else 0


def _rounds(contest: Contest, place: Place, where: tuple[str, int, float], rounds: int) -> list[Figure]:
    """Let the entrants take turns, so that the machine's mood is the same for all."""
    from benchmarks.processor import spent
    from benchmarks.report import Figure

    seconds: dict[str, list[float]] = {name: [] for name in contest.entrants}
    cpu: dict[str, list[float]] = {name: [] for name in contest.entrants}
    trips: dict[str, int | None] = {}
    for _ in range(rounds):
        for name, work in contest.entrants.items():
            if contest.fresh:
                place.empty_target()
            used, started = spent(place.cluster), perf_counter()
            trips[name] = work(place)
            seconds[name].append(perf_counter() - started)
            cpu[name].append(spent(place.cluster) - used)
    return [
        Figure(contest.name, *where, name, tuple(seconds[name]), tuple(cpu[name]), trips[name])
        for name in contest.entrants
    ]


if __name__ == "__main__":
    main()
