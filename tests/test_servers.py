"""The suite's own ground: servers, databases, aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.db import connections

from tests import servers

if TYPE_CHECKING:
    from migration_app.embedded import Cluster
    from tests.conftest import Aliases, NewDatabase


def test_the_two_servers_are_different_clusters(prod_server: Cluster, test_server: Cluster) -> None:
    identifiers = {
        servers.ask(server.url("postgres"), "SELECT system_identifier FROM pg_control_system()")
        for server in (prod_server, test_server)
    }
    assert len(identifiers) == 2


def test_the_server_is_of_the_version_asked_for(prod_server: Cluster) -> None:
    answered = servers.ask(prod_server.url("postgres"), "SHOW server_version_num")
    assert int(answered) // 10000 == servers.version()


def test_a_new_database_holds_what_the_script_makes(new_database: NewDatabase) -> None:
    url = new_database(
        None,
        "\\restrict x\nCREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n2\n\\.\nINSERT INTO t VALUES (3);",
    )
    assert servers.ask(url, "SELECT string_agg(a::text, ',' ORDER BY a) FROM t") == "1,2,3"


def test_a_dump_of_the_schema_has_no_token_and_no_rows(new_database: NewDatabase) -> None:
    url = new_database(None, "CREATE TABLE t (a int); INSERT INTO t VALUES (42);")
    dumped = servers.pg_dump_schema(url)
    assert "CREATE TABLE public.t" in dumped
    assert "restrict" not in dumped
    assert "42" not in dumped


def test_aliases_reach_their_databases_and_are_gone_afterwards(
    new_database: NewDatabase, test_server: Cluster, aliases: Aliases
) -> None:
    prod = new_database(None, "", name="shop one")
    test = new_database(test_server)
    with aliases(prod, test):
        assert settings.DATABASES["prod"]["NAME"] == "shop one"
        assert connections["test"].settings_dict["PORT"] == str(test_server.port)
    assert set(settings.DATABASES) == {"default"} == set(connections)


def test_the_socket_leads_to_the_same_database(new_database: NewDatabase, prod_server: Cluster) -> None:
    url = new_database()
    name = url.rpartition("/")[2]
    with psycopg.connect(prod_server.socket_url(name)) as connection:
        assert connection.info.dbname == name


def test_the_contrib_server_has_contrib(contrib_server: Cluster, new_database: NewDatabase) -> None:
    url = new_database(contrib_server, "CREATE EXTENSION citext;")
    assert servers.ask(url, "SELECT 'A'::citext = 'a'::citext") == "True"
    assert servers.with_extension("no_such_extension") is None
