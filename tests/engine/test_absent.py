"""What a database is said to hold nothing of is not asked for, so it must hold nothing of it."""

from __future__ import annotations

import pytest

from migration_app.engine.catalog.queries import absent_query, kind_query
from migration_app.engine.kinds import KINDS
from tests.conftest import NewDatabase
from tests.engine import trial
from tests.engine.test_sweep import SCHEMA

NAMES = {kind.KIND for kind in KINDS}


@pytest.mark.parametrize("text", ["", "CREATE TABLE t (a integer)", SCHEMA], ids=["empty", "table", "kinds"])
def test_a_kind_said_to_be_absent_has_no_rows(text: str, new_database: NewDatabase) -> None:
    with trial.open_session(new_database(sql=text)) as connection:
        major = connection.info.server_version // 10000
        absent = [row[0] for row in connection.execute(absent_query())]
        found = {kind: len(connection.execute(kind_query(kind, major).encode()).fetchall()) for kind in absent}

    assert set(absent) <= NAMES
    assert found == dict.fromkeys(absent, 0)


def test_of_an_empty_database_hardly_anything_is_asked(new_database: NewDatabase) -> None:
    with trial.open_session(new_database()) as connection:
        absent = {row[0] for row in connection.execute(absent_query())}

    assert {"column", "constraint", "index", "policy", "trigger", "view"} <= absent
    assert len(absent) > len(NAMES) / 2
