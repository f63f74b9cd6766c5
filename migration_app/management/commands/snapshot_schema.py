"""Write a database's schema to a file, also where only an SQL editor reaches the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from migration_app.engine.errors import UsageError
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.snapshots import VERSIONS, snapshot_from_result, snapshot_schema, statements

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console

    from migration_app.services.snapshots import Taken


class Command(ServiceCommand):
    """`manage.py snapshot_schema --database prod --output schema.json`."""

    help = "Write a database's schema to a stable, diffable file, so that CI needs no access to production."
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the database, the file, and the two halves of the way over an SQL editor."""
        super().add_arguments(parser)
        many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
        parser.add_argument("--database", default="prod", help="the alias to read (default: prod)")
        parser.add_argument("--output", metavar="FILE", type=Path, help="the file to write")
        parser.add_argument("--schema", **many, help="only this schema (may be given again)")
        parser.add_argument("--exclude-schema", **many, help="not this schema (may be given again)")
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--print-sql", action="store_true", help="print the statement to paste into an SQL editor")
        way.add_argument(
            "--from-result",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="what the editor answered, as JSON or CSV (again for each part)",
        )
        parser.add_argument(
            "--server-version",
            type=int,
            choices=VERSIONS,
            default=VERSIONS[-2],
            help="the server's major version, for --print-sql (default: %(default)s; SHOW server_version tells)",
        )
        parser.add_argument(
            "--parts", type=int, default=1, metavar="N", help="print N statements, where an answer is cut off"
        )

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Read, or print what is to be pasted."""
        if options["print_sql"]:
            printed = statements(options["server_version"], options["parts"])
            document = {"server_version": options["server_version"], "statements": list(printed)}
            return Outcome(document, result=printed)
        if options["output"] is None:
            raise UsageError("--output is missing", "Name the file to write, such as --output schema.json.")
        part: dict[str, Any] = {
            "schemas": tuple(options["schema"]),
            "exclude_schemas": tuple(options["exclude_schema"]),
        }
        if options["from_result"]:
            taken = snapshot_from_result(options["from_result"], options["output"], **part)
        else:
            taken = snapshot_schema(options["database"], options["output"], **part)
        return Outcome(_document(taken), run=taken.run, result=taken)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Print the statements as they are, or say what was written."""
        if isinstance(outcome.result, tuple):
            for text in outcome.result:
                console.out(text, end="", highlight=False)
            return
        taken: Taken = outcome.result
        console.print(
            f"{escape(str(taken.source))}: {taken.objects} objects in [bold]{escape(str(taken.output))}[/bold], "
            f"hash {taken.hash[:12]}",
            highlight=False,
        )
        for each in taken.skipped:
            name = escape(f"{each.address.kind} {each.address} ({each.reason})")
            console.print(f"  [yellow]not in it[/yellow]: {name}", highlight=False)
        for sighting in taken.unmodelled:
            console.print(f"  [yellow]not carried[/yellow]: {escape(str(sighting))}", highlight=False)
        console.print(
            f"next: manage.py check_drift --source snapshot:{escape(str(taken.output))} --target test", highlight=False
        )


def _document(taken: Taken) -> dict[str, object]:
    return {
        "source": str(taken.source),
        "output": str(taken.output),
        "hash": taken.hash,
        "objects": taken.objects,
        "skipped": [
            {"kind": each.address.kind, "address": str(each.address), "reason": each.reason} for each in taken.skipped
        ],
        "unmodelled": [
            {"type": each.type, "identity": each.identity, "schema": each.schema} for each in taken.unmodelled
        ],
        "server_version": taken.server_version,
        "round_trips": taken.round_trips,
        "seconds": round(taken.seconds, 3),
        "run": taken.run,
    }
