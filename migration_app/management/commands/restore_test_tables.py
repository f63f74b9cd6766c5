"""Phase 2, backwards: bring dropped test tables back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from migration_app.engine.wording import several
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.restoring import Restored, restore_test_tables

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py restore_test_tables --run 12 --apply --confirm shop@db.example.com`."""

    help = "Bring back what a drop_test_tables run dropped; without --apply say what that would be."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the run and the confirmation."""
        super().add_arguments(parser)
        parser.add_argument("--run", type=int, required=True, metavar="N", help="the run that dropped the tables")
        parser.add_argument("--database", help="the alias of the database (default: the run's)")
        parser.add_argument("--apply", action="store_true", help="do it; without it the plan is printed")
        parser.add_argument("--confirm", metavar="DATABASE@HOST", help="the database that --apply changes")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Plan, and restore."""
        result = restore_test_tables(
            options["run"], database=options["database"], apply=options["apply"], confirm=options["confirm"]
        )
        document = {
            "database": result.database.document(),
            "backup": str(result.backup),
            "tables": dict(result.tables),
            "restored": dict(result.restored),
            "statements": [
                {"sql": each.shown, "address": f"{each.address.kind} {each.address}"} for each in result.statements
            ],
            "digest": result.digest,
            "applied": bool(result.restored),
            "round_trips": result.round_trips,
        }
        return Outcome(document, run=result.run, result=result)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what is back, or would be."""
        result: Restored = outcome.result
        verb = "restored" if result.restored else "can be restored"
        console.print(f"{result.database}: {len(result.tables)} tables {verb} from {result.backup}", highlight=False)
        for name, count in result.tables.items():
            console.print(f"  {escape(name)}: {several(count, 'row')}", highlight=False)
        if not result.restored:
            console.print(
                f"nothing was changed; to do it: --apply --confirm {escape(result.database.confirmation)}",
                highlight=False,
            )
