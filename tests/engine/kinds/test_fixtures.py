"""Every folder of fixtures/kinds, there and back: plan, apply, read back, no drift, pg_dump agrees, rows survive.

A case is `before.sql` and `after.sql`; where a row shall survive, `rows.sql` fills `before`. A `meta.toml` may say what
the server must have: `min_version`, `max_version`, `icu`, `extensions` (a list); and `lossy` (a reason) where rows
can't be kept, `one_way` (a reason) where the way back isn't judged.

A case makes four databases, so a run takes every third case of each kind; DBSEP_FIXTURES=all takes them all.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from migration_app.embedded import Cluster
from tests import servers
from tests.engine import trial

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "kinds"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/after.sql"))
EVERY = 1 if os.environ.get("DBSEP_FIXTURES") == "all" else 3
KNOWN = frozenset({"min_version", "max_version", "icu", "extensions", "one_way"})


def chosen() -> list[Path]:
    """Give every case, or the first, fourth, … of each kind."""
    return [case for _, cases in groupby(CASES, key=lambda case: case.parent) for case in list(cases)[::EVERY]]


@pytest.mark.parametrize("case", chosen(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_engine_leads_there_and_back(case: Path, prod_server: Cluster) -> None:
    meta = meta_of(case)
    server = _server(prod_server, meta)
    judged = trial.judge(
        server,
        trial.from_files([case / "before.sql"]),
        trial.from_files([case / "after.sql"]),
        trial.from_files([case / "rows.sql"]) if (case / "rows.sql").is_file() else None,
        back="one_way" not in meta,
    )
    assert not judged.unmodelled


def test_every_folder_holds_a_whole_case() -> None:
    folders = [path for path in FIXTURES.glob("*/*") if path.is_dir()]
    odd = [
        str(path.relative_to(FIXTURES))
        for path in folders
        if not {entry.name for entry in path.iterdir()} >= {"before.sql", "after.sql"}
        or not KNOWN.issuperset(meta_of(path))
    ]
    assert not odd
    assert len(CASES) > 100


def meta_of(case: Path) -> dict[str, Any]:
    file = case / "meta.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _server(usual: Cluster, meta: dict[str, Any]) -> Cluster:
    """Give a server that has what the case needs, or skip."""
    version = usual.version
    if not meta.get("min_version", 0) <= version <= meta.get("max_version", 99):
        pytest.skip(f"not for PostgreSQL {version}")
    if meta.get("icu") and not _offers(usual, "SELECT count(*) FROM pg_collation WHERE collname LIKE '%-x-icu'"):
        pytest.skip("this server was built without ICU")
    for extension in meta.get("extensions", ()):
        if not _offers(usual, f"SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'"):
            other = servers.with_extension(extension)
            if other is None:
                pytest.skip(f"no server here offers {extension}")
            usual = other
    return usual


@cache
def _offers(server: Cluster, question: str) -> bool:
    return servers.ask(server.url("postgres"), question) != "0"
