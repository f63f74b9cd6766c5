"""Two aliases on real databases, for the tests of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase


@pytest.fixture
def prod_url(new_database: NewDatabase, prod_server: Cluster) -> str:
    return new_database(prod_server)


@pytest.fixture
def test_url(new_database: NewDatabase, test_server: Cluster) -> str:
    return new_database(test_server)


@pytest.fixture
def two(aliases: Aliases, prod_url: str, test_url: str) -> Iterator[None]:
    """`prod` and `test`, each an empty database on a cluster of its own."""
    with aliases(prod_url, test_url):
        yield
