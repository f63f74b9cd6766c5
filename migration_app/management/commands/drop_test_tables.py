"""Phase 2: drop the test tables, after a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.syntax import Syntax

from migration_app.engine.wording import several
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.dropping import Dropped, drop_test_tables

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py drop_test_tables --apply --confirm shop@db.example.com`."""

    help = "List the test tables that can go and what is held back; with --apply back them up and drop them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what goes, what stays, the backup and the confirmation."""
        super().add_arguments(parser)
        parser.add_argument("--database", default="prod", help="the alias of production (default: prod)")
        parser.add_argument("--prefix", help="what test tables' names begin with (default: DBSEP['PREFIX'], test_)")
        parser.add_argument("--only", action="append", default=[], metavar="T", help="drop only this one; repeat it")
        parser.add_argument("--keep", action="append", default=[], metavar="T", help="leave this one; repeat it")
        parser.add_argument(
            "--also", action="append", default=[], metavar="NAME", help="a test view, function or type without a table"
        )
        parser.add_argument("--backup-dir", metavar="D", help="where backups go (default: DBSEP['BACKUP_DIR'])")
        parser.add_argument("--check", action="store_true", help="exit with 1 where there is something to drop")
        parser.add_argument("--apply", action="store_true", help="do it; without it the plan is printed")
        parser.add_argument("--confirm", metavar="DATABASE@HOST", help="the database that --apply changes")
        parser.add_argument("--digest", help="of the plan that a dry run showed: another one is refused")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Plan, and drop."""
        result = drop_test_tables(
            options["database"],
            prefix=options["prefix"],
            only=options["only"],
            keep=options["keep"],
            also=options["also"],
            backup_dir=options["backup_dir"],
            apply=options["apply"],
            confirm=options["confirm"],
            digest=options["digest"],
        )
        waiting = options["check"] and not options["apply"] and bool(result.statements)
        return Outcome(
            _document(result), exit_code=int(waiting), run=result.run, result=result, summary="there are test tables"
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what goes, what stays and why, and how to go on."""
        result: Dropped = outcome.result
        done = bool(result.dropped)
        console.print(
            f"{result.database}: {several(len(result.tables), 'test table')}"
            f" {'dropped' if done else 'would be dropped'}"
        )
        for each in result.blocked:
            console.print(f"[yellow]held back[/yellow] {escape(each.table)}: {escape(', '.join(each.dependents))}")
        for kept in result.kept:
            console.print(f"stays {escape(kept.name)}: {escape(kept.reason)}", highlight=False)
        for text in (*result.hand_overs, *(f"{name} goes, too" for name in result.objects)):
            console.print(escape(text), highlight=False)
        console.print(
            Syntax("".join(f"{each.shown};\n" for each in result.statements), "sql", background_color="default")
        )
        for path in result.cleared:
            console.print(f"deleted: {path}, the unfinished backup of a run that was killed", highlight=False)
        if done:
            rows = several(sum(result.rows.values()), "row")
            console.print(f"backup: {result.backup} ({rows}, read back)", highlight=False)
            console.print(f"way back: manage.py restore_test_tables --run {result.run}", highlight=False)
        elif result.statements:
            console.print(f"digest {result.digest}", highlight=False)
            console.print(
                f"nothing was changed; to do it: --apply --confirm {escape(result.database.confirmation)}",
                highlight=False,
            )


def _document(result: Dropped) -> dict[str, object]:
    return {
        "database": result.database.document(),
        "prefix": result.prefix,
        "tables": list(result.tables),
        "objects": list(result.objects),
        "blocked": [{"table": each.table, "dependents": list(each.dependents)} for each in result.blocked],
        "kept": [{"table": each.name, "reason": each.reason} for each in result.kept],
        "handed_over": list(result.hand_overs),
        "statements": [
            {
                "sql": each.shown,
                "address": f"{each.address.kind} {each.address}",
                "hazards": list(map(str, each.hazards)),
            }
            for each in result.statements
        ],
        "digest": result.digest,
        "backup": None if result.backup is None else str(result.backup),
        "cleared": list(map(str, result.cleared)),
        "dropped": list(result.dropped),
        "rows": dict(result.rows),
        "applied": result.applied,
        "round_trips": result.round_trips,
    }
