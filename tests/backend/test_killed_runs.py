"""Runs that are killed leave nothing that the next run trips over."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.backend.projects import Project

TESTS = "library/tests/test_transactions.py"


def wait_for(project: Project, what: str, process: subprocess.Popen[str], seconds: float = 120) -> None:
    """Wait until a session of the run is on one of its databases."""
    query = f"select count(*) from pg_stat_activity where datname like '{what}%' and application_name <> 'dbsep test'"
    with psycopg.connect(project.test, autocommit=True) as conn:
        for _ in range(round(seconds / 0.05)):
            assert process.poll() is None, process.communicate()[0]
            if conn.execute(query.encode()).fetchone() != (0,):
                return
            time.sleep(0.05)
    raise AssertionError("the run never came so far")


def children(pid: int) -> list[int]:
    """Give the processes that a process has started."""
    found = []
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in each.read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in children(child))]


@pytest.mark.parametrize("who", ["the controller", "a worker", "a process alone"])
def test_the_next_run_clears_up_after_a_killed_one(bookshop: Project, who: str) -> None:
    words = ("-m", "pytest", TESTS) if who == "a process alone" else ("-m", "pytest", TESTS, "-n", "2")
    with bookshop.start(*words) as process:
        wait_for(bookshop, f"test_{bookshop.source}", process)
        started = children(process.pid)
        if who == "a worker":
            os.kill(started[0], signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=200)
    for pid in started:
        gone(pid)
    code, said = bookshop.run("-m", "pytest", TESTS, "-k", "test_one or test_two")
    assert code == 0, said
    assert set(bookshop.databases().values()) == {"template"}


def gone(pid: int) -> None:
    """Wait until a process has ended; xdist's workers end by themselves without their controller."""
    for _ in range(400):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def test_a_run_that_lives_is_left_alone_by_the_next(bookshop: Project) -> None:
    with bookshop.start("-m", "pytest", TESTS) as first:
        wait_for(bookshop, f"test_{bookshop.source}", first)
        code, said = bookshop.run("-m", "pytest", TESTS, "-k", "test_one")
        assert code == 0, said
        said, _ = first.communicate(timeout=200)
    assert first.returncode == 0, said
    assert set(bookshop.databases().values()) == {"template"}
