"""Pairs of schemas that other tools were tried on: old and new, with what both need loaded first.

    python -m tests.engine.pairs [--rows] [part of a name] …      tries them all and lists what became of each

With --rows every table of the side that is left holds rows: of the old on the way to the new, and the other way round.

They aren't part of the project. They lie where the environment variable DBSEP_CORPORA says, or in ../shared/corpora.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql as composing

from migration_app.embedded import Cluster
from tests import servers
from tests.engine import trial

if TYPE_CHECKING:
    from tests.engine.filling import Filled

ROOT = Path(os.environ.get("DBSEP_CORPORA") or Path(__file__).resolve().parents[3] / "shared" / "corpora") / "pairs"

ROWS = "--rows"


@dataclass(frozen=True)
class Pair:
    """One case of one peer."""

    directory: Path

    @property
    def name(self) -> str:
        return f"{self.directory.parent.name}/{self.directory.name}"

    def fits(self, version: int) -> bool:
        meta = json.loads((self.directory / "meta.json").read_text(encoding="utf-8"))
        return int(meta.get("min_pg", 0)) <= version

    def load(self, side: str) -> trial.Load:
        return trial.from_files([self.directory / "setup.sql", self.directory / f"{side}.sql"])


def find(*parts: str) -> list[Pair]:
    """Give the pairs whose names contain one of the parts, all without any."""
    pairs = [Pair(meta.parent) for meta in sorted(ROOT.glob("*/*/meta.json"))]
    return [pair for pair in pairs if not parts or any(part in pair.name for part in parts)]


def judge(server: Cluster, pair: Pair) -> trial.Trial:
    """Lead old to new and back; raises trial.NotLoadable or trial.Wrong. The server's other roles are dropped after."""
    with own_roles(server):
        return trial.judge(server, pair.load("old"), pair.load("new"))


def judge_with_rows(server: Cluster, pair: Pair) -> tuple[Filled, trial.Trial]:
    """Lead old to new and new to old, from tables that hold rows; what of these fits must stay."""
    from tests.engine.filling import Filled  # needs Django, once that is set up

    filled, tried = Filled(), trial.Trial()
    with own_roles(server):
        trial.exchange(server, pair.load("old"), pair.load("new"), filled, tried)
    return filled, tried


@contextmanager
def own_roles(server: Cluster) -> Iterator[None]:
    """Drop the roles that the block makes."""
    before = set(_roles(server))
    try:
        yield
    finally:
        _drop_roles(server, set(_roles(server)) - before)


def _roles(server: Cluster) -> Iterator[str]:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        yield from (name for (name,) in connection.execute("SELECT rolname FROM pg_roles"))


def _drop_roles(server: Cluster, names: set[str]) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for name in names:
            connection.execute(composing.SQL("DROP ROLE {}").format(composing.Identifier(name)))


def main(*words: str) -> int:
    """Try the pairs and list them; gives the number of those that went wrong."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    servers.open_root()
    try:
        found = servers.with_extension("pgcrypto") or servers.server("prod")
        counts: Counter[tuple[str, str]] = Counter()
        for pair in find(*(word for word in words if word != ROWS)):
            started = monotonic()
            state, reason = _outcome(found, pair, rows=ROWS in words)
            counts[pair.name.split("/")[0], state] += 1
            sys.stdout.write(f"{state:8} {pair.name} ({monotonic() - started:.1f} s) {reason}\n")
            sys.stdout.flush()
        for (peer, state), count in sorted(counts.items()):
            sys.stdout.write(f"{peer:12} {state:8} {count}\n")
    finally:
        servers.close_root()
    return sum(count for (_, state), count in counts.items() if state == "wrong")


def _outcome(server: Cluster, pair: Pair, *, rows: bool) -> tuple[str, str]:
    if not pair.fits(server.version):
        return "skipped", f"not for PostgreSQL {server.version}"
    try:
        if not rows:
            judge(server, pair)
            return "right", ""
        filled, tried = judge_with_rows(server, pair)
    except trial.NotLoadable as error:
        return "unloaded", str(error)
    except trial.Wrong as error:
        return "wrong", str(error)
    empty = "".join(f"; {name} is empty: {reason}" for name, reason in filled.empty.items())
    return "right", (
        f"{sum(filled.rows.values())} rows in {len(filled.rows)} tables, {tried.rows} looked for again, "
        f"{tried.in_the_way} were in the way{empty}"
    )


if __name__ == "__main__":
    sys.exit(min(1, main(*sys.argv[1:])))
