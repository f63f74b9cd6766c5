"""Mark a database as ours to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.marking import ROLES, init_environment

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py init_environment --database test --role test`."""

    help = "Mark a database as ours to change. An empty one needs no --adopt."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database, its role and the adoption."""
        super().add_arguments(parser)
        parser.add_argument("--database", default="test", help="the alias to mark (default: test)")
        parser.add_argument("--role", choices=ROLES, required=True, help="what the database is for")
        parser.add_argument(
            "--adopt", metavar="DATABASE@HOST", help="mark it though it holds objects: they may be replaced"
        )

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Mark the database."""
        result = init_environment(options["database"], role=options["role"], adopt=options["adopt"])
        document = {
            "database": result.database,
            "role": result.role,
            "fingerprint": result.fingerprint.document(),
            "adopted": result.adopted,
            "round_trips": result.round_trips,
        }
        return Outcome(document, run=result.run, result=result)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say which database bears the mark now."""
        result = outcome.result
        console.print(f"{result.fingerprint} is marked as a [bold]{result.role}[/bold] database: ours to change")
