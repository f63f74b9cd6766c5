"""Real schemas: the clone is made, shows no drift, and pg_dump writes the same text of both sides."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from migration_app.services.cloning import Engine, clone_schema
from migration_app.services.drift import check_drift
from tests import corpora, servers
from tests.conftest import NewDatabase

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.corpora,
    pytest.mark.skipif(not corpora.schemas(), reason=corpora.REASON),
]


@pytest.mark.parametrize("engine", ["native", "pg_dump"])
@pytest.mark.parametrize("path", corpora.schemas(), ids=lambda path: path.stem)
def test_a_real_schema_is_cloned_to_the_letter(path: Path, engine: Engine, new_database: NewDatabase) -> None:
    source, server = corpora.loaded(new_database, path)
    target = new_database(server)

    with psycopg.connect(source, autocommit=True) as ours, psycopg.connect(target, autocommit=True) as theirs:
        made = clone_schema(ours, theirs, engine=engine)
        drift = check_drift(ours, theirs, second_opinion=True)

    assert made.verified
    assert made.skipped == ()
    assert drift.differences == ()
    assert drift.unmodelled == ()
    assert drift.judge is not None
    assert drift.judge.agrees
    assert _dump(target) == _dump(source)


def _dump(url: str) -> str:
    # The mark is in the comment of the database, which pg_dump writes only with --create.
    return re.sub(r"^-- Dumped .*\n", "", servers.pg_dump_schema(url), flags=re.MULTILINE)
