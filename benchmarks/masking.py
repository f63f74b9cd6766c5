"""``python -m benchmarks.masking``: a masked copy beside the same copy unmasked and ``pg_dump -a | psql``, in turns."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

import django
import psycopg

from benchmarks.processor import spent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migration_app.embedded import Cluster

MASKS: Final = {
    "profiles.email": '"email"',
    "profiles.full_name": '"name"',
    "profiles.phone": '"phone"',
    "profiles.tags": '"text"',
    "profiles.created_at": '{ mask = "date", by = "id" }',
    "profiles.updated_at": '{ mask = "date", by = "id" }',
    "orders.note": '"text"',
    "orders.metadata": '{ mask = "json", paths = { channel = "keep" } }',
    "payments.provider_reference": '"hash"',
}
"""What is masked of the shop; the rest is kept."""
TABLES: Final = ("profiles", "orders", "order_items", "payments")


def main() -> None:
    """Fill a shop, copy it by each way in turns, and tell the rates."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.masking", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of each table that a seed makes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--version", type=int, default=18, help="of the server")
    parser.add_argument("--sql", type=Path, default=Path("fixtures/legacy_production.sql"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dbsep-bench-") as scratch:
        from migration_app.embedded import Cluster

        server = Cluster.start(Path(scratch) / "server", version=options.version)
        try:
            _prepare(server, Path(scratch))
            _fill(server, options.sql, options.rows)
            _measure(server, Path(scratch), options.rounds)
        finally:
            server.remove()


def _prepare(server: Cluster, scratch: Path) -> None:
    os.environ.update(
        CONTROL_DATABASE_URL=f"sqlite:///{scratch}/control.sqlite3",
        PROD_DATABASE_URL=server.url("source"),
        STAGING_DATABASE_URL=server.url("target"),
        DBSEP_MASKING_KEY="a key for nothing but this benchmark",
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dbsep_project.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _fill(server: Cluster, script: Path, rows: int) -> None:
    from migration_app.services.connecting import write_mark
    from migration_app.services.seeding import seed_testdata

    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        for name in ("source", "target"):
            conn.execute(f"create database {name}".encode())
    for name in ("source", "target"):
        with psycopg.connect(server.url(name), autocommit=True) as conn:
            conn.execute(script.read_bytes())
            conn.execute(
                "do $$ declare t text; begin select string_agg(format('%I.%I', schemaname, tablename), ', ') into t "
                "from pg_tables where schemaname in ('public', 'reporting'); execute 'truncate ' || t || "
                "' restart identity cascade'; end $$"
            )
            write_mark(conn, "staging")
            if name == "source":
                seed_testdata(conn, profile="volume", rows=rows, tables=TABLES)
                conn.execute("vacuum analyze")
                conn.execute("comment on database source is null")


def _policy(path: Path, masks: Mapping[str, str]) -> Path:
    from migration_app.services.masking import suggest_policy

    draft = suggest_policy("prod", policy=path)
    lines: dict[str, list[str]] = {}
    for place in draft.undecided:
        table, _, column = place.rpartition(".")
        lines.setdefault(table, []).append(f'"{column}" = {masks.get(place, chr(34) + "keep" + chr(34))}')
    text = "\n".join(f'[tables."{table}".columns]\n' + "\n".join(each) for table, each in lines.items())
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class Entrant:
    """One way to copy: its rounds."""

    name: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Seconds of processor time, the client's and the server's: what a loaded machine leaves comparable."""


def _measure(server: Cluster, scratch: Path, rounds: int) -> None:
    from migration_app.models import Step
    from migration_app.services.masking import copy_masked

    policies = {"masked": _policy(scratch / "masked.toml", MASKS), "unmasked": _policy(scratch / "kept.toml", {})}
    # Seeds draw their words from one list, so that masked and kept columns have values in common.
    first = copy_masked("prod", "staging", policy=policies["masked"], reset=True)
    with policies["masked"].open("a", encoding="utf-8") as file:
        file.write(f"\n[leaks]\naccept = {json.dumps(sorted({leak.found_in for leak in first.leaks}))}\n")
    entrants = {name: Entrant(f"dbsep, {name}") for name in policies}
    dump, checks, rows = Entrant("pg_dump -a --disable-triggers | psql"), [], 0
    for _ in range(rounds):
        for name, policy in policies.items():
            with _timed(server, entrants[name]):
                copied = copy_masked("prod", "staging", policy=policy, reset=True)
            rows = sum(copied.tables.values())
            check = Step.objects.get(run_id=copied.run, name="look for leaks")
            checks += [(check.finished - check.started).total_seconds()] if copied.checked and check.finished else []
        with _timed(server, dump):
            _dump(server)
    print(f"{rows:,} rows; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    best = entrants["unmasked"]
    alone = median(best.seconds) / (median(entrants["masked"].seconds) - median(checks))
    print(f"of the masked copy, the leak check took {median(checks):.2f} s; without it {alone:.2f} of unmasked")
    for each in (*entrants.values(), dump):
        took, cpu = median(each.seconds), median(each.cpu)
        print(
            f"{each.name:38} {took:7.2f} s {rows / took:10,.0f} rows/s {median(best.seconds) / took:6.2f} of unmasked;"
            f" {cpu:7.2f} s of processor time, {median(best.cpu) / cpu:6.2f} of unmasked"
        )


@contextmanager
def _timed(server: Cluster, entrant: Entrant) -> Iterator[None]:
    used, started = spent(server), perf_counter()
    yield
    entrant.seconds.append(perf_counter() - started)
    entrant.cpu.append(spent(server) - used)


def _dump(server: Cluster) -> None:
    environment = {**os.environ, "PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": "postgres"}
    environment["PGPASSWORD"] = server.password
    with psycopg.connect(server.url("target"), autocommit=True) as conn:
        conn.execute(
            "do $$ declare t text; begin select string_agg(format('%I.%I', schemaname, tablename), ', ') into t "
            "from pg_tables where schemaname in ('public', 'reporting'); execute 'truncate ' || t || "
            "' restart identity cascade'; end $$"
        )
    # The shop's triggers write rows of their own; with them on, the peer would be slower still, and wrong.
    dump = subprocess.Popen(
        [server.bin("pg_dump"), "-a", "--disable-triggers", "source"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    subprocess.run(
        [server.bin("psql"), "-qX1", "-v", "ON_ERROR_STOP=1", "target"],
        stdin=dump.stdout,
        stdout=subprocess.DEVNULL,
        env=environment,
        check=True,
    )
    if dump.wait():
        raise SystemExit("pg_dump failed")


if __name__ == "__main__":
    main()
