"""Production databases to drop tables from: the founding case, or a small one for a single trap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
import pytest

from migration_app.services.dropping import Dropped, drop_test_tables
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import ask, pg_dump_data, pg_dump_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase


@dataclass(frozen=True)
class Shop:
    """A production database under the alias `prod`."""

    url: str
    backups: Path

    @property
    def confirmation(self) -> str:
        with psycopg.connect(self.url) as conn:
            return f"{conn.info.dbname}@{conn.info.host}"

    def plan(self, **options: Any) -> Dropped:  # noqa: ANN401 - passed on
        return drop_test_tables("prod", **options)

    def drop(self, **options: Any) -> Dropped:  # noqa: ANN401 - passed on
        given = {"apply": True, "confirm": self.confirmation, "backup_dir": self.backups, **options}
        return drop_test_tables("prod", **given)

    def ask(self, sql: str) -> str:
        return ask(self.url, sql)

    def run(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(sql.encode())

    def dump(self) -> tuple[str, str]:
        return pg_dump_schema(self.url), pg_dump_data(self.url)

    def tables(self) -> set[str]:
        with psycopg.connect(self.url) as conn:
            found = conn.execute(
                "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n"
                " on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition"
                " and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
            )
            return {row[0] for row in found}


class MakeShop(Protocol):
    """The shape of the fixture `shop`."""

    def __call__(self, sql: str) -> Shop: ...


@pytest.fixture
def shop(new_database: NewDatabase, prod_server: Cluster, aliases: Aliases, tmp_path: Path) -> Iterator[MakeShop]:
    """Make a production from SQL: `shop("CREATE TABLE …")`."""
    opened = []

    def make(sql: str) -> Shop:
        url = new_database(prod_server, sql)
        context = aliases(url)
        context.__enter__()
        opened.append(context)
        return Shop(url, tmp_path / "backups")

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.fixture
def legacy(shop: MakeShop) -> Shop:
    """The founding case."""
    return shop(LEGACY_PRODUCTION.read_text(encoding="utf-8"))
