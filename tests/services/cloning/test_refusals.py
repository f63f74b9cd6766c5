"""What a clone refuses, and what it says of bad input: one message, the right exit code, nothing changed."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.management.outcome import CommandFailed
from tests.conftest import Aliases, NewDatabase
from tests.servers import ask, pg_dump_schema

pytestmark = pytest.mark.django_db

TABLE = "CREATE TABLE things (id int PRIMARY KEY)"
OTHER = "CREATE TABLE leftover (id int)"


def fails(code: int, *arguments: str) -> CommandFailed:
    """Run the command, which fails with that exit code; give what it says."""
    with pytest.raises(CommandError) as caught:
        call_command("clone_schema", *arguments, stdout=StringIO(), stderr=StringIO())
    assert isinstance(caught.value, CommandFailed)
    assert caught.value.returncode == code, caught.value
    return caught.value


@pytest.mark.parametrize("spelling", ["localhost", "socket", "other user"])
def test_one_database_under_two_spellings_is_refused(
    spelling: str, new_database: NewDatabase, prod_server: Cluster, aliases: Aliases
) -> None:
    url = new_database(prod_server, TABLE)
    name = urlsplit(url).path.removeprefix("/")
    other = {
        "localhost": url.replace("127.0.0.1", "localhost"),
        "socket": prod_server.socket_url(name),
        "other user": url,
    }[spelling]
    if spelling == "other user":
        with psycopg.connect(prod_server.url("postgres"), autocommit=True) as admin:
            admin.execute("DROP ROLE IF EXISTS second_superuser")
            admin.execute("CREATE ROLE second_superuser SUPERUSER LOGIN PASSWORD 'pw'")
        parts = urlsplit(url)
        other = urlunsplit(parts._replace(netloc=f"second_superuser:pw@{parts.hostname}:{parts.port}"))

    with aliases(url, other):
        error = fails(3)

    assert "same database" in str(error)


def test_an_unmarked_target_that_is_not_empty_is_refused_and_left_alone(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    target = new_database(test_server, OTHER)
    before = pg_dump_schema(target)

    with aliases(new_database(prod_server, TABLE), target):
        error = fails(3)

    assert "isn't marked" in str(error)
    assert "init_environment" in error.hint
    assert pg_dump_schema(target) == before


def test_a_marked_target_that_holds_objects_names_the_ways_on(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    with aliases(new_database(prod_server, TABLE), new_database(test_server)):
        call_command("clone_schema", stdout=StringIO(), stderr=StringIO())
        error = fails(3)

    assert "sync_schema" in error.hint
    assert "--recreate" in error.hint


@pytest.mark.parametrize("confirm", [[], ["--confirm", "wrong@127.0.0.1"]])
def test_recreate_wants_the_targets_name_typed_out(
    confirm: list[str], new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    target = new_database(test_server)
    with aliases(new_database(prod_server, TABLE), target):
        call_command("clone_schema", stdout=StringIO(), stderr=StringIO())
        before = pg_dump_schema(target)
        error = fails(3, "--recreate", *confirm)

    assert "confirm" in f"{error} {error.hint}"
    assert pg_dump_schema(target) == before


def test_recreate_replaces_what_a_marked_target_holds(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    target = new_database(test_server)
    name = urlsplit(target).path.removeprefix("/")
    with aliases(new_database(prod_server, TABLE), target):
        call_command("clone_schema", stdout=StringIO(), stderr=StringIO())
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(OTHER)
            connection.execute("CREATE VIEW seen AS SELECT * FROM things, leftover l(x)")
        call_command("clone_schema", "--recreate", "--confirm", f"{name}@127.0.0.1", stdout=StringIO())
        call_command("check_drift", stdout=StringIO())

    assert ask(target, "select to_regclass('leftover') is null") == "True"


def test_production_is_never_a_target(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    with aliases(new_database(prod_server), new_database(test_server, TABLE)):
        error = fails(3, "--source", "test", "--target", "prod")

    assert "production" in str(error)


def test_a_failing_statement_changes_nothing_and_is_named(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    source = new_database(prod_server, f"{TABLE}; CREATE TABLE other (id int)")
    target = new_database(test_server)
    with psycopg.connect(test_server.url("postgres"), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS powerless")
        admin.execute("CREATE ROLE powerless LOGIN PASSWORD 'pw'")
        admin.execute(f"ALTER DATABASE {urlsplit(target).path[1:]} OWNER TO powerless".encode())
    parts = urlsplit(target)
    limited = urlunsplit(parts._replace(netloc=f"powerless:pw@{parts.hostname}:{parts.port}"))

    with aliases(source, limited):
        error = fails(2)

    assert "statement" in str(error)
    assert "nothing was changed" in error.hint
    assert "--skip" in error.hint
    assert ask(target, "select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "nowhere"], "no database alias 'nowhere'"),
        (["--schema", "nope"], "no schema 'nope'"),
        (["--exclude-schema", "nope"], "no schema 'nope'"),
        (["--table", "nope"], "no table 'nope'"),
        (["--core"], "none of the core tables"),
        (["--skip", "table public.nope"], "no 'table public.nope'"),
        (["--source", "snapshot:missing.json"], "cannot read missing.json"),
        (["--target", "snapshot:missing.json"], "can't be changed"),
        (["--source", "default"], "not a PostgreSQL database"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    arguments: list[str],
    said: str,
    new_database: NewDatabase,
    prod_server: Cluster,
    test_server: Cluster,
    aliases: Aliases,
) -> None:
    target = new_database(test_server)
    with aliases(new_database(prod_server, TABLE), target):
        error = fails(2, *arguments)

    assert said in str(error)
    assert "\n" not in str(error)
    assert error.hint
    assert ask(target, "select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0"


@pytest.mark.parametrize("command", ["clone_schema", "check_drift"])
@pytest.mark.parametrize("broken", ["password", "database", "port"])
def test_a_connection_that_fails_exits_2_without_the_password(
    broken: str, command: str, new_database: NewDatabase, prod_server: Cluster, aliases: Aliases
) -> None:
    url = new_database(prod_server, TABLE)
    parts = urlsplit(url)
    wrong = {
        "password": parts._replace(netloc=f"postgres:s3cr3t-wrong@{parts.hostname}:{parts.port}"),
        "database": parts._replace(path="/not_there"),
        "port": parts._replace(netloc=f"postgres:s3cr3t-wrong@{parts.hostname}:1"),
    }[broken]

    with aliases(url, urlunsplit(wrong)), pytest.raises(CommandError) as caught:
        call_command(command, stdout=StringIO(), stderr=StringIO())

    assert caught.value.returncode == 2
    assert "'test'" in str(caught.value)
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"  # type: ignore[attr-defined]
    assert (parts.password or "") not in str(caught.value)


def test_odd_names_come_through(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    odd = """CREATE SCHEMA "a'b; drop";
             CREATE TABLE "a'b; drop"."100% ""quoted"" table" ("%s" int DEFAULT 1, "é, ü" text);
             COMMENT ON COLUMN "a'b; drop"."100% ""quoted"" table"."%s" IS '100% ''sure'' \\ ';"""

    with aliases(new_database(prod_server, odd), new_database(test_server)):
        call_command("clone_schema", stdout=StringIO(), stderr=StringIO())
        out = StringIO()
        call_command("check_drift", "--judge", "pg_dump", "--format", "json", stdout=out, stderr=StringIO())

    assert json.loads(out.getvalue())["judge"]["agrees"]


def test_a_database_that_is_not_utf_8_is_cloned(prod_server: Cluster, test_server: Cluster, aliases: Aliases) -> None:
    urls = []
    for server in (prod_server, test_server):
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            admin.execute("DROP DATABASE IF EXISTS latin")
            admin.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        urls.append(server.url("latin"))
    with psycopg.connect(urls[0], autocommit=True) as connection:
        connection.execute('CREATE TABLE "größe" (id int); COMMENT ON TABLE "größe" IS \'ümlaut\'')

    with aliases(*urls):
        call_command("clone_schema", stdout=StringIO(), stderr=StringIO())
        call_command("check_drift", stdout=StringIO(), stderr=StringIO())

    for server in (prod_server, test_server):
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            admin.execute("DROP DATABASE latin WITH (FORCE)")


def test_the_statements_are_written_to_a_file_that_makes_the_same_schema(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    target = new_database(test_server)
    file = tmp_path / "clone.sql"
    with aliases(new_database(prod_server, f"{TABLE}; CREATE VIEW seen AS SELECT * FROM things"), target):
        out = StringIO()
        call_command("clone_schema", "--dry-run", "--sql", str(file), "--format", "json", stdout=out, stderr=StringIO())
        assert not json.loads(out.getvalue())["applied"]
        assert ask(target, "select to_regclass('things') is null") == "True"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(file.read_text(encoding="utf-8").encode())
        call_command("check_drift", stdout=StringIO(), stderr=StringIO())
