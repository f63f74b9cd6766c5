"""What the history keeps when it can't be written, and when whoever writes it is killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.utils import OperationalError

from migration_app.engine.errors import UsageError
from migration_app.models import Run, StatementRecord, Step
from migration_app.models.process import birth
from migration_app.services.history import (
    recorded,
    run_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


class Print:
    """A fingerprint, as far as the history looks at one."""

    def __init__(self, database: str) -> None:
        self.database = database

    def __str__(self) -> str:
        return f"{self.database}@localhost:5432"


def statements(number: int) -> list[dict[str, str]]:
    return [{"verb": "create", "address": f"table public.t{n}", "sql": f"CREATE TABLE t{n} ()"} for n in range(number)]


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make every write to the control database fail."""

    def refuse(*_: object) -> None:
        raise OperationalError("unable to open database file")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        yield


@pytest.mark.django_db
def test_what_no_database_can_hold_does_not_stop_the_work() -> None:
    with recorded("clone_schema", arguments={"a\x00": "b\x00", "half": "\udc80", "n": float("nan")}) as run:
        with run.step("\udcff") as step:
            step.detail(rate=float("inf"), nested={"\udc80": ["\x00"]})
        run.statements([{"sql": "SELECT '\udc80\x00'", "address": "\udc80"}])
    assert run_number(run.number or 0).arguments == {"a": "b", "half": "?", "n": "nan"}
    assert Step.objects.get().detail == {"rate": "inf", "nested": {"?": [""]}}
    assert StatementRecord.objects.get().sql == "SELECT '?'"


@pytest.mark.django_db
@pytest.mark.usefixtures("unreachable")
def test_without_the_control_database_the_work_goes_on_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), recorded("check_drift", arguments={}) as run, run.step("read") as step:
        step.detail(objects=1)
        run.databases(source=Print("shop"))
        run.statements(statements(1))
        run.findings([])
        with recorded("analyze_tables", arguments={}) as inner:
            pass
        run.outcome("differences", "3 differ")
    assert run.number is inner.number is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "python manage.py migrate" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("unreachable")
def test_without_the_control_database_what_must_be_recorded_does_not_begin() -> None:
    began = False
    with pytest.raises(UsageError, match="history can't be written") as raised:  # noqa: SIM117
        with recorded("drop_test_tables", arguments={}, required=True):
            began = True
    assert not began
    assert "python manage.py migrate" in raised.value.hint
    assert raised.value.exit_code == 2


def test_where_a_test_may_not_use_the_database_the_work_goes_on() -> None:
    with recorded("check_drift", arguments={}) as run:
        pass
    assert run.number is None


@pytest.mark.django_db
def test_a_database_that_fails_in_the_middle_does_not_stop_the_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("database is locked")

    with recorded("clone_schema", arguments={}) as run:
        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", refuse)
            with run.step("lost"):
                run.statements(statements(1))
        with run.step("kept"):
            pass
    assert list(Step.objects.values_list("name", flat=True)) == ["kept"]
    assert "database is locked" in caplog.text


KILLED = """
    import os, sys, time
    import dj_database_url, django
    from django.conf import settings
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "migration_app"], USE_TZ=True,
        DATABASES={"default": dj_database_url.parse(sys.argv[1])},
    )
    django.setup()
    from django.core.management import call_command
    from migration_app.services.history import recorded, run_number
    if sys.argv[2] == "work":
        call_command("migrate", verbosity=0)
        with recorded("separate", arguments={}) as run:
            with run.step("0 analyse"):
                pass
            with run.step("2 clean production"):
                print("ready", flush=True)
                time.sleep(60)
    else:
        run = run_number(1)
        print(run.outcome, run.state, [(step.name, step.outcome) for step in run.steps.all()])
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a word of POSIX systems")
@pytest.mark.parametrize("control", ["sqlite", "postgresql"])
def test_a_run_that_was_killed_shows_where_it_stopped(
    tmp_path: Path, control: str, request: pytest.FixtureRequest
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(KILLED))
    url = f"sqlite:///{tmp_path}/control.sqlite3"
    if control == "postgresql":
        url = request.getfixturevalue("new_database")()
    command = [sys.executable, str(script), url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([*command, "work"], stdout=subprocess.PIPE, text=True, env=environment) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        alive = subprocess.check_output([*command, "look"], text=True, env=environment)
        worker.send_signal(signal.SIGKILL)
    gone = subprocess.check_output([*command, "look"], text=True, env=environment)
    steps = "[('0 analyse', 'done'), ('2 clean production', 'running')]\n"
    assert alive == f"running running {steps}"
    assert gone == f"running interrupted {steps}"


@pytest.mark.django_db
def test_a_later_process_with_the_same_number_is_not_taken_for_the_runs_own() -> None:
    with recorded("separate", arguments={}) as run:
        assert run_number(run.number or 0).state == "running"
        Run.objects.filter(pk=run.number or 0).update(process_birth="another boot:1")
        assert run_number(run.number or 0).state == ("interrupted" if birth(os.getpid()) else "running")


@pytest.mark.django_db
def test_a_run_of_another_machine_is_believed_for_some_hours() -> None:
    from datetime import timedelta

    from django.utils import timezone

    run = Run.objects.create(command="separate", host="elsewhere.example", pid=1)
    assert run.state == "running"
    run.heartbeat = timezone.now() - timedelta(hours=7)
    assert run.state == "interrupted"
