"""Measure the five success metrics."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.metrics import metrics_table
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.status import migration_status

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py migration_status`."""

    help = "Measure the five success metrics and show the evidence for each."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two sides."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="prod", help="production's alias (default: prod)")
        parser.add_argument("--target", default="test", help="the test database's alias (default: test)")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Measure."""
        status = migration_status(options["source"], options["target"])
        document = {"metrics": [asdict(metric) for metric in status.metrics]}
        unmet = sum(not metric.met for metric in status.metrics)
        code = DONE if status.met else FOUND
        return Outcome(document, code, run=status.run, result=status, summary=f"{unmet} of 5 metrics are not met")

    def render(self, console: Console, outcome: Outcome) -> None:
        """Show a line a metric."""
        console.print(metrics_table(outcome.result.metrics))
