"""Two databases on two servers, known as `prod` and `test`: what one has, the other shall get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.services.connecting import session, write_mark
from migration_app.services.syncing import Synced, Wanted, sync_schema
from tests.conftest import Aliases, NewDatabase
from tests.servers import ask, pg_dump_schema


@dataclass(frozen=True)
class Pair:
    """A source and a target."""

    prod: str
    test: str

    def sync(
        self,
        *,
        apply: bool = False,
        digest: str | None = None,
        rehearse: bool | None = False,
        **wanted: Any,  # noqa: ANN401 - passed on
    ) -> Synced:
        """Sync without a rehearsal, which makes one more database, unless the test is about that."""
        return sync_schema("prod", "test", apply=apply, digest=digest, rehearse=rehearse, wanted=Wanted(**wanted))

    def run(self, sql: str) -> None:
        with psycopg.connect(self.test, autocommit=True) as conn:
            conn.execute(sql.encode())

    def ask(self, sql: str) -> str:
        return ask(self.test, sql)

    @property
    def alike(self) -> bool:
        return pg_dump_schema(self.prod) == pg_dump_schema(self.test)


class MakePair(Protocol):
    """The shape of the fixture `pair`."""

    def __call__(self, prod: str, test: str) -> Pair: ...


@pytest.fixture
def pair(new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases) -> Iterator[MakePair]:
    """Make both from SQL; the target bears our mark."""
    opened = []

    def make(prod: str, test: str) -> Pair:
        made = Pair(new_database(prod_server, prod), new_database(test_server, test))
        context = aliases(made.prod, made.test)
        context.__enter__()
        opened.append(context)
        with session("test", writable=True) as conn:
            write_mark(conn, "test")
        return made

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)
