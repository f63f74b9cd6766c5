"""Each format says the same in what its readers understand, whatever characters the names hold."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest
from django.core.management import CommandError, call_command

from migration_app.embedded import Cluster
from migration_app.services.snapshots import snapshot_schema
from tests.conftest import Aliases, NewDatabase

pytestmark = pytest.mark.django_db

SOURCE = """
CREATE TABLE orders (id int PRIMARY KEY, total numeric DEFAULT 0);
CREATE INDEX orders_total ON orders (total);
CREATE TABLE "odd|name <b>, 100%: `x`" (id int);
COMMENT ON TABLE orders IS 'one';
CREATE FUNCTION long() RETURNS int LANGUAGE sql AS $$
    SELECT 1
    + 2
$$;
"""
TARGET = (
    SOURCE.replace("DEFAULT 0", "DEFAULT 1")
    .replace("CREATE INDEX orders_total ON orders (total);", "")
    .replace("'one'", "E'two\\nlines ::error::'")
    .replace("+ 2", "+ 3")
    .replace('CREATE TABLE "odd', 'CREATE TABLE extra (); --"')
)


@pytest.fixture
def pair(new_database: NewDatabase, prod_server: Cluster, test_server: Cluster) -> tuple[str, str]:
    return new_database(prod_server, SOURCE), new_database(test_server, TARGET)


def printed(form: str, *arguments: str, code: int = 1) -> str:
    out = StringIO()
    if code:
        with pytest.raises(CommandError) as caught:
            call_command("check_drift", f"--format={form}", *arguments, stdout=out, stderr=StringIO())
        assert caught.value.returncode == code
    else:
        call_command("check_drift", f"--format={form}", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_text_shows_both_sides_values_and_long_ones_as_a_difference_of_lines(
    pair: tuple[str, str], aliases: Aliases
) -> None:
    with aliases(*pair):
        text = printed("text", "--sql")

    assert re.search(r"~ +default public.orders.total +expression +0 +1", text)
    assert re.search(r"- +index public.orders_total", text)
    assert re.search(r"\+ +table public.extra", text)
    assert "-    + 2" in text
    assert "+    + 3" in text
    assert "sync_schema" in text or "DROP TABLE public.extra;" in text


def test_the_statements_of_sql_mend_the_target(pair: tuple[str, str], aliases: Aliases) -> None:
    with aliases(*pair):
        document = json.loads(printed("json", "--sql"))
        with psycopg.connect(pair[1]) as connection:
            for statement in document["statements"]:
                connection.execute(statement["sql"].encode())
        assert json.loads(printed("json", code=0))["identical"]


def test_github_escapes_what_would_start_another_command(pair: tuple[str, str], aliases: Aliases) -> None:
    with aliases(*pair):
        lines = printed("github").splitlines()

    commands = [line for line in lines if line.startswith("::")]
    assert all(re.match(r"::(error|warning|notice) title=[^:]*::", line) for line in commands)
    assert any("100%25%3A" in line and "missing in the target" in line for line in commands)
    assert not any(line.startswith("lines ") for line in lines)
    assert any(line.startswith("::notice title=comment table public.orders::") for line in commands)


def test_junit_is_xml_with_a_failing_case_a_difference(pair: tuple[str, str], aliases: Aliases) -> None:
    with aliases(*pair):
        drift = json.loads(printed("json"))["drift"]
        root = ET.fromstring(printed("junit"))
    suite = root.find("testsuite")

    assert suite is not None
    assert suite.get("failures") == str(len(drift))
    assert {case.get("name") for case in suite.iter("testcase")} == {each["address"] for each in drift}


def test_junit_of_equal_sides_has_one_case_that_passes(
    new_database: NewDatabase, prod_server: Cluster, test_server: Cluster, aliases: Aliases
) -> None:
    with aliases(new_database(prod_server), new_database(test_server)):
        root = ET.fromstring(printed("junit", code=0))

    assert len(list(root.iter("testcase"))) == 1
    assert not list(root.iter("failure"))


def test_sarif_points_at_the_objects_line_in_the_snapshot_file(
    pair: tuple[str, str], aliases: Aliases, tmp_path: Path
) -> None:
    file = tmp_path / "schema.json"
    with aliases(*pair):
        snapshot_schema("prod", file)
        run = json.loads(printed("sarif", "--source", f"snapshot:{file}"))["runs"][0]

    lines = file.read_text(encoding="utf-8").splitlines()
    index = next(each for each in run["results"] if "index public.orders_total" in each["message"]["text"])
    place = index["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == file.as_posix()
    assert '"index public.orders_total"' in lines[place["region"]["startLine"] - 1]
    assert {each["ruleId"] for each in run["results"]} == {"missing", "extra", "changed"}
    assert {each["level"] for each in run["results"]} <= {"error", "warning", "note"}


def test_markdown_keeps_names_in_their_cells(pair: tuple[str, str], aliases: Aliases) -> None:
    with aliases(*pair):
        text = printed("markdown", "--sql")

    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert r"\<b\>" in text
    assert "```diff" in text
    assert "```sql" in text
