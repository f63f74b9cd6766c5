"""What `pip install` brings: all that the app needs, in any Django project, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
APP = PROJECT / "migration_app"
OTHER_PROJECT = """
from django.conf import settings
settings.configure(
    SECRET_KEY="x",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "migration_app"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DATABASE_ROUTERS=["migration_app.router.Router"],
)
import django
django.setup()
from django.core.management import call_command, get_commands
import migration_app
print(migration_app.__file__)
call_command("migrate", verbosity=0)
print(sorted(name for name, app in get_commands().items() if app == "migration_app"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    return next(target.glob("dbsep-*.whl"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("suffix", ["py", "sql", "html", "css", "typed"])
def test_the_wheel_holds_every_file_of_the_app(wheel: Path, suffix: str) -> None:
    wanted = {
        path.relative_to(PROJECT).as_posix()
        for path in APP.rglob("*")
        if path.is_file() and (path.suffix == f".{suffix}" or path.name.endswith(suffix))
    }
    assert wanted
    assert wanted <= names(wheel)


def test_the_wheel_holds_nothing_but_the_app(wheel: Path) -> None:
    assert {name.split("/")[0].partition("-")[0] for name in names(wheel)} == {"migration_app", "dbsep"}


def test_another_project_can_use_what_the_wheel_brings(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n{OTHER_PROJECT}",
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    where, commands = done.stdout.splitlines()
    assert where.startswith(str(tmp_path))
    for name in (path.stem for path in (APP / "management" / "commands").glob("[a-z]*.py")):
        assert repr(name) in commands
