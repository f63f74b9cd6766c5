"""Snapshot files: stable, diffable, without secrets, and as good as the database itself."""

from __future__ import annotations

import json
import subprocess
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.embedded.binaries import client
from migration_app.engine.errors import UsageError
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift
from migration_app.services.snapshots import snapshot_from_result, snapshot_schema, statements
from tests.conftest import Aliases, NewDatabase
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import version

pytestmark = pytest.mark.django_db

SERVER = """
CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER dummy OPTIONS (host 'db.example.org', password 'server-s3cr3t');
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'me', password 'mapping-s3cr3t');
CREATE TABLE orders (id int);
"""


@pytest.fixture
def legacy(new_database: NewDatabase, prod_server: Cluster) -> str:
    """The founding case."""
    return new_database(prod_server, LEGACY_PRODUCTION)


def editor(url: str, sql: str, *options: str) -> str:
    """Answer a statement as an SQL editor does that somebody else has written: psql."""
    program = client("psql", version())
    done = subprocess.run(
        [program, url, "--no-psqlrc", "--quiet", *options], input=sql, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_file_is_the_same_from_run_to_run_with_an_object_a_line(
    legacy: str, aliases: Aliases, tmp_path: Path
) -> None:
    with aliases(legacy):
        first = snapshot_schema("prod", tmp_path / "1.json")
        snapshot_schema("prod", tmp_path / "2.json")
        with psycopg.connect(legacy, autocommit=True) as connection:
            connection.execute("COMMENT ON TABLE orders IS 'another'")
        snapshot_schema("prod", tmp_path / "3.json")

    texts = [(tmp_path / f"{number}.json").read_text(encoding="utf-8").splitlines() for number in (1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(texts[0]) > first.objects
    differing = [line for line, other in zip(texts[1], texts[2], strict=True) if line != other]
    assert len(differing) == 2  # the head with its hash, and the comment
    assert "another" not in differing[1]


def test_a_file_stands_for_production_in_a_check_and_in_a_clone(
    legacy: str, new_database: NewDatabase, test_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    file = tmp_path / "schema.json"
    with aliases(legacy, new_database(test_server)):
        taken = snapshot_schema("prod", file)
        clone_schema(f"snapshot:{file}", "test")
        from_file = check_drift(f"snapshot:{file}", "test")
        live = check_drift("prod", "test")

    assert from_file.identical
    assert live.identical
    assert from_file.source_hash == live.source_hash
    assert from_file.round_trips["source"] == 0
    assert taken.round_trips <= 6


@pytest.mark.parametrize(
    "options", [["--tuples-only", "--no-align"], ["--csv"], []], ids=["raw", "csv export", "a table"]
)
@pytest.mark.parametrize("path", ["public, reporting", "''"])
def test_the_answer_of_an_editor_makes_the_same_file(
    options: list[str], path: str, legacy: str, aliases: Aliases, tmp_path: Path
) -> None:
    (tmp_path / "answer").write_text(
        editor(legacy, f"SET search_path = {path}; {statements(version())[0]}", *options), encoding="utf-8"
    )

    with aliases(legacy):
        direct = snapshot_schema("prod", tmp_path / "direct.json")
    pasted = snapshot_from_result([tmp_path / "answer"], tmp_path / "pasted.json")

    assert pasted.hash == direct.hash
    assert (tmp_path / "pasted.json").read_text("utf-8") == (tmp_path / "direct.json").read_text("utf-8")


def test_an_editor_that_wraps_rows_in_json_is_understood_and_parts_go_together(
    legacy: str, aliases: Aliases, tmp_path: Path
) -> None:
    files = []
    for number, sql in enumerate(statements(version(), parts=4)):
        cell = editor(legacy, sql, "--tuples-only", "--no-align")
        files.append(tmp_path / f"part{number}.json")
        files[-1].write_text(json.dumps([{"snapshot": json.loads(cell)}]), encoding="utf-8")

    with aliases(legacy):
        direct = snapshot_schema("prod", tmp_path / "direct.json")
    assert snapshot_from_result(files, tmp_path / "pasted.json").hash == direct.hash
    with pytest.raises(Exception, match="of 4 parts these are missing: 2"):
        snapshot_from_result([files[0], *files[2:]], tmp_path / "pasted.json")


def test_an_ordinary_role_may_run_the_statement(
    legacy: str, prod_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    with psycopg.connect(legacy, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_special")
        connection.execute("CREATE ROLE nobody_special LOGIN PASSWORD 'pw'")
    url = legacy.replace(f"postgres:{prod_server.password}@", "nobody_special:pw@")
    (tmp_path / "answer").write_text(editor(url, statements(version())[0], "--csv"), encoding="utf-8")

    with aliases(legacy):
        direct = snapshot_schema("prod", tmp_path / "direct.json")
    assert snapshot_from_result([tmp_path / "answer"], tmp_path / "pasted.json").hash == direct.hash


@pytest.mark.parametrize("path", ["evil, pg_catalog", "pg_catalog, evil", "evil"])
def test_a_path_that_puts_other_operators_first_is_found_out(path: str, legacy: str, tmp_path: Path) -> None:
    with psycopg.connect(legacy, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA evil")
        connection.execute(
            "CREATE OPERATOR evil.!~ (FUNCTION = pg_catalog.nameregexeq, LEFTARG = name, RIGHTARG = text)"
        )
        honest = editor(legacy, statements(version())[0], "--tuples-only", "--no-align")
    asked = editor(legacy, f"SET search_path = {path}; {statements(version())[0]}", "--tuples-only", "--no-align")
    (tmp_path / "honest").write_text(honest, encoding="utf-8")
    (tmp_path / "answer").write_text(asked, encoding="utf-8")

    if path.startswith("evil, "):
        with pytest.raises(UsageError, match="has schema evil before pg_catalog"):
            snapshot_from_result([tmp_path / "answer"], tmp_path / "pasted.json")
        return
    expected = snapshot_from_result([tmp_path / "honest"], tmp_path / "honest.json")
    assert snapshot_from_result([tmp_path / "answer"], tmp_path / "pasted.json").hash == expected.hash


def test_a_statement_for_another_version_is_found_out(legacy: str, tmp_path: Path) -> None:
    other = next(each for each in (17, 18) if each != version())
    sql = statements(version())[0].replace(f"/ 10000 <> {version()} ", f"/ 10000 <> {other} ")
    sql = sql.replace(f"'made_for', {version()}", f"'made_for', {other}")
    (tmp_path / "answer").write_text(editor(legacy, sql, "--csv"), encoding="utf-8")

    with pytest.raises(Exception, match=f"made for PostgreSQL {other}, but the server is {version()}"):
        snapshot_from_result([tmp_path / "answer"], tmp_path / "pasted.json")


@pytest.mark.parametrize("way", ["connection", "editor"])
def test_no_password_is_written(
    way: str, new_database: NewDatabase, prod_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    url = new_database(prod_server, SERVER)
    file = tmp_path / "schema.json"
    with aliases(url):
        if way == "connection":
            snapshot_schema("prod", file)
        else:
            (tmp_path / "answer").write_text(editor(url, statements(version())[0], "--csv"), encoding="utf-8")
            snapshot_from_result([tmp_path / "answer"], file)
        drift = check_drift(f"snapshot:{file}", "prod")

    text = file.read_text(encoding="utf-8")
    assert "s3cr3t" not in text
    assert "elsewhere" in text
    assert drift.identical


@pytest.mark.parametrize("text", ["", "{}", "null", "not json", '{"dbsep_answer": 1}', "[1, 2]"])
def test_what_is_no_answer_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "answer").write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        call_command(
            "snapshot_schema",
            "--from-result",
            str(tmp_path / "answer"),
            "--output",
            str(tmp_path / "x.json"),
            stdout=StringIO(),
            stderr=StringIO(),
        )

    assert caught.value.returncode == 2
    assert "unexpected" not in str(caught.value)
    assert not (tmp_path / "x.json").exists()


def test_a_file_that_was_changed_by_hand_is_refused(legacy: str, aliases: Aliases, tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    with aliases(legacy):
        snapshot_schema("prod", file)
        file.write_text(file.read_text("utf-8").replace("What customers bought", "What they took"), encoding="utf-8")
        with pytest.raises(Exception, match="was changed after it was made"):
            check_drift(f"snapshot:{file}", "prod")


def test_the_printed_statement_is_all_that_is_printed() -> None:
    out = StringIO()
    call_command("snapshot_schema", "--print-sql", "--server-version", str(version()), stdout=out, stderr=StringIO())

    assert out.getvalue().rstrip() == statements(version())[0].rstrip()
    assert len(out.getvalue()) < 200_000


def test_with_a_connection_to_neither_side_a_file_says_what_to_paste(
    legacy: str, new_database: NewDatabase, test_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    target = new_database(test_server)
    for side, url in (("prod", legacy), ("test", target)):
        (tmp_path / side).write_text(editor(url, statements(version())[0], "--csv"), encoding="utf-8")
        snapshot_from_result([tmp_path / side], tmp_path / f"{side}.json")

    call_command(
        "clone_schema",
        *("--source", f"snapshot:{tmp_path / 'prod.json'}", "--target", f"snapshot:{tmp_path / 'test.json'}"),
        *("--dry-run", "--sql", str(tmp_path / "paste.sql")),
        stdout=StringIO(),
        stderr=StringIO(),
    )
    editor(target, (tmp_path / "paste.sql").read_text(encoding="utf-8"), "--set=ON_ERROR_STOP=1")

    with aliases(legacy, target):
        assert check_drift("prod", "test").identical


OLD = """
CREATE TABLE customers (id int PRIMARY KEY, name text, joined timestamptz);
CREATE TABLE leftover (id int);
CREATE TYPE mood AS ENUM ('sad');
INSERT INTO customers VALUES (1, 'Ada', '2024-05-06 07:08:09.5+00');
"""
NEW = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, joined timestamptz(0), mood mood DEFAULT 'glad');
CREATE INDEX customers_name ON customers (name);
CREATE VIEW glad AS SELECT id FROM customers WHERE mood = 'glad';
CREATE FUNCTION greet() RETURNS text LANGUAGE sql AS 'SELECT name FROM customers';
COMMENT ON TABLE customers IS 'Who buys';
"""


def test_a_database_that_nobody_reaches_is_brought_to_another_schema_by_pasting(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    source, target = new_database(prod_server, NEW), new_database(test_server, OLD)
    for side, url in (("prod", source), ("test", target)):
        (tmp_path / side).write_text(editor(url, statements(version())[0], "--csv"), encoding="utf-8")
        snapshot_from_result([tmp_path / side], tmp_path / f"{side}.json")
    files = ("--source", f"snapshot:{tmp_path / 'prod.json'}", "--target", f"snapshot:{tmp_path / 'test.json'}")
    out = StringIO()

    call_command(
        "sync_schema", *files, "--sql", str(tmp_path / "paste.sql"), "--format", "json", stdout=out, stderr=StringIO()
    )
    script = (tmp_path / "paste.sql").read_text(encoding="utf-8")
    editor(target, script, "--set=ON_ERROR_STOP=1")

    document = json.loads(out.getvalue())
    assert (document["applied"], document["rows_looked_at"]) == (False, False)
    lossy = {each["address"] for each in document["statements"] if "deletes data" in each["hazards"]}
    assert lossy == {"public.leftover", "public.customers.joined"}
    assert script.count("-- may: deletes data") == len(lossy)
    with aliases(source, target):
        assert check_drift("prod", "test").identical
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT id, name FROM customers").fetchall() == [(1, "Ada")]


@pytest.mark.parametrize(
    "options",
    [("--apply",), ("--rehearse",), ("--rename", "table:a=b"), ("--write-migration", "x", "--style", "django")],
    ids=" ".join,
)
def test_what_takes_a_connection_to_the_target_is_refused_for_a_file(
    options: tuple[str, ...], new_database: NewDatabase, prod_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    with aliases(new_database(prod_server, NEW)):
        snapshot_schema("prod", tmp_path / "x.json")
        with pytest.raises(CommandError) as caught:
            call_command(
                "sync_schema",
                "--target",
                f"snapshot:{tmp_path / 'x.json'}",
                *options,
                stdout=StringIO(),
                stderr=StringIO(),
            )

    assert caught.value.returncode == 2
    assert "unexpected" not in str(caught.value)


def test_the_script_of_a_live_target_says_what_runs_outside_a_transaction(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases, tmp_path: Path
) -> None:
    source, target = new_database(prod_server, NEW), new_database(test_server, OLD)
    with aliases(source, target):
        call_command("sync_schema", "--sql", str(tmp_path / "paste.sql"), stdout=StringIO(), stderr=StringIO())
        script = (tmp_path / "paste.sql").read_text(encoding="utf-8")
        editor(target, script, "--set=ON_ERROR_STOP=1")
        assert check_drift("prod", "test").identical

    assert "-- Outside a transaction" in script
    assert "CREATE INDEX CONCURRENTLY customers_name" in script
