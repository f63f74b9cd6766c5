"""What every command of ours does alike: formats, exit codes, words for errors, progress.

Commands add only their own: arguments, one service called in `run`, words in `render`:

    class Command(ServiceCommand):
        def add_arguments(self, parser):
            super().add_arguments(parser)
            parser.add_argument("--database", default="prod")

        def run(self, **options):
            result = service(options["database"])
            return Outcome({"tables": result.tables}, run=result.run)

        def render(self, console, outcome):
            console.print(…)
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

import psycopg
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.db import connections
from rich.console import Console

from migration_app.engine.errors import DbsepError
from migration_app.management.outcome import (
    DONE,
    ERROR,
    FOUND,
    INTERRUPTED,
    CommandFailed,
    Outcome,
    asks_for_json,
    error_document,
)
from migration_app.management.progress import ProgressLine
from migration_app.services.connecting.failures import explain
from migration_app.services.history import listening, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            console.print(f"[bold]{key}[/bold]:", value)

    def formatted(self, form: str, outcome: Outcome) -> str:
        """Give the outcome in one of the subclass's own formats."""
        raise NotImplementedError(f"{form} of {outcome}")

    def check(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - Django's signature
        """Stop at the first error that our own checks find; warnings are for `manage.py check`."""
        found = [each for each in checks.run_checks(tags=self.requires_system_checks) if each.is_serious()]
        for each in found:
            raise CommandFailed(redact(f"({each.id}) {each.msg}"), returncode=ERROR, hint=redact(each.hint or ""))

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Run and print; raises CommandFailed with the exit code for everything but 0."""
        self.options = options
        errors = self.console(self.stderr)
        wanted = errors.is_terminal and options["verbosity"] > 0
        with (
            _in_our_words(),
            ProgressLine.when(wanted, errors) as self.progress,
            listening(self.progress.told),
        ):
            outcome = self.run(*args, **options)
        self._print(outcome)
        if outcome.run is not None and options["verbosity"] > 0:
            errors.print(f"run {outcome.run}", highlight=False)
        if outcome.exit_code != DONE:
            raise CommandFailed(outcome.summary, returncode=outcome.exit_code, hint=outcome.hint, printed=True)

    def console(self, stream: Any) -> Console:  # noqa: ANN401 - Django's OutputWrapper
        """Give a console on the stream: colours on a terminal only, unless the user says otherwise."""
        out = getattr(stream, "_out", stream)  # rich writes pieces of lines; Django's wrapper would end each
        options = getattr(self, "options", {})
        is_terminal = bool(getattr(out, "isatty", bool)())
        width = None if is_terminal or "COLUMNS" in os.environ else PIPE_WIDTH
        colours = True if options.get("force_color") else None
        return Console(file=out, no_color=options.get("no_color") or None, force_terminal=colours, width=width)

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Run as `manage.py <command>` and exit with the contract's code."""
        code = self._run_and_report(argv)
        with contextlib.suppress(ImproperlyConfigured):
            connections.close_all()
        sys.exit(code)

    def _run_and_report(self, argv: list[str]) -> int:
        # The parser raises instead of exiting, so that a wrong option gets its JSON document, too.
        parser = self.create_parser(argv[0], argv[1])
        try:
            given = parser.parse_args(argv[2:])
        except CommandError as error:
            parser.print_usage(sys.stderr)
            message = str(error).removeprefix("Error: ")
            return self._explain(CommandFailed(message, returncode=ERROR), argv)
        handle_default_options(given)
        options = vars(given)
        try:
            self.execute(*options.pop("args", ()), **options)
        except CommandFailed as error:
            return self._explain(error, argv)
        except CommandError as error:
            return self._explain(CommandFailed(str(error), returncode=ERROR), argv)
        except KeyboardInterrupt:
            self.stderr.write("interrupted; nothing half done was kept")
            return INTERRUPTED
        except BrokenPipeError:
            # The reader went away (… | head). Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ERROR
        return DONE

    def _explain(self, error: CommandFailed, argv: list[str]) -> int:
        if error.returncode == FOUND:
            return FOUND  # what was found has been printed; there is no error
        if "--traceback" in argv:
            self.stderr.write(redact("".join(traceback.format_exception(error))))
        message = redact(str(error)).strip()
        self.stderr.write(f"error: {message}", self.style.ERROR)
        if error.hint:
            self.stderr.write(f"hint: {error.hint}", self.style.WARNING)
        if asks_for_json(argv) and not error.printed:
            self.stdout.write(json.dumps(error_document(message, error.hint, error.returncode), indent=2))
        return error.returncode

    def _print(self, outcome: Outcome) -> None:
        form = self.options.get("format", "text")
        if form == "json":
            self.stdout.write(json.dumps(outcome.document, indent=2, default=str, ensure_ascii=False))
        elif form != "text":
            self.stdout.write(self.formatted(form, outcome))
        elif self.options["verbosity"] > 0:
            self.render(self.console(self.stdout), outcome)


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """Turn what a service raises into CommandFailed, without secrets; the cause stays for --traceback."""
    try:
        yield
    except (CommandError, BrokenPipeError):
        raise
    except DbsepError as error:
        raise CommandFailed(redact(error.message), returncode=error.exit_code, hint=redact(error.hint)) from error
    except psycopg.Error as error:
        known = explain("the database", error, {})
        raise CommandFailed(redact(known.message), returncode=ERROR, hint=known.hint) from error
    except ImproperlyConfigured as error:
        raise CommandFailed(redact(str(error)), returncode=ERROR, hint="Correct the settings.") from error
    except Exception as error:
        message = redact(f"unexpected {type(error).__name__}: {error}")
        hint = "This is a defect: run again with --traceback and report what it prints."
        raise CommandFailed(message, returncode=ERROR, hint=hint) from error
