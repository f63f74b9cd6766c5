"""Ways that tests have been seen to take to production, each tried for real against a second cluster."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.backend.projects import Project, untouched

WAYS = {
    "test_the_alias": "test_ways.py:",
    "test_using": "test_ways.py:",
    "test_connections": "test_ways.py:",
    "test_a_session_fixture_that_unblocks": "test_ways.py:",
    "test_raw_psycopg_with_the_environments_address": "test_ways.py:",
    "test_raw_psycopg_with_a_remembered_address": "test_ways.py:",
    "test_psycopg2_with_a_remembered_address": "test_ways.py:",
    "test_psycopg2_with_the_environments_address": "test_ways.py:",
    "test_a_subprocess_with_the_password_file": "no password supplied",
    "test_raw_psycopg_with_the_settings": "test_ways.py:",
    "test_asyncio_to_thread": "test_asyncio_to_thread asks for 'prod'",
    "test_an_async_connection_with_a_remembered_address": "test_ways.py:",
    "test_a_forked_process": "test_ways.py:",
    "test_libpqs_own_variables": "test_ways.py:",
    "test_bakery": "test_ways.py:",
    "test_bakery_in_bulk": "test_ways.py:",
    "test_a_thread": "test_ways.py:",
    "test_a_subprocess": "ProductionRefused",
    "test_a_subprocess_with_the_environments_address": "production-is-out-of-reach-under-test",
    "test_all_databases": "asks for 'prod'",
    "test_all_databases_of_a_test_case": "asks for 'prod'",
    "test_a_transactional_test_case": "test_ways.py:",
}


def place(url: str) -> tuple[str, str, str]:
    """Give a URL's host, port and database."""
    parsed = conninfo_to_dict(url)
    return str(parsed["host"]), str(parsed["port"]), str(parsed["dbname"])


def test_no_way_leads_there_and_each_says_so(bookshop: Project, tmp_path: Path) -> None:
    remembered, report = tmp_path / "remembered", tmp_path / "report.xml"
    remembered.write_text(make_conninfo(bookshop.prod))
    passwords, without = tmp_path / "passwords", tmp_path / "without"
    known = conninfo_to_dict(bookshop.prod)
    without.write_text(" ".join(str(known[part]) for part in ("host", "port", "dbname", "user")))
    passwords.write_text(f"{known['host']}:{known['port']}:*:*:{known['password']}\n*:*:*:*:{known['password']}\n")
    passwords.chmod(0o600)
    with untouched(bookshop.prod):
        libpqs = dict(zip(("PGHOST", "PGPORT", "NAME_OF_PROD"), place(bookshop.prod), strict=True))
        files = {"REMEMBERED": remembered, "WITHOUT_PASSWORD": without, "PGPASSFILE": passwords}
        arguments = {**libpqs, **{name: str(file) for name, file in files.items()}}
        bookshop.run("-m", "pytest", "ways/test_ways.py", f"--junitxml={report}", **arguments)
    said = {
        case.attrib["name"]: " ".join(f"{each.attrib.get('message', '')} {each.text}" for each in case)
        for case in ET.parse(report).iter("testcase")
    }
    assert said.keys() == WAYS.keys()
    for name, expected in WAYS.items():
        assert expected in said[name], (name, said[name])
        if expected == "test_ways.py:":
            assert "which is production and out of reach under test" in said[name]


def test_tests_that_name_production_fail_at_collection(bookshop: Project) -> None:
    with untouched(bookshop.prod):
        code, said = bookshop.run("-m", "pytest", "ways/test_collected.py")
    assert code == 2, said
    # Where CI is set, pytest's summary repeats each message whole.
    told, _, _ = said.partition("short test summary info")
    assert told.count("asks for 'prod': production is out of reach under test: name the test alias") == 2
    assert "Copying" not in said


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_real_databases_name_for_the_tests_is_left_alone(bookshop: Project, workers: tuple[str, ...]) -> None:
    with untouched(bookshop.test):
        code, said = bookshop.run(
            "-m",
            "pytest",
            "ways/test_mistakes.py",
            "-k",
            "alias",
            *workers,
            MISTAKE="name",
            REAL_DATABASE=bookshop.source,
        )
        bookshop.clear()
    assert code == 0, said


def test_a_real_databases_name_with_reuse_is_refused(bookshop: Project) -> None:
    with untouched(bookshop.test):
        code, said = bookshop.run(
            "-m", "pytest", "ways/test_mistakes.py", "--reuse-db", MISTAKE="name", REAL_DATABASE=bookshop.source
        )
        bookshop.clear()
    assert code == 1
    assert f"database '{bookshop.source}' wasn't made by a test run of ours and is left alone" in said


@pytest.mark.parametrize(
    ("mistake", "test", "expected"),
    [
        ("mirror", "alias", "TEST['MIRROR'] of 'test' asks for an alias of production"),
        ("router", "router", "asks for 'prod'"),
        ("same", "alias", "asks for 'prod'"),
    ],
)
def test_settings_that_lead_to_production_are_refused(
    bookshop: Project, mistake: str, test: str, expected: str
) -> None:
    with untouched(bookshop.prod):
        code, said = bookshop.run("-m", "pytest", "ways/test_mistakes.py", "-k", test, MISTAKE=mistake)
    assert code == 1, said
    assert expected in said


def test_production_as_a_mirror_of_the_test_alias_stays_out_of_reach(bookshop: Project) -> None:
    with untouched(bookshop.prod):
        code, said = bookshop.run("-m", "pytest", "ways/test_ways.py", "-k", "test_using", MISTAKE="mirrored")
    assert code == 1, said
    assert "asks for 'prod'" in said


def test_manage_py_test_refuses_as_well(bookshop: Project) -> None:
    with untouched(bookshop.prod):
        code, said = bookshop.run("manage.py", "test", "ways", "-p", "test_*.py")
    assert code == 1, said
    assert said.count("ProductionRefused") >= 3
