"""No statement of a plan can be left out: the fixtures' plans, each tried without one statement after the other.

A few by default; DBSEP_FIXTURES=all takes every case that goes into one transaction.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from tests.engine import sparing, trial
from tests.engine.kinds.test_fixtures import CASES, meta_of

ALL = os.environ.get("DBSEP_FIXTURES") == "all"
SAMPLE = ("enum/labels_reordered", "policy/", "extension_dependency/redefined")
CHOSEN = CASES if ALL else [case for case in CASES if f"{case.parent.name}/{case.name}".startswith(SAMPLE)]
CONSTRAINTS = 18
"""The version that made NOT NULL a constraint."""
KNOWN = {
    "partition/added_and_dropped": "indexes are built under their names before ATTACH, which would make what lacks",
}
"""Cases whose plans say something that PostgreSQL would do anyway, and why they do."""
KNOWN_BEFORE_18 = dict.fromkeys(
    ("inheritance/column_added", "inheritance/not_null", "inheritance/parents_that_grow", "table/parent_columns"),
    "no catalog says whether a child's NOT NULL came with its parent's",
)


@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_every_statement_is_needed(case: Path, prod_server: Cluster) -> None:
    meta = meta_of(case)
    if meta.get("min_version", 0) > prod_server.version or meta.get("extensions") or meta.get("icu"):
        pytest.skip("not for this server")
    name = f"{case.parent.name}/{case.name}"
    known = KNOWN if prod_server.version >= CONSTRAINTS else {**KNOWN, **KNOWN_BEFORE_18}
    if name in known:
        pytest.skip(known[name])
    with trial.databases(prod_server, 2) as (old, new):
        trial.from_files([case / "before.sql"])(old)
        trial.from_files([case / "after.sql"])(new)
        with psycopg.connect(old, autocommit=True) as here, psycopg.connect(new, autocommit=True) as there:
            sides = catalog.read(here), catalog.read(there)
            ways = ((here, sides[0], sides[1]), (there, sides[1], sides[0]))
            for connection, current, wanted in ways[: 1 if "one_way" in meta else 2]:
                statements = trial.statements_without_rows(connection, wanted, current)
                found = sparing.unneeded(connection, statements, wanted)
                assert not found, "\n".join(each.sql for each in found)
