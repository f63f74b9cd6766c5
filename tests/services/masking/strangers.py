"""Schemas of strangers, seeded and copied masked by the policy that is proposed for them: all rows arrive, every rule
holds over again, and no masked value is found.

    python -m tests.services.masking.strangers [part of a name] …      tries them all and lists what became of each

On a server that has contrib, where there is one, or on that of DBSEP_TEST_POSTGRES.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from migration_app.embedded import Cluster
from migration_app.engine.errors import CopyFailed, DbsepError
from migration_app.engine.sql import literal
from tests.engine import pairs, trial
from tests.services.seeding import strangers
from tests.services.seeding.strangers import Stranger

if TYPE_CHECKING:
    from migration_app.services.masking.result import Masked

ROWS = 30
Connection = psycopg.Connection[Any]


def judge(server: Cluster, stranger: Stranger) -> dict[str, str]:
    """Copy its rows and give what is to be said of it; raises trial.NotLoadable or trial.Wrong."""
    before = set(pairs._roles(server))
    try:
        with trial.databases(server, 2) as urls, tempfile.TemporaryDirectory(prefix="dbsep-policy-") as folder:
            for url in urls:
                trial.from_files(stranger.files)(url)
            with (
                psycopg.connect(urls[0], autocommit=True) as source,
                psycopg.connect(urls[1], autocommit=True) as target,
            ):
                return _tried(source, target, Path(folder) / "masking.toml")
    finally:
        pairs._drop_roles(server, set(pairs._roles(server)) - before)


def _tried(source: Connection, target: Connection, policy: Path) -> dict[str, str]:
    try:
        _prepare(source, target, policy)
        masked = _copy(source, target, policy)
        said = {}
        if masked.leaks:
            said["by chance"] = "; ".join(map(str, masked.leaks))
            _accept(policy, masked)
            masked = _copy(source, target, policy)
    except CopyFailed as error:
        if "breaks" not in error.message:
            raise trial.Wrong(f"{type(error).__name__}: {error}") from error
        return {"refused": error.message}  # by a rule that only the stranger knows, and named
    except DbsepError as error:
        raise trial.Wrong(f"{type(error).__name__}: {error}") from error
    if masked.leaks or masked.undecided:
        raise trial.Wrong(f"leaks {masked.leaks}, undecided {masked.undecided}")
    _compare(source, target, masked)
    return said


def _prepare(source: Connection, target: Connection, policy: Path) -> None:
    from migration_app.services.connecting import write_mark
    from migration_app.services.masking import suggest_policy
    from migration_app.services.seeding import seed_testdata

    write_mark(source, "test")
    seed_testdata(source, rows=ROWS)
    source.execute(f'comment on database "{source.info.dbname}" is null'.encode())
    write_mark(target, "staging")
    suggest_policy(source, policy=policy)
    text = re.sub(r'\{ suggest = ("\w+") \}', r"\1", policy.read_text("utf-8")).replace("{ suggest =", "{ mask =")
    policy.write_text(text, "utf-8")


def _copy(source: Connection, target: Connection, policy: Path) -> Masked:
    from migration_app.services.masking import copy_masked
    from migration_app.services.masking.narrowing import Wish

    return copy_masked(source, target, policy=policy, wish=Wish(streams=1), reset=True)


def _accept(policy: Path, masked: Masked) -> None:
    """Take leaks for what they are here: seeds draw their words from one list, and so do masks."""
    with policy.open("a", encoding="utf-8") as file:
        file.write(f"\n[leaks]\naccept = {json.dumps(sorted({leak.found_in for leak in masked.leaks}))}\n")


def _compare(source: Connection, target: Connection, masked: Masked) -> None:
    for table, name in source.execute(strangers.TABLES.encode()).fetchall():
        if name in masked.tables:
            # The rows of partitions are told with the table's; those of children are their own tables'.
            query = f"select count(*), count(*) filter (where tableoid = {literal(table)}::regclass) from {table}"
            counts = [side.execute(query.encode()).fetchone() for side in (source, target)]
            if counts[0] != counts[1] or masked.tables[name] not in (counts[0] or ()):
                raise trial.Wrong(f"{name}: {counts[0]} rows became {counts[1]}, told as {masked.tables[name]}")
    broken = list(strangers.broken_rules(target))
    if broken:
        raise trial.Wrong(f"PostgreSQL finds rows that break {', '.join(broken)}")


def main(*parts: str) -> int:
    """Copy the schemas' rows and list them; gives the number of those that went wrong."""
    os.environ.setdefault("DBSEP_MASKING_KEY", "a key that is long enough to be one")
    return strangers.listed(judge, ("copied", "noted"), *parts)


if __name__ == "__main__":
    sys.exit(min(1, main(*sys.argv[1:])))
