"""The user's project passes whoever runs it, and nothing is left but the template."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest

from tests.backend.projects import Project, untouched

RUNNERS = {
    "pytest": ("-m", "pytest", "-q"),
    "pytest -n 2": ("-m", "pytest", "-q", "-n", "2"),
    "pytest --reuse-db": ("-m", "pytest", "-q", "--reuse-db"),
    "pytest shuffled": ("-m", "pytest", "-q", "-p", "shuffled"),
    "pytest -n 2 shuffled": ("-m", "pytest", "-q", "-p", "shuffled", "-n", "2"),
    "manage.py test": ("manage.py", "test", "library", "--shuffle"),
    "manage.py test --parallel 2": ("manage.py", "test", "library", "--parallel", "2", "--shuffle"),
}
BY_PYTEST, BY_DJANGO = 36, 19


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_runner_passes_and_leaves_a_template_only(bookshop: Project, runner: str) -> None:
    for _ in range(2 if runner in ("pytest", "pytest --reuse-db") else 1):
        with untouched(bookshop.prod):
            by_chance = {"PYTHONPATH": str(Path(__file__).parent), "SHUFFLED_BY": secrets.token_hex(4)}
            code, said = bookshop.run(*RUNNERS[runner], **by_chance)
        assert code == 0, (by_chance, said)
        passed = re.search(r"(\d+) passed|Ran (\d+) tests", said)
        assert passed is not None, said
        assert int(passed[1] or passed[2]) == (BY_PYTEST if "pytest" in runner else BY_DJANGO)
    expected = ["template"] if "reuse" not in runner else ["kept", "template"]
    assert sorted(bookshop.databases().values()) == expected


def test_the_header_names_the_database_and_the_hash_and_the_end_says_what_it_cost(bookshop: Project) -> None:
    code, said = bookshop.run("-m", "pytest", "library/tests/test_transactions.py", "-k", "CommitTests")
    assert code == 0, said
    assert re.search(rf"dbsep: test: copies of {bookshop.source}@127.0.0.1:\d+, schema [0-9a-f]{{16}}", said)
    assert re.search(r"dbsep: prod: \S+@127.0.0.1:\d+, out of reach \(PROD_DATABASE_URL scrubbed\)", said)
    assert re.search(r"replaced by a spare: [3-9], median", said)
    assert "prod: 0 connections, 0 writes from this run, nobody asked" in said


def test_nothing_is_replaced_where_nothing_was_written(bookshop: Project) -> None:
    code, said = bookshop.run("-m", "pytest", "library/tests/test_transactions.py", "-k", "reads_only")
    assert code == 0, said
    assert "looked for writes: 1" in said
    assert "copies made while waiting: 1," in said
    assert "replaced" not in said


def test_an_empty_default_alias_works_under_xdist(bookshop: Project) -> None:
    code, said = bookshop.run("-m", "pytest", "-n", "2", "-k", "commits_do_not_leak", MISTAKE="default")
    assert code == 0, said


def test_the_schema_can_come_from_a_snapshot_file(bookshop: Project, tmp_path: object) -> None:
    file = f"{tmp_path}/schema.json"
    code, said = bookshop.run("manage.py", "snapshot_schema", "--database", "prod", "--output", file)
    assert code == 0, said
    code, said = bookshop.run(
        "-m",
        "pytest",
        "-k",
        "on_commit or truncate",
        MISTAKE="snapshot",
        SNAPSHOT=f"snapshot:{file}",
        PROD_DATABASE_URL="postgresql://",
    )
    assert "copies of snapshot:" in said
    assert code == 1  # the file holds no rows, and one of the tests looks for some
    assert "1 failed, 1 passed" in said


def test_a_failed_tests_database_is_kept_with_what_the_test_wrote(bookshop: Project) -> None:
    code, said = bookshop.run("-m", "pytest", "--keep-failed", "ways/kept.py")
    assert code == 1, said
    kept = re.findall(r"kept for (\S+): (\S+)", said)
    assert [name for name, _ in kept] == ["ways/kept.py::test_that_rolls_back", "ways/kept.py::test_that_commits"]
    roles = bookshop.databases()
    assert {roles[database] for _, database in kept} == {"failed"}
    for _, database in kept:
        url = bookshop.test.rpartition("/")[0] + f"/{database}"
        from tests.backend.projects import rows

        assert ("what the test wrote",) in rows(url, "select name from authors")
