"""What every command does alike, shown on a command made for it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from migration_app.engine.errors import Refused, UsageError
from migration_app.management.base import CommandFailed, Outcome, ServiceCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from tests.conftest import Aliases

ROOT = Path(__file__).resolve().parent.parent.parent


class Shown(ServiceCommand):
    """A command that does what the test says."""

    formats = ("text", "json", "shout")
    requires_system_checks: Any = ()

    def __init__(self, work: Callable[[], Outcome]) -> None:
        super().__init__(stdout=io.StringIO(), stderr=io.StringIO())
        self.work = work

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--number", type=int, default=0)

    def run(self, **options: object) -> Outcome:  # noqa: ARG002
        return self.work()

    def render(self, console: Console, outcome: Outcome) -> None:
        console.print(f"[red]found[/red] {outcome.document['found']}")

    def formatted(self, form: str, outcome: Outcome) -> str:
        return f"{form} {outcome.document['found']}".upper()

    def main(self, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            self.run_from_argv(["manage.py", "shown", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return code, self.stdout.getvalue(), self.stderr.getvalue()


def found(number: int = 0, **more: Any) -> Outcome:  # noqa: ANN401 - as Outcome takes them
    return Outcome({"found": number}, **more)


def failing(error: BaseException) -> Callable[[], Outcome]:
    def work() -> Outcome:
        raise error

    return work


def test_text_is_for_a_person_without_colours_where_there_is_no_terminal() -> None:
    assert Shown(found).main() == (0, "found 0\n", "")


def test_force_color_colours_and_no_color_does_not() -> None:
    assert "\x1b[" in Shown(found).main("--force-color")[1]
    assert "\x1b[" not in Shown(found).main("--no-color")[1]


def test_json_is_one_document_on_stdout_and_the_runs_number_is_on_stderr() -> None:
    code, out, err = Shown(lambda: found(3, run=17)).main("--format", "json")
    assert (code, json.loads(out), err) == (0, {"found": 3}, "run 17\n")


def test_a_format_of_the_commands_own_is_printed_as_it_gives_it() -> None:
    assert Shown(found).main("--format", "shout")[1] == "SHOUT 0\n"


def test_differences_exit_1_and_are_no_error() -> None:
    assert Shown(lambda: found(3, exit_code=1)).main() == (1, "found 3\n", "")
    code, out, err = Shown(lambda: found(3, exit_code=1)).main("--format=json")
    assert (code, json.loads(out), err) == (1, {"found": 3}, "")


def test_verbosity_0_says_nothing_but_errors() -> None:
    assert Shown(lambda: found(run=1)).main("--verbosity", "0") == (0, "", "")
    assert Shown(failing(UsageError("no such thing"))).main("-v0")[2] == "error: no such thing\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("that is wrong", "Do this."), 2),
        (Refused("that is wrong", "Do this."), 3),
        (CommandFailed("that is wrong", returncode=3, hint="Do this."), 3),
    ],
)
def test_an_error_of_ours_is_one_message_with_its_hint_and_exit_code(error: Exception, code: int) -> None:
    assert Shown(failing(error)).main() == (code, "", "error: that is wrong\nhint: Do this.\n")


def test_with_format_json_an_error_is_a_document_too() -> None:
    code, out, err = Shown(failing(Refused("not there", "Go elsewhere."))).main("--format", "json")
    assert json.loads(out) == {"error": {"message": "not there", "hint": "Go elsewhere.", "exit_code": 3}}
    assert (code, err) == (3, "error: not there\nhint: Go elsewhere.\n")


@pytest.mark.parametrize("arguments", [["--nope"], ["--number", "many"], ["--format", "xml"], ["stray"]])
def test_a_wrong_option_exits_2_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = Shown(found).main(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "usage: " in capsys.readouterr().err


def test_a_wrong_option_beside_format_json_gives_a_document() -> None:
    code, out, _ = Shown(found).main("--format", "json", "--nope")
    assert code == 2
    assert "--nope" in json.loads(out)["error"]["message"]


def test_djangos_own_command_error_exits_2() -> None:
    assert Shown(failing(CommandError("as Django says it"))).main() == (2, "", "error: as Django says it\n")


def test_an_error_that_nobody_foresaw_exits_2_and_asks_for_a_report() -> None:
    code, _, err = Shown(failing(KeyError("lost"))).main()
    assert code == 2
    assert "unexpected KeyError" in err
    assert "--traceback" in err
    assert "Traceback" not in err


def test_an_interruption_exits_130() -> None:
    code, _, err = Shown(failing(KeyboardInterrupt())).main()
    assert (code, err) == (130, "interrupted; nothing half done was kept\n")


def test_traceback_shows_where_without_passwords(aliases: Aliases) -> None:
    with aliases("postgresql://ann:very%2Fsecret@127.0.0.1:1/shop"):
        text = "could not use very/secret or very%2Fsecret"
        code, _, err = Shown(failing(RuntimeError(text))).main("--traceback")
    assert code == 2
    assert "Traceback" in err
    assert "RuntimeError" in err
    assert "very/secret" not in err
    assert "very%2Fsecret" not in err


def test_call_command_returns_for_0_and_raises_with_the_exit_code_otherwise() -> None:
    call_command(Shown(found))
    for work, code in (
        (lambda: found(exit_code=1), 1),
        (failing(UsageError("wrong")), 2),
        (failing(Refused("no")), 3),
    ):
        with pytest.raises(CommandError) as caught:
            call_command(Shown(work))
        assert caught.value.returncode == code


def test_call_command_gives_the_document_on_its_stdout() -> None:
    out = io.StringIO()
    call_command(Shown(lambda: found(5)), format="json", stdout=out)
    assert json.loads(out.getvalue()) == {"found": 5}


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    program = (
        "import django; django.setup()\n"
        "from tests.management.test_base import Shown, found\n"
        "import sys\n"
        "class Long(Shown):\n"
        "    def render(self, console, outcome):\n"
        "        for number in range(100000): console.print(number)\n"
        "command = Long(found)\n"
        "command.stdout._out, command.stderr._out = sys.stdout, sys.stderr\n"
        "command.run_from_argv(['manage.py', 'shown'])\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "0\n"
        process.stdout.close()
        assert process.stderr.read() == ""
