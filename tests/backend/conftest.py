"""A project for each test, between databases of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migration_app.embedded import Cluster
from tests.backend.projects import SCHEMA, USER_PROJECT, Project
from tests.conftest import NewDatabase


@pytest.fixture
def bookshop(prod_server: Cluster, test_server: Cluster, new_database: NewDatabase) -> Iterator[Project]:
    """Give the user's project, its schema in both databases."""
    project = Project(USER_PROJECT, new_database(prod_server, SCHEMA), new_database(test_server, SCHEMA))
    yield project
    project.clear()
