"""Marking a database as ours, through the service and through the command."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from migration_app.engine.errors import ConnectionFailed, Refused, UsageError
from migration_app.models import Run
from migration_app.services.connecting import fingerprint, read_mark, session
from migration_app.services.marking import init_environment
from tests import servers

if TYPE_CHECKING:
    from pytest_django import Settings

    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

COMMENT = (
    "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = current_database()"
)


def test_an_empty_database_is_marked_without_adoption(
    aliases: Aliases, new_database: NewDatabase, test_server: Cluster
) -> None:
    with aliases(new_database(), new_database(test_server)):
        result = init_environment("test", role="test")
        with session("test") as conn:
            assert read_mark(conn) == result.mark
            assert fingerprint(conn) == result.fingerprint
    assert (result.role, result.adopted) == ("test", False)
    assert result.run is not None
    assert Run.objects.get(number=result.run).command == "init_environment"


def test_a_database_with_objects_needs_its_name_typed(
    aliases: Aliases, new_database: NewDatabase, test_server: Cluster
) -> None:
    url = new_database(test_server, "create table precious (a int)")
    name = url.rpartition("/")[2]
    with aliases(None, url):
        with pytest.raises(Refused, match=r"isn't empty.*public\.precious") as caught:
            init_environment("test", role="test")
        assert f"--adopt '{name}@127.0.0.1'" in caught.value.hint
        for wrong in ("yes", name, f"{name}@localhost"):
            with pytest.raises(Refused, match="--adopt says"):
                init_environment("test", role="test", adopt=wrong)
        assert servers.ask(url, COMMENT) == ""
        assert init_environment("test", role="test", adopt=f"{name}@127.0.0.1").adopted


def test_a_marked_database_is_marked_again_whatever_it_holds(
    aliases: Aliases, new_database: NewDatabase, settings: Settings
) -> None:
    settings.DBSEP = {"ENVIRONMENTS": {"prod": "production"}}
    url = new_database()
    with aliases(None, url):
        init_environment("test", role="test")
        servers.run_sql(url, "create table t (a int)")
        assert init_environment("test", role="staging").mark.role == "staging"


def test_production_by_the_settings_is_never_marked(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database()
    with aliases(url), pytest.raises(Refused, match="'prod' is production"):
        init_environment("prod", role="test", adopt=f"{url.rpartition('/')[2]}@127.0.0.1")
    assert servers.ask(url, COMMENT) == ""


@pytest.mark.parametrize("spelling", ["url", "socket"])
def test_production_under_another_alias_is_never_marked(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster, spelling: str
) -> None:
    url = new_database()
    name = url.rpartition("/")[2]
    other = url if spelling == "url" else prod_server.socket_url(name)
    host = prod_server.host if spelling == "url" else str(prod_server.socket_dir)
    with aliases(url, other), pytest.raises(Refused, match="are the same database"):
        init_environment("test", role="test", adopt=f"{name}@{host}")
    assert servers.ask(url, COMMENT) == ""


def test_production_that_cannot_be_reached_proves_nothing(aliases: Aliases, new_database: NewDatabase) -> None:
    url = new_database()
    with aliases("postgresql://127.0.0.1:1/gone", url), pytest.raises(ConnectionFailed, match="'prod'"):
        init_environment("test", role="test")
    assert servers.ask(url, COMMENT) == ""


def test_a_role_that_the_settings_give_otherwise_is_refused(aliases: Aliases, new_database: NewDatabase) -> None:
    with aliases(None, new_database()), pytest.raises(Refused, match="the role 'test', not 'staging'"):
        init_environment("test", role="staging")


def test_there_is_no_role_production(aliases: Aliases, new_database: NewDatabase) -> None:
    with aliases(None, new_database()), pytest.raises(UsageError, match="no role 'production'"):
        init_environment("test", role="production")


def test_a_role_without_the_right_to_comment_is_told(
    aliases: Aliases, new_database: NewDatabase, prod_server: Cluster
) -> None:
    url = new_database()
    name = url.rpartition("/")[2]
    servers.run_sql(url, f"create role r_{name} login password 'some-password'")
    try:
        with aliases(None, prod_server.url(name, user=f"r_{name}", password="some-password")):
            with pytest.raises(CommandError, match="must be owner of database") as caught:
                call_command("init_environment", role="test")
            assert caught.value.returncode == 2
    finally:
        servers.run_sql(url, f"drop role r_{name}")


def test_the_command_prints_the_contracts_document(aliases: Aliases, new_database: NewDatabase) -> None:
    out, err = io.StringIO(), io.StringIO()
    with aliases(None, new_database()):
        call_command("init_environment", role="test", format="json", stdout=out, stderr=err)
    document = json.loads(out.getvalue())
    assert {"database", "role", "fingerprint"} <= set(document)
    assert (document["database"], document["role"]) == ("test", "test")
    assert err.getvalue().startswith("run ")


def test_marking_takes_a_small_number_of_round_trips(
    aliases: Aliases, new_database: NewDatabase, test_server: Cluster
) -> None:
    with aliases(new_database(), new_database(test_server)):
        assert init_environment("test", role="test").round_trips <= 7
