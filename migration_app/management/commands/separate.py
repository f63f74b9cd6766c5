"""Walk the whole way: one command from the tangle to two databases."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine.errors import UsageError
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.metrics import metrics_table
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.demo import Demo, prepare
from migration_app.services.separating import PHASES, Part, PhaseResult, Separation, separate

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console

_MARKS = {
    "done": "[green]done[/green]",
    "planned": "[cyan]planned[/cyan]",
    "skipped": "[dim]skipped[/dim]",
    "differences": "[yellow]unmet[/yellow]",
}


class Command(ServiceCommand):
    """`manage.py separate`, or `manage.py separate --demo`."""

    help = (
        "Run all phases: analyse, separate environments, clean production, clone, test, measure. Without --apply "
        "everything is looked at and planned, and nothing changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the sides, the phases, and leave to change them."""
        super().add_arguments(parser)
        phases = ", ".join(f"{number} {name}" for number, name in enumerate(PHASES))
        parser.add_argument("--source", default="prod", help="production's alias (default: prod)")
        parser.add_argument("--target", default="test", help="the test database's alias (default: test)")
        parser.add_argument("--demo", action="store_true", help="show it on two embedded servers of its own")
        parser.add_argument("--apply", action="store_true", help="change the two databases")
        parser.add_argument("--confirm", metavar="DATABASE@HOST", help="production's, typed out; needed with --apply")
        parser.add_argument("--resume", type=int, metavar="N", help="skip what run N finished")
        parser.add_argument("--from", dest="first", metavar="PHASE", help=f"begin with this one of: {phases}")
        parser.add_argument("--to", dest="last", metavar="PHASE", help="end with this one")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Walk the phases, told one by one as they end."""
        self.demo: Demo | None = None
        self.quiet = options["format"] != "text" or options["verbosity"] == 0
        part = Part(options["first"], options["last"], options["resume"])
        if options["demo"]:
            separation = self._demonstrate(part)
        else:
            given = {key: options[key] for key in ("source", "target", "apply", "confirm")}
            separation = separate(**given, part=part, on_phase=self._tell)
        document = {
            "phases": [asdict(phase) for phase in separation.phases],
            "metrics": [asdict(metric) for metric in separation.metrics],
        }
        code = DONE if separation.met else FOUND
        summary = "not every phase or metric is met"
        return Outcome(document, code, run=separation.run, result=separation, summary=summary)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Show the metrics and where to look next; the phases have been told."""
        separation = outcome.result
        if separation.metrics:
            console.print()
            console.print(metrics_table(separation.metrics))
        console.print()
        if self.demo is not None:
            console.print(f"production  {self.demo.production}\ntest        {self.demo.test}", highlight=False)
            console.print(
                f"Try the commands on them:  [bold]. {shlex.quote(str(self.demo.environment))}[/bold]  "
                "and then, for one, [bold].venv/bin/python manage.py check_drift[/bold]",
                highlight=False,
            )
            console.print(
                "See what was done:         [bold].venv/bin/python manage.py createsuperuser[/bold], [bold]make admin"
                "[/bold], http://127.0.0.1:8000/admin/",
                highlight=False,
            )
        elif any(phase.outcome == "planned" for phase in separation.phases):
            console.print("Nothing was changed. To do it: --apply --confirm <production's database>@<host>")

    def _tell(self, phase: PhaseResult) -> None:
        if self.quiet:
            return
        console = self.console(self.stdout)
        number = list(PHASES).index(phase.name)
        console.print(
            f"[bold]phase {number}  {phase.name:<9}[/bold] {_MARKS[phase.outcome]:<20} {phase.seconds:6.1f} s",
            highlight=False,
        )
        for sentence in phase.found:
            console.print(f"    {sentence}", highlight=False, markup=False)

    def _demonstrate(self, part: Part) -> Separation:
        """Walk all the way on two servers of our own, and confirm in the user's place."""
        if part.resume is not None:
            raise UsageError("a demonstration starts afresh each time", "Leave out --demo or --resume.")
        self.demo = prepare()
        return separate(
            apply=True,
            confirm=self.demo.production.rpartition(":")[0],
            part=part,
            command=conf.get().test_command or (sys.executable, "manage.py", "test", "tests.integration"),
            on_phase=self._tell,
        )
