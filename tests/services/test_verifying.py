"""Whether tests can reach production, by proof and by what the server counted."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from migration_app.engine.errors import UsageError
from migration_app.services.verifying import verify_isolation
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

WRITER = """
import sys, psycopg, time
with psycopg.connect(open(sys.argv[1]).read()) as conn:
    conn.execute(sys.argv[2])
    time.sleep(float(sys.argv[3]))
"""


@pytest.fixture(autouse=True)
def own_place(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the project's, no password file of the user's."""
    settings.BASE_DIR = tmp_path
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))


@pytest.fixture
def shop(new_database: NewDatabase, test_server: Cluster, aliases: Aliases) -> Iterator[str]:
    """Production with a table, and an empty test database; gives production's URL."""
    url = new_database(None, "create table orders (id int)")
    with aliases(url, new_database(test_server)):
        yield url


def writer(tmp_path: Path, url: str, sql: str, stay: float = 0) -> list[str]:
    (tmp_path / "url").write_text(url)
    (tmp_path / "writer.py").write_text(WRITER)
    return [sys.executable, str(tmp_path / "writer.py"), str(tmp_path / "url"), sql, str(stay)]


@pytest.mark.usefixtures("shop")
def test_two_clusters_are_apart() -> None:
    result = verify_isolation()
    assert result.met
    assert result.proof.kind == "different clusters"
    assert result.watched is None


def test_one_database_is_not_apart(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database()
    with aliases(url, url):
        assert not verify_isolation().met
        with pytest.raises(CommandError) as caught:
            call_command("verify_isolation", stdout=io.StringIO(), stderr=io.StringIO())
    assert caught.value.returncode == 1


@pytest.mark.usefixtures("shop")
def test_a_command_that_leaves_production_alone_is_attested() -> None:
    result = verify_isolation(command=[sys.executable, "-c", "pass"])
    assert result.met
    assert result.watched is not None
    assert (result.watched.rows, result.watched.sessions, result.watched.begun) == (0, (), 0)


def test_rows_that_a_command_writes_are_counted_by_table(shop: str, tmp_path: Path) -> None:
    command = writer(tmp_path, shop, "insert into orders select generate_series(1, 3)")
    result = verify_isolation(command=command)
    assert not result.met
    assert result.watched is not None
    assert [(write.table, write.inserted) for write in result.watched.writes] == [("public.orders", 3)]


@pytest.mark.parametrize(
    "sql",
    [
        "update orders set id = 2",
        "delete from orders",
        "create table another (a int)",
        "explain analyze delete from orders",
        "begin read write; delete from orders; commit",
    ],
)
def test_no_way_of_writing_goes_unseen(shop: str, tmp_path: Path, sql: str) -> None:
    servers.run_sql(shop, "insert into orders values (1)")
    assert not verify_isolation(command=writer(tmp_path, shop, sql)).met


def test_a_session_on_production_is_seen_though_it_only_reads(shop: str, tmp_path: Path) -> None:
    result = verify_isolation(command=writer(tmp_path, shop, "select 1", stay=2))
    assert result.watched is not None
    assert result.watched.rows == 0
    assert result.watched.sessions == ("unnamed (postgres)",)
    assert not result.met


@pytest.mark.usefixtures("shop")
def test_a_command_that_fails_is_an_unmet_expectation() -> None:
    result = verify_isolation(command=[sys.executable, "-c", "raise SystemExit(7)"])
    assert result.watched is not None
    assert result.watched.exit_code == 7
    assert not result.met


@pytest.mark.usefixtures("shop")
def test_a_command_that_cannot_be_started_is_told() -> None:
    with pytest.raises(UsageError, match="'no-such-program' can't be started"):
        verify_isolation(command=["no-such-program"])


def test_credentials_are_named_and_kept_from_the_command(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = shop.partition(":")[2].partition(":")[2].partition("@")[0]
    monkeypatch.setenv("PROD_DATABASE_URL", shop)
    monkeypatch.setenv("SOME_SECRET", f"prefix {password}")
    monkeypatch.setenv("OTHER_URL", "postgresql://ann@elsewhere/shop")
    (tmp_path / ".env").write_text(f"LIVE_DATABASE_URL={shop}\nA=1\n")
    (tmp_path / "none").write_text(f"127.0.0.1:*:{shop.rpartition('/')[2]}:postgres:x\n")
    look = "import os; raise SystemExit(len({'PROD_DATABASE_URL', 'SOME_SECRET'} & set(os.environ)))"
    result = verify_isolation(command=[sys.executable, "-c", look])
    assert [(each.place, each.name) for each in result.credentials] == [
        ("the environment", "PROD_DATABASE_URL"),
        ("the environment", "SOME_SECRET"),
        (".env", "LIVE_DATABASE_URL"),
        ("~/.pgpass", ""),
    ]
    assert result.watched is not None
    assert result.watched.exit_code == 0
    assert password not in repr(result)


@pytest.mark.usefixtures("shop")
def test_the_command_prints_the_contracts_document(capfd: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    program = [sys.executable, "-c", "print('its own words')"]
    call_command("verify_isolation", "--format", "json", "--", *program, stdout=out, stderr=io.StringIO())
    document = json.loads(out.getvalue())
    assert {"distinct", "proof", "production_writes", "credentials_visible"} <= set(document)
    assert (document["distinct"], document["production_writes"]) == (True, 0)
    captured = capfd.readouterr()
    assert "its own words" in captured.err
    assert "its own words" not in captured.out
