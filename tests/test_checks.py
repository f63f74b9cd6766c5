"""The system checks; each test has the id in its name."""
# ruff: noqa: N802 - an id is spelled in a name as it is printed

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from migration_app.checks import APP
from migration_app.services.connecting import session, write_mark
from tests import servers
from tests.services.connecting.delaying import delayed

if TYPE_CHECKING:
    from pytest_django import Settings

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase


def messages(*databases: str) -> dict[str, checks.CheckMessage]:
    """Run our checks; give each message under its number."""
    tags = [APP, "migration_app_addresses"]
    found = checks.run_checks(tags=tags, databases=list(databases) or None)
    return {str(each.id).removeprefix(f"{APP}."): each for each in found}


@pytest.fixture(autouse=True)
def no_files(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path


def test_a_sound_configuration_has_no_messages(aliases: Aliases) -> None:
    with aliases("postgresql://localhost:1/a", "postgresql://localhost:2/a"):
        assert messages() == {}


def test_E001_an_unknown_key(settings: Settings) -> None:
    settings.DBSEP = {"PREFIXX": "t_"}
    found = messages()["E001"]
    assert "PREFIXX" in found.msg
    assert "PREFIX," in str(found.hint)


def test_E001_not_a_dict(settings: Settings) -> None:
    settings.DBSEP = ["PREFIX"]
    assert "not a dict" in messages()["E001"].msg


def test_E002_a_value_that_will_not_do(settings: Settings) -> None:
    settings.DBSEP = {"LOCK_TIMEOUT": "soon"}
    found = messages()["E002"]
    assert "'soon'" in found.msg
    assert "seconds" in str(found.hint)


def test_E003_an_alias_that_does_not_exist(settings: Settings) -> None:
    settings.DBSEP = {"ENVIRONMENTS": {"stagign": "staging"}}
    found = messages()["E003"]
    assert "'stagign'" in found.msg
    assert "STAGIGN_DATABASE_URL" in str(found.hint)


def test_E004_the_legacy_prefix_with_its_line_and_what_to_put_there(tmp_path: Path) -> None:
    (tmp_path / ".env.test").write_text("A=1\nDATABASE_TABLE_PREFIX=test_\n")
    found = messages()["E004"]
    assert found.msg == ".env.test:2 still sets DATABASE_TABLE_PREFIX=test_"
    assert "TEST_DATABASE_URL=postgresql://" in str(found.hint)


def test_E004_says_so_where_the_test_database_is_set_already(tmp_path: Path, aliases: Aliases) -> None:
    (tmp_path / ".env").write_text("DATABASE_TABLE_PREFIX=test_\n")
    with aliases(None, "postgresql://localhost:2/a"):
        assert "is set already" in str(messages()["E004"].hint)


def test_E004_stops_a_command_with_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_TABLE_PREFIX", "test_")
    from migration_app.management.commands.init_environment import Command

    with pytest.raises(SystemExit) as ended:
        Command(stdout=io.StringIO(), stderr=(err := io.StringIO())).run_from_argv(
            ["manage.py", "init_environment", "--role", "test"]
        )
    assert ended.value.code == 2
    assert err.getvalue().startswith(
        "error: (migration_app.E004) the environment still sets DATABASE_TABLE_PREFIX=test_\nhint: "
    )
    assert not list(tmp_path.iterdir())


def test_E005_production_and_another_alias_at_one_address(aliases: Aliases) -> None:
    with aliases("postgresql://a:x@localhost/shop", "postgresql://b:y@127.0.0.1:5432/shop"):
        found = messages()["E005"]
    assert "'prod' and 'test' are the same database, shop@localhost:5432" in found.msg
    assert "TEST_DATABASE_URL" in str(found.hint)


def test_E005_tells_two_projects_behind_one_pooler_apart(aliases: Aliases) -> None:
    url = "postgresql://postgres.{}:x@aws-0-eu.pooler.supabase.com:6543/postgres"
    with aliases(url.format("one"), url.format("two")):
        assert messages() == {}


def test_E005_leaves_the_owners_alias_alone(aliases: Aliases) -> None:
    with aliases("postgresql://a@localhost/shop", None, prod_owner="postgresql://b@localhost/shop"):
        assert messages() == {}


@pytest.mark.usefixtures("no_files")
def test_E010_a_database_that_cannot_be_reached(aliases: Aliases, prod_server: Cluster) -> None:
    with aliases(prod_server.url("no_such_database")):
        found = messages("prod")
    assert set(found) == {"E010"}
    assert "does not exist" in found["E010"].msg


def test_E011_one_database_under_two_spellings(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database()
    with aliases(url, prod_server.socket_url(url.rpartition("/")[2])):
        found = messages("prod", "test")["E011"]
    assert "the same database" in found.msg
    assert found.hint


def test_E012_production_that_does_not_open_read_only(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    # As a pooler that rewrites statements: BEGIN … READ ONLY loses its last words on the way.
    url = new_database()
    with (
        delayed(prod_server.port, 0.0, rewrite=(b"read only", b"         ")) as port,
        aliases(url.replace(f":{prod_server.port}/", f":{port}/")),
    ):
        found = messages("prod")["E012"]
    assert "not read-only" in found.msg


def test_E013_an_owners_alias_on_another_database(
    aliases: Aliases, new_database: NewDatabase, test_server: Cluster
) -> None:
    with aliases(new_database(), None, prod_owner=new_database(test_server)):
        assert "must be one database" in messages("prod", "prod_owner")["E013"].msg


def test_W001_the_router_is_missing(settings: Settings) -> None:
    settings.DATABASE_ROUTERS = []
    assert "migration_app.router.Router" in str(messages()["W001"].hint)


@pytest.mark.parametrize("query", ["", "?sslmode=prefer", "?sslmode=disable"])
def test_W002_a_connection_that_may_go_unencrypted(aliases: Aliases, query: str) -> None:
    with aliases(f"postgresql://a@db.example.org/shop{query}"):
        assert "sslmode=require" in str(messages()["W002"].hint)


@pytest.mark.parametrize(
    "url", ["postgresql://h/d?sslmode=require", "postgresql://h/d?sslmode=verify-full", "postgresql:///d?host=/tmp"]
)
def test_W002_is_silent_for_tls_and_for_sockets(aliases: Aliases, url: str) -> None:
    with aliases(url):
        assert messages() == {}


def test_W010_a_target_without_a_mark_or_with_anothers(
    aliases: Aliases, new_database: NewDatabase, test_server: Cluster
) -> None:
    with aliases(None, new_database(test_server)):
        assert "init_environment --database test" in str(messages("test")["W010"].hint)
        with session("test", writable=True) as conn:
            write_mark(conn, "test")
        assert messages("test") == {}


def test_W011_two_databases_of_one_cluster(aliases: Aliases, new_database: NewDatabase) -> None:
    with aliases(new_database(), new_database()):
        found = messages("prod", "test")
    assert set(found) == {"W010", "W011"}
    assert "one cluster" in found["W011"].msg


def test_W012_another_encoding(aliases: Aliases, prod_server: Cluster) -> None:
    admin = prod_server.url("postgres")
    servers.run_sql(
        admin,
        "create database latin template template0 encoding 'LATIN1' locale_provider libc lc_collate 'C' lc_ctype 'C'",
    )
    try:
        with aliases(prod_server.url("latin")):
            assert "LATIN1" in messages("prod")["W012"].msg
    finally:
        servers.run_sql(admin, "drop database latin")


def test_without_database_nothing_is_connected_to(aliases: Aliases) -> None:
    with aliases("postgresql://127.0.0.1:1/none"):
        assert messages() == {}


def test_manage_py_check_shows_them_and_fails(aliases: Aliases, prod_server: Cluster) -> None:
    with aliases(prod_server.url("no_such_database")), pytest.raises(SystemCheckError, match=r"migration_app\.E010"):
        call_command("check", databases=["prod"], stdout=io.StringIO(), stderr=io.StringIO())


def test_every_id_has_a_line_in_the_reference() -> None:
    root = Path(__file__).resolve().parent.parent
    text = "\n".join((root / "migration_app" / name).read_text() for name in ("checks.py", "services/probing.py"))
    ids = set(re.findall(r'"([EW]\d{3})"', text)) | set(re.findall(r"\{APP\}\.([EW]\d{3})", text))
    page = (root / "docs" / "reference" / "checks.md").read_text()
    assert ids == set(re.findall(r"migration_app\.([EW]\d{3})", page))
