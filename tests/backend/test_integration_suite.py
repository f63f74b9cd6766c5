"""The shop's integration tests pass on the founding schema by either runner, and production is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from tests.backend.projects import Project
from tests.conftest import NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(test_server: Cluster, new_database: NewDatabase) -> Iterator[Project]:
    """Give this checkout with the founding schema as its test database, and no production: it is hidden."""
    project = Project(ROOT, "", new_database(test_server, LEGACY_PRODUCTION))
    yield project
    project.clear()


@pytest.mark.parametrize(
    "words",
    [
        ("manage.py", "test", "tests.integration"),
        ("-m", "pytest", "tests/integration", "--ds", "dbsep_project.settings", "-p", "no:cacheprovider"),
    ],
    ids=["manage.py test", "pytest"],
)
def test_they_pass(shop: Project, words: tuple[str, ...]) -> None:
    code, said = shop.run(*words)
    assert code == 0, said
    assert "Ran 21 tests" in said or "21 passed" in said
    assert set(shop.databases().values()) == {"template"}


def test_they_pass_while_another_session_is_on_the_test_database(shop: Project) -> None:
    with psycopg.connect(shop.test) as watching:
        watching.execute("select 1")
        code, said = shop.run("manage.py", "test", "tests.integration")
    assert code == 0, said
