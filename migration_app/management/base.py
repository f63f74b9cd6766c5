"""What every command of ours does alike: formats, exit codes, words for errors, progress.

Commands add only their own.

A subclass says its arguments, calls one service in `run` and prints in `render`:

    class Command(ServiceCommand):
        def add_arguments(self, parser): super().add_arguments(parser); parser.add_argument("--database", …)
        def run(self, **options): result = service(…); return Outcome({…}, run=result.run)
        def render(self, console, outcome): console.print(…)
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sys
import traceback
from typing import Any, ClassVar, Final, NoReturn

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    SystemCheckError,
    handle_default_options,
)
from django.db import connections
from rich.console import Console

from migration_app.engine.errors import DbsepError
from migration_app.management.outcome import ERROR, INTERRUPTED, CommandFailed, Outcome, error_document
from migration_app.management.progress import Progress
from migration_app.services.connecting import scrub
from migration_app.services.connecting.failures import explain

__all__ = ["CommandFailed", "Outcome", "ServiceCommand"]

PIPE_WIDTH: Final = 160
"""Columns where there is no terminal to ask: wide enough that tables in a CI log aren't folded."""


class ServiceCommand(BaseCommand):
    """A command that parses, calls one service, and prints."""

    formats: ClassVar[tuple[str, ...]] = ("text", "json")
    # Our own checks only: another app's trouble must not stand between a user and the way out of the tangle.
    # Commands that only look set this to [].
    requires_system_checks: Any = ("migration_app",)

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what all commands share; a subclass calls this, then adds its own."""
        parser.add_argument("--format", choices=self.formats, default="text", help="how to print the result")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Call the service and give what it found."""
        raise NotImplementedError

    def render(self, console: Console, outcome: Outcome) -> None:
        """Print the outcome for a person; without a subclass's words, the document as it is."""
        for key, value in outcome.document.items():
            console.print(f"[bold]{key}[/bold]: ", value)

    def formatted(self, form: str, outcome: Outcome) -> str:
        """Give the outcome in one of the subclass's own formats."""
        raise NotImplementedError(form)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Run and print; raises CommandFailed with the exit code for everything but 0."""
        options.pop("args", None)
        self.options = options
        with (
            self._reported(),
            Progress.when(self._wants_progress(), self.console(self.stderr)) as self.progress,
        ):
            outcome = self.run(*args, **options)
        self._print(outcome)
        if outcome.run is not None and options["verbosity"] > 0:
            self.console(self.stderr).print(f"run {outcome.run}", highlight=False)
        if outcome.exit_code:
            raise CommandFailed(outcome.summary, returncode=outcome.exit_code)

    def on_step(self, name: str, *_: object) -> None:
        """Show the step that a service begins; handed to services as their listener."""
        self.progress.step(name)

    def console(self, stream: Any) -> Console:  # noqa: ANN401 - Django's OutputWrapper
        """Give a console on the stream: colours on a terminal only, unless the user says otherwise."""
        out = getattr(stream, "_out", stream)  # rich writes pieces of lines; Django's wrapper would end each
        options = getattr(self, "options", {})
        is_terminal = bool(getattr(out, "isatty", bool)())
        width = None if is_terminal or "COLUMNS" in os.environ else PIPE_WIDTH
        colours = True if options.get("force_color") else None
        return Console(
            file=out, no_color=options.get("no_color") or None, force_terminal=colours, width=width
        )

    # From the command line

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Run as `manage.py <command>` and exit with the contract's code."""
        sys.exit(self._exit_code(argv))

    def _exit_code(self, argv: list[str]) -> int:
        parser = self.create_parser(argv[0], argv[1])
        as_json = _asks_for_json(argv)
        show_traceback = "--traceback" in argv
        try:
            # The parser raises instead of exiting, so that a wrong option gets its JSON document, too.
            given = vars(parser.parse_args(argv[2:]))
            handle_default_options(_Namespace(given))
            self.execute(*given.pop("args", ()), **given)
        except CommandFailed as error:
            return self._explain(error, error.returncode, as_json=as_json, show_traceback=show_traceback)
        except SystemCheckError as error:
            return self._explain(error, ERROR, as_json=as_json, show_traceback=show_traceback)
        except CommandError as error:
            parser.print_usage(sys.stderr)
            return self._explain(error, ERROR, as_json=as_json, show_traceback=show_traceback)
        except KeyboardInterrupt:
            self.stderr.write("interrupted; nothing half done was kept")
            return INTERRUPTED
        except BrokenPipeError:
            # The reader went away (… | head). Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ERROR
        finally:
            with contextlib.suppress(ImproperlyConfigured):
                connections.close_all()
        return 0

    def _explain(self, error: CommandError, code: int, *, as_json: bool, show_traceback: bool) -> int:
        if code == 1:
            return code  # what was found has been printed; there is no error
        if show_traceback:
            self.stderr.write(_safe_traceback(error))
        message = clean(str(error)).strip()
        hint = clean(getattr(error, "hint", ""))
        self.stderr.write(f"error: {message}", self.style.ERROR)
        if hint:
            self.stderr.write(f"hint: {hint}", self.style.WARNING)
        if as_json:
            self.stdout.write(json.dumps(error_document(message, hint, code), indent=2))
        return code

    # Inside

    @contextlib.contextmanager
    def _reported(self) -> Any:  # noqa: ANN401 - a generator
        """Turn what a service raises into CommandFailed."""
        try:
            yield
        except (CommandError, KeyboardInterrupt, BrokenPipeError):
            raise
        except DbsepError as error:
            raise CommandFailed(
                clean(error.message), returncode=error.exit_code, hint=clean(error.hint)
            ) from error
        except psycopg.Error as error:
            known = explain("the database", error, {})
            raise CommandFailed(clean(known.message), returncode=ERROR, hint=known.hint) from error
        except ImproperlyConfigured as error:
            raise CommandFailed(clean(str(error)), returncode=ERROR, hint="Correct the settings.") from error
        except Exception as error:
            message = f"unexpected {type(error).__name__}: {clean(str(error))}"
            hint = "This is a defect: run again with --traceback and report what it prints."
            raise CommandFailed(message, returncode=ERROR, hint=hint) from error

    def _print(self, outcome: Outcome) -> None:
        form = self.options.get("format", "text")
        if form == "json":
            self.stdout.write(json.dumps(outcome.document, indent=2, default=str, ensure_ascii=False))
        elif form == "text":
            if self.options["verbosity"] > 0:
                self.render(self.console(self.stdout), outcome)
        else:
            self.stdout.write(self.formatted(form, outcome))

    def _wants_progress(self) -> bool:
        out = getattr(self.stderr, "_out", self.stderr)
        return bool(getattr(out, "isatty", bool)()) and self.options["verbosity"] > 0


class _Namespace:
    """The options as attributes, which is what Django's handle_default_options reads."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.settings = given.get("settings")
        self.pythonpath = given.get("pythonpath")


def clean(text: str) -> str:
    """Give the text without any password that DATABASES holds."""
    for config in getattr(settings, "DATABASES", {}).values():
        secrets = {
            "password": config.get("PASSWORD"),
            "sslpassword": config.get("OPTIONS", {}).get("sslpassword"),
        }
        text = scrub(text, secrets)
    return text


def _safe_traceback(error: BaseException) -> str:
    return clean("".join(traceback.format_exception(error)))


def _asks_for_json(argv: list[str]) -> bool:
    pairs = itertools.pairwise(argv)
    return "--format=json" in argv or ("--format", "json") in set(pairs)
