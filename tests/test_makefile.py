"""`make` says what is missing on a machine where it can't do its work."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / "migration_app").symlink_to(PROJECT / "migration_app")
    return tmp_path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=checkout, check=False, capture_output=True, text=True)


def script(file: Path, text: str) -> Path:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_a_machine_without_python_is_told_so(checkout: Path) -> None:
    done = make(checkout, "venv", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert "error: there is no no-such-python" in done.stderr
    assert "hint: Install Python 3.11 or newer" in done.stderr


def test_a_python_that_is_too_old_is_told_with_its_version(checkout: Path) -> None:
    old = script(checkout / "old", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')
    done = make(checkout, "demo", f"PYTHON={old}")
    assert done.returncode == 2
    assert "error: Python 3.9.2 is too old" in done.stderr
    assert "make PYTHON=python3.12 demo" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(checkout: Path) -> None:
    bare = script(checkout / "bare", '[ "$1" = -m ] && mkdir -p .venv && exit 1; exit 0')
    done = make(checkout, "venv", f"PYTHON={bare}")
    assert done.returncode == 2
    assert "hint: On Debian and Ubuntu, install python3-venv." in done.stderr
    assert not (checkout / ".venv").exists()


def test_clean_stops_the_servers_and_leaves_nothing(checkout: Path) -> None:
    from migration_app.embedded import Cluster

    started = Cluster.start(checkout / "var" / "demo" / "production")
    done = make(checkout, "clean")
    assert done.returncode == 0, done.stderr
    assert not started.running
    assert not started.home.exists()
    assert not (checkout / "var").exists()
    assert make(checkout, "clean").returncode == 0


def test_stop_keeps_the_data(checkout: Path) -> None:
    from migration_app.embedded import Cluster

    started = Cluster.start(checkout / "var" / "demo" / "test")
    assert make(checkout, "stop").returncode == 0
    assert not started.running
    assert Cluster.find(started.base) == started
    started.remove()


def test_every_target_says_what_it_does(checkout: Path) -> None:
    targets = {line.split(":")[0] for line in (PROJECT / "Makefile").read_text().splitlines() if "## " in line}
    told = make(checkout).stdout
    assert {"demo", "test", "clean"} <= {target for target in targets if f"make {target}" in told}
