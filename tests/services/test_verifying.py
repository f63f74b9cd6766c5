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
from migration_app.services.connecting import Fingerprint
from migration_app.services.credentials import Production
from migration_app.services.verifying import Isolation, verify_isolation
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from migration_app.embedded import Cluster
    from migration_app.services.trespassing import Way
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
    look = (
        "import os; e = os.environ; bad = [n for n, v in e.items() if 'prefix ' in v or '@127' in v]; "
        "raise SystemExit(len(bad) or '.invalid' not in e['PROD_DATABASE_URL'] + e['LIVE_DATABASE_URL'])"
    )
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


def way(result: Isolation, *, own: bool) -> Way:
    return next(each for each in result.ways if each.tests_own is own)


@pytest.fixture
def one_cluster(
    new_database: NewDatabase, aliases: Aliases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """Production and the test database on one server, each opened by the superuser; gives both URLs."""
    prod, test = new_database(None, "create table orders (id int); insert into orders values (1)"), new_database()
    monkeypatch.setenv("PROD_DATABASE_URL", prod)
    with aliases(prod, test):
        yield prod, test
    for role in (f"{prod.rpartition('/')[2]}_reader", f"{test.rpartition('/')[2]}_tester"):
        servers.run_sql(prod, f"do $$ begin drop owned by {role}; exception when undefined_object then null; end $$")
        servers.run_sql(test, f"do $$ begin drop owned by {role}; exception when undefined_object then null; end $$")
        servers.run_sql(prod, f"drop role if exists {role}")


def test_what_the_tests_credentials_could_do_is_told_and_the_script_shuts_it(
    one_cluster: tuple[str, str], aliases: Aliases, prod_server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    prod, test = one_cluster
    app = f"{prod.rpartition('/')[2]}_app"
    servers.run_sql(prod, f"create role {app}; grant insert on orders to {app}")
    try:
        open_ = verify_isolation()
        assert open_.met
        assert not open_.shut
        powers = way(open_, own=True).powers
        assert powers is not None
        assert ("SUPERUSER" in powers.attributes, powers.writable, powers.tables) == (True, 1, 1)
        assert powers.wrote == "DELETE FROM public.orders"
        assert servers.ask(prod, "select count(*) from orders") == "1"
        servers.run_sql(prod, open_.script)
        reader, tester = f"{prod.rpartition('/')[2]}_reader", f"{test.rpartition('/')[2]}_tester"
        servers.run_sql(
            prod, f"alter role {tester} password 'of-the-tests'; alter role {reader} password 'of-the-reader'"
        )
        reading = prod_server.url(prod.rpartition("/")[2], reader, "of-the-reader")
        monkeypatch.setenv("PROD_DATABASE_URL", reading)
        with aliases(reading, prod_server.url(test.rpartition("/")[2], tester, "of-the-tests")):
            closed = verify_isolation(command=[sys.executable, "-c", "pass"])
        assert "permission denied for database" in way(closed, own=True).reason
        assert closed.shut
        assert closed.met
        reads = way(closed, own=False).powers
        assert reads is not None
        assert (reads.attributes, reads.writable, reads.wrote, reads.read_only) == ((), 0, "", True)
        assert closed.script == ""
        assert servers.ask(prod, f"select has_database_privilege('{app}', current_database(), 'connect')") == "True"
    finally:
        servers.run_sql(prod, f"drop owned by {app}; drop role {app}")


def test_a_role_that_begins_read_only_and_may_write_is_no_obstacle(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    role = f"careful_{shop.rpartition('_')[2]}"
    servers.run_sql(
        shop,
        f"create role {role} login password 'a-careful-word'; grant delete on orders to {role};"
        f"alter role {role} set default_transaction_read_only = on",
    )
    place = shop.rpartition("@")[2]
    monkeypatch.setenv("CAREFUL_URL", f"postgresql+psycopg2://{role}:a-careful-word@{place}?charset=utf8")
    try:
        powers = next(each.powers for each in verify_isolation().ways if each.user == role)
        assert powers is not None
        assert (powers.read_only, powers.wrote) == (True, "DELETE FROM public.orders")
        assert powers.privileges == (("DELETE", 1),)
    finally:
        servers.run_sql(shop, f"drop owned by {role}; drop role {role}")


def test_a_session_too_short_to_be_seen_is_counted_by_this_machine(shop: str, tmp_path: Path) -> None:
    result = verify_isolation(command=writer(tmp_path, shop, "select 1"))
    assert result.watched is not None
    assert (result.watched.rows, result.watched.dialed) == (0, 1)
    assert not result.met


@pytest.mark.parametrize(
    ("name", "value", "opens"),
    [
        ("DATABASE_URL", "postgresql+asyncpg://a:b@db.example.com/shop", True),
        ("DATABASE_URL", "postgresql://a@db.example.com:5432/postgres", True),
        ("JDBC_URL", "jdbc:postgresql://db.example.com/shop?user=a&currentSchema=x", True),
        ("TEST_DATABASE_URL", "postgresql://a:b@db.example.com/shop_test", False),
        ("DSN", "host=db.example.com dbname=shop user=a", True),
        ("DSN", "host=elsewhere dbname=shop user=a", False),
        ("PGHOST", "db.example.com", True),
        ("PROD_DB_HOST", "db.example.com", True),
        ("PROD_DB_PASSWORD", "a-long-secret", True),
        ("HOME_PAGE", "https://db.example.org/", False),
        ("WORD", "shop", False),
    ],
)
def test_variables_that_lead_to_production_are_known_in_any_form(name: str, value: str, opens: bool) -> None:
    found = Fingerprint("", "shop", "db.example.com", 5432, 0, 0)
    params = {"host": "db.example.com", "dbname": "shop", "user": "ann", "password": "a-long-secret"}
    production = Production(params, found, {("db.example.com", "5432", "shop_test")})
    assert production.opens(name, value) is opens


def test_a_service_that_leads_to_production_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "services").write_text("[live]\nhost=db.example.com\nport=6000\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    production = Production({}, Fingerprint("", "shop", "db.example.com", 6000, 0, 0))
    assert production.opens("PGSERVICE", "live")
    assert not production.opens("PGSERVICE", "other")
