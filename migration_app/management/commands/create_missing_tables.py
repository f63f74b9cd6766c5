"""Create the core tables that production lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.creating import create_missing_tables

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py create_missing_tables --apply --confirm shop@db.example.org`."""

    help = "Create the core tables that a database lacks, from their models. Without --apply: show how."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database and what applying needs."""
        super().add_arguments(parser)
        parser.add_argument("--database", default="prod", help="the alias to look at (default: prod)")
        parser.add_argument("--apply", action="store_true", help="create the tables; without it, only show how")
        parser.add_argument(
            "--confirm", metavar="DATABASE@HOST", help="on production: which database you mean to change"
        )
        parser.add_argument(
            "--check", action="store_true", help="exit with 1 where a table is missing and --apply isn't given"
        )

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Look for missing tables, and create them if that was asked."""
        result = create_missing_tables(options["database"], apply=options["apply"], confirm=options["confirm"])
        document = {
            "database": str(result.database),
            "missing": list(result.missing),
            "statements": [
                {
                    "sql": statement.sql,
                    "address": str(statement.address),
                    "hazards": [str(hazard) for hazard in statement.hazards],
                    "transactional": statement.transactional,
                }
                for statement in result.statements
            ],
            "applied": result.applied,
            "digest": result.digest,
            "round_trips": result.round_trips,
        }
        unmet = options["check"] and result.missing and not result.applied
        summary = f"{len(result.missing)} core tables are missing"
        return Outcome(document, FOUND if unmet else DONE, run=result.run, result=result, summary=summary)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what is missing, how it is created, and what to type next."""
        result = outcome.result
        if not result.missing:
            console.print(
                f"{result.database} has all the core tables: there is nothing to create",
                highlight=False,
                soft_wrap=True,
            )
            return
        state = "created in" if result.applied else "missing in"
        console.print(f"[bold]{len(result.missing)} core tables[/bold] {state} {result.database}:", highlight=False)
        for table in result.missing:
            console.print(f"  {table}", markup=False, highlight=False)
        if result.applied:
            return
        script = ["BEGIN;", *(f"{statement.sql};" for statement in result.statements), "COMMIT;"]
        console.print("\n" + "\n".join(script) + "\n", markup=False, highlight=False, soft_wrap=True)
        console.print("Nothing was changed. To create them:")
        console.print(
            f"  manage.py create_missing_tables --database {self.options['database']} --apply"
            f" --confirm '{result.database.confirmation}'",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
